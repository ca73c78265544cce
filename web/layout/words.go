package layout

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"cloison/release"
)

//go:embed countries.json
var countryFile []byte

type named struct{ Code, Label string }

var countries = mustCountries()

// mustCountries is read once, at start: an embedded file that does not decode is a defect of the build.
func mustCountries() []named {
	var list []named
	if err := json.Unmarshal(countryFile, &list); err != nil {
		panic("reading countries.json: " + err.Error())
	}
	slices.SortFunc(list, func(a, b named) int { return compareFrench(a.Label, b.Label) })
	return list
}

// CountryName is the French name of an ISO 3166-1 alpha-3 code, or the code where it has none here.
func CountryName(code string) string {
	for _, c := range countries {
		if c.Code == code {
			return c.Label
		}
	}
	return code
}

// CountryOptions are the countries to choose from, by name.
func CountryOptions() []Option { return options(countries) }

// LanguageOptions are the languages of interpreters, by name.
func LanguageOptions() []Option { return options(languages) }

func options(list []named) []Option {
	var all []Option
	for _, one := range list {
		all = append(all, Option{Value: one.Code, Label: one.Label})
	}
	return all
}

var languages = []named{
	{"sq", "Albanais"}, {"am", "Amharique"}, {"en", "Anglais"}, {"ar", "Arabe"}, {"hy", "Arménien"}, {"bm", "Bambara"}, {"bn", "Bengali"},
	{"zh", "Chinois"}, {"ko", "Coréen"}, {"es", "Espagnol"}, {"fr", "Français"}, {"ka", "Géorgien"}, {"ht", "Haïtien"}, {"hi", "Hindi"},
	{"ln", "Lingala"}, {"mn", "Mongol"}, {"ur", "Ourdou"}, {"ps", "Pachto"}, {"fa", "Persan"}, {"pa", "Pendjabi"}, {"ff", "Peul"},
	{"pt", "Portugais"}, {"ro", "Roumain"}, {"ru", "Russe"}, {"sr", "Serbe"}, {"so", "Somali"}, {"snk", "Soninké"}, {"sw", "Swahili"},
	{"ta", "Tamoul"}, {"ti", "Tigrigna"}, {"tr", "Turc"}, {"uk", "Ukrainien"}, {"vi", "Vietnamien"}, {"wo", "Wolof"},
}

// KindWords says a kind of referral.
func KindWords(k release.Kind) string { return kinds[k] }

// KindOptions are the kinds to choose from, in the order of the law.
func KindOptions() []Option {
	var all []Option
	for _, k := range release.Kinds() {
		all = append(all, Option{Value: string(k), Label: kinds[k]})
	}
	return all
}

var kinds = map[release.Kind]string{
	release.KindFirst: "Séjour, première demande", release.KindRenewal: "Séjour, renouvellement",
	release.KindAPS: "Séjour, autorisation provisoire", release.KindParent: "Séjour, parent d’enfant malade",
	release.KindAlgerian: "Séjour, accord franco-algérien",
	release.KindExpFree:  "Expulsion, personne libre", release.KindExpDetained: "Expulsion, personne détenue",
	release.KindOQTFFree: "OQTF, personne libre", release.KindOQTFAssigned: "OQTF, personne assignée à résidence",
	release.KindOQTFRetained: "OQTF, personne retenue", release.KindOQTFDetained: "OQTF, personne détenue",
	release.KindAssigned: "Assignation à résidence, expulsion suspendue",
}

// Day reads an ISO date for a page; every date that comes here was validated before.
func Day(iso string) time.Time {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return time.Time{}
	}
	return t
}

// SayDate writes an ISO date in French.
func SayDate(iso string) string { return isoDate(iso) }

// compareFrench orders names as a French reader looks for them: Égypte stands among the E.
func compareFrench(a, b string) int {
	return slices.Compare([]byte(plain.Replace(a)), []byte(plain.Replace(b)))
}

var plain = strings.NewReplacer("É", "E", "é", "e", "è", "e", "ê", "e", "ë", "e", "Î", "I", "î", "i", "ï", "i", "ô", "o", "ã", "a", "â", "a", "ç", "c", "’", "'")

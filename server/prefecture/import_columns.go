package prefecture

import (
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cloison/act"
	"cloison/release"
)

// importColumn fills one field of the request that a line stands for. An empty cell is a column that is not there.
type importColumn func(in *createReferralIn, value string)

// importColumns are all that a file may hold: the fields of createReferral by their names, for one adult who asks for a residence permit. A
// column of another name refuses the file before its first line is read, so that nothing of it is kept (TestAFileWithAColumnOfItsOwnIsRefused).
var importColumns = map[string]importColumn{
	keyColumn:                  func(*createReferralIn, string) {},
	"kind":                     func(in *createReferralIn, v string) { in.Referral.Kind = release.Kind(v) },
	"channel":                  func(in *createReferralIn, v string) { in.Referral.Channel = release.Channel(v) },
	"prefecture":               func(in *createReferralIn, v string) { in.Referral.Prefecture = v },
	"agdref":                   func(in *createReferralIn, v string) { in.Referral.AGDREF = v },
	"country":                  func(in *createReferralIn, v string) { in.Referral.ReferenceCountry.Country = v },
	"request_registered_on":    func(in *createReferralIn, v string) { in.Referral.RequestRegisteredOn = dateCell(v) },
	"certificate_available_on": func(in *createReferralIn, v string) { in.Referral.CertificateAvailableOn = dateCell(v) },
	"previous_id":              func(in *createReferralIn, v string) { previous(in).ID = v },
	"previous_opinion_on":      func(in *createReferralIn, v string) { previous(in).OpinionOn = release.Date(v) },
	"previous_sens":            func(in *createReferralIn, v string) { previous(in).Sens = release.Outcome(v) },
	"family_name":              func(in *createReferralIn, v string) { in.Applicant.Patient.FamilyName = v },
	"usage_name":               func(in *createReferralIn, v string) { in.Applicant.Patient.UsageName = &v },
	"given_names":              func(in *createReferralIn, v string) { in.Applicant.Patient.GivenNames = names(v) },
	"sex":                      func(in *createReferralIn, v string) { in.Applicant.Patient.Sex = v },
	"birth_date":               func(in *createReferralIn, v string) { in.Applicant.Patient.BirthDate = release.Date(v) },
	"birth_place":              func(in *createReferralIn, v string) { in.Applicant.Patient.BirthPlace = v },
	"birth_country":            func(in *createReferralIn, v string) { in.Applicant.Patient.BirthCountry = v },
	"nationality":              func(in *createReferralIn, v string) { in.Applicant.Patient.Nationality = v },
	"language":                 func(in *createReferralIn, v string) { in.Applicant.Patient.Language = v },
	"address":                  func(in *createReferralIn, v string) { in.Applicant.Patient.Address = v },
	"phone":                    func(in *createReferralIn, v string) { in.Applicant.Patient.Phone = &v },
	"email":                    func(in *createReferralIn, v string) { in.Applicant.Patient.Email = &v },
}

const keyColumn = "cle"

// importRequired are the columns that a file cannot do without.
var importRequired = []string{keyColumn, "kind", "channel", "prefecture", "agdref", "country", "family_name", "given_names", "sex", "birth_date",
	"birth_place", "birth_country", "nationality", "language", "address"}

func dateCell(v string) *release.Date {
	d := release.Date(v)
	return &d
}

func previous(in *createReferralIn) *release.PreviousCase {
	if in.Referral.PreviousCase == nil {
		in.Referral.PreviousCase = &release.PreviousCase{}
	}
	return in.Referral.PreviousCase
}

// names: several given names of one cell are separated by commas.
func names(v string) []string {
	var all []string
	for name := range strings.SplitSeq(v, ",") {
		all = append(all, strings.TrimSpace(name))
	}
	return all
}

// cells reads one line. A line ends where it ends: a cell holds no line break, so that a quote left open costs its line alone.
func cells(line string) ([]string, error) {
	reader := csv.NewReader(strings.NewReader(line))
	reader.Comma, reader.FieldsPerRecord = ';', -1
	return reader.Read()
}

var plainColumn = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// readHeader names the columns of a file, in its order.
func readHeader(line string) ([]string, error) {
	header, err := cells(strings.TrimPrefix(line, "\ufeff"))
	if err != nil {
		return nil, act.NewError(act.Malformed, "La première ligne n’est pas lisible. Donnez les noms des colonnes, séparés par des points-virgules.")
	}
	for i, name := range header {
		switch {
		case importColumns[name] == nil && !plainColumn.MatchString(name): // its name could be text
			return nil, act.NewError(act.UnknownField, fmt.Sprintf("La colonne %d n’est pas attendue ici. Retirez-la, puis renvoyez le fichier : rien n’en a été gardé.", i+1))
		case importColumns[name] == nil:
			return nil, act.NewError(act.UnknownField, fmt.Sprintf("La colonne « %s » n’est pas attendue ici. Retirez-la, puis renvoyez le fichier : rien n’en a été gardé.", name))
		case slices.Contains(header[:i], name):
			return nil, act.NewError(act.Malformed, fmt.Sprintf("La colonne « %s » est là deux fois. Gardez-en une, puis renvoyez le fichier.", name))
		}
	}
	for _, name := range importRequired {
		if !slices.Contains(header, name) {
			return nil, act.NewError(act.Malformed, fmt.Sprintf("La colonne « %s » manque. Ajoutez-la, puis renvoyez le fichier.", name))
		}
	}
	return header, nil
}

// row is a line, by the names of its columns; a cell that is empty is left out.
type row map[string]string

var errCells = errors.New("as many cells as columns are wanted")

func readRow(header []string, line string) (row, error) {
	values, err := cells(line)
	if err != nil {
		return nil, err
	}
	if len(values) != len(header) {
		return nil, errCells
	}
	r := row{}
	for i, value := range values {
		if value = strings.TrimSpace(value); value != "" {
			r[header[i]] = value
		}
	}
	return r, nil
}

// digest is the same for a line whose columns changed places.
func (r row) digest() []byte {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(r)) {
		fmt.Fprintf(h, "%s=%q\n", name, r[name])
	}
	return h.Sum(nil)
}

// request is what the line asks for: one adult, one administrative file, at liberty.
func (r row) request() createReferralIn {
	in := createReferralIn{
		LibertyHistory: []release.LibertyPeriod{{Status: release.Free}},
		Applicant: release.Civil{
			Patient:              release.Patient{ID: "patient", IdentityDocuments: []release.IdentityDocument{}},
			LegalRepresentatives: []release.LegalRepresentative{},
		},
	}
	in.Referral.ReferenceCountry.Role = release.Origin
	for name, value := range r {
		importColumns[name](&in, value)
	}
	in.Referral.AdministrativeFiles = []fileIn{{AGDREF: in.Referral.AGDREF, Requester: "patient", Prefecture: in.Referral.Prefecture}}
	return in
}

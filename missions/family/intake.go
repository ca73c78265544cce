package family

import (
	"fmt"
	"slices"

	"cloison/missions"
)

// Status is in which quality the applicant stays in France. Some have another way to bring their family, and are sent there.
type Status string

const (
	ThirdCountry   Status = "ETRANGER_TITULAIRE" // the usual one
	FrenchFamily   Status = "FAMILLE_DE_FRANCAIS"
	EUCitizen      Status = "CITOYEN_UE_EEE_SUISSE"
	TalentOrICT    Status = "TALENT_OU_ICT"
	Protected      Status = "REFUGIE_BPS_APATRIDE"
	LongTermElse   Status = "RESIDENT_LONGUE_DUREE_AUTRE_ETAT_UE"
	SeasonalWorker Status = "SAISONNIER"
)

// Statuses are all of them, in the order in which a form offers them.
func Statuses() []Status {
	return []Status{ThirdCountry, FrenchFamily, EUCitizen, TalentOrICT, Protected, LongTermElse, SeasonalWorker}
}

// elsewhere is where each of the others is sent.
var elsewhere = map[Status]string{
	FrenchFamily:   "La famille d’un Français ne relève pas du regroupement familial. Orientez vers le visa de long séjour pour famille de Français, au consulat.",
	EUCitizen:      "La famille d’un citoyen de l’Union, de l’EEE ou de la Suisse ne relève pas du regroupement familial. Orientez vers la carte de membre de famille.",
	TalentOrICT:    "La famille d’un titulaire « talent » ou « ICT » est admise comme famille accompagnante. Orientez vers le consulat.",
	Protected:      "La famille d’un réfugié, d’un bénéficiaire de la protection subsidiaire ou d’un apatride relève de la réunification familiale, sans condition de ressources ni de logement. Orientez vers le consulat.",
	LongTermElse:   "Le résident de longue durée d’un autre État de l’Union suit une procédure particulière. Orientez vers la préfecture.",
	SeasonalWorker: "La carte de travailleur saisonnier ne permet pas le regroupement familial. Expliquez-le et indiquez les titres qui le permettent.",
}

// Redirect says where an applicant of another status is sent; "" where regroupement familial is the way.
func Redirect(s Status) string { return elsewhere[s] }

// Check refuses a request that cannot be: an impossible household, titles that overlap, a kind that does not fit. It says nothing of whether
// the conditions are met, which is for the rules to compute and for the prefect to appreciate.
func Check(r Request) error {
	for _, check := range []func(Request) error{checkKind, checkApplicant, checkTitles, checkFamily} {
		if err := check(r); err != nil {
			return err
		}
	}
	return nil
}

func checkKind(r Request) error {
	switch {
	case !slices.Contains(Types(), r.Type):
		return wrong("type", "Choisissez un type de demande de la liste.")
	case r.Applicant.Status != ThirdCountry && Redirect(r.Applicant.Status) == "":
		return wrong("applicant.status", "Choisissez la situation du demandeur dans la liste.")
	case Redirect(r.Applicant.Status) != "":
		return wrong("applicant.status", Redirect(r.Applicant.Status))
	case r.Type == Algerian && !r.algerian():
		return wrong("type", "Le régime de l’accord franco-algérien est réservé aux ressortissants algériens. Choisissez un autre type.")
	case r.Type == Introduction && r.algerian():
		return wrong("type", "Un demandeur algérien relève de l’accord franco-algérien. Choisissez ce type.")
	case (r.Type == Renewed || r.Type == Changed) != (r.Previous != ""):
		return wrong("previous", "Indiquez le dossier précédent pour une nouvelle demande ou un changement de situation, et pour elles seules.")
	case r.Type == Partial && r.Motive == nil:
		return wrong("motive", "Une demande partielle est motivée par l’intérêt de l’enfant. Indiquez le motif, ou demandez pour toute la famille.")
	case r.FiledOn.IsZero():
		return wrong("filed_on", "Indiquez la date du dépôt.")
	case missions.Department(r.Commune) == "":
		return wrong("commune", "Indiquez le code INSEE de la commune où la famille vivra : cinq caractères.")
	}
	return nil
}

func checkApplicant(r Request) error {
	a := r.Applicant
	switch {
	case a.BirthDate.IsZero() || a.BirthDate.After(r.FiledOn):
		return wrong("applicant.birth_date", "Indiquez la date de naissance du demandeur ; elle précède le dépôt.")
	case a.MarriedOn != nil && (a.MarriedOn.Before(a.BirthDate) || a.MarriedOn.After(r.FiledOn)):
		return wrong("applicant.married_on", "La date du mariage suit la naissance du demandeur et précède le dépôt.")
	}
	return nil
}

// checkTitles: two titles of one person at one time are an error of entry, which would count a stay twice.
func checkTitles(r Request) error {
	for i, t := range r.Applicant.Titles {
		path := fmt.Sprintf("applicant.titles.%d.", i)
		if !slices.Contains(TitleCodes(), t.Code) {
			return wrong(path+"code", "Choisissez le titre dans la liste.")
		}
		if t.From.IsZero() || t.To != nil && t.To.Before(t.From) {
			return wrong(path+"to", "Un titre finit après avoir commencé. Vérifiez les deux dates sur la pièce.")
		}
		for _, other := range r.Applicant.Titles[:i] {
			if t.overlaps(other) {
				return wrong(path+"from", "Ce titre en recouvre un autre. Vérifiez les dates sur les deux pièces : un séjour ne compte qu’une fois.")
			}
		}
	}
	return nil
}

func checkFamily(r Request) error {
	spouses := 0
	for i, b := range r.Family {
		path := fmt.Sprintf("family.%d.", i)
		switch {
		case b.Relation != Spouse && b.Relation != Child:
			return wrong(path+"relation", "Choisissez conjoint ou enfant.")
		case b.BirthDate.IsZero():
			return wrong(path+"birth_date", "Indiquez la date de naissance.")
		case b.BirthDate.After(r.FiledOn):
			return wrong(path+"birth_date", "Cette personne n’était pas née au dépôt. Une naissance se signale comme un changement de situation.")
		case b.Relation == Child && !slices.Contains(Filiations(), b.Filiation):
			return wrong(path+"filiation", "Choisissez le fondement de la filiation dans la liste.")
		case b.Relation == Spouse && b.Filiation != "":
			return wrong(path+"filiation", "La filiation ne se dit que d’un enfant.")
		case b.Relation == Child && !b.BirthDate.After(r.Applicant.BirthDate) && b.Filiation != EntrustedChild && b.Filiation != Kafala:
			return wrong(path+"birth_date", "Un enfant est né après son parent. Vérifiez les deux dates.")
		}
		if b.Relation == Spouse && b.Asked {
			spouses++
		}
	}
	if spouses > 1 {
		return wrong("family", "Une demande porte sur un seul conjoint. Retirez l’autre.")
	}
	if len(r.Asked()) == 0 {
		return wrong("family", "La demande ne porte sur personne. Indiquez pour qui elle est faite.")
	}
	return nil
}

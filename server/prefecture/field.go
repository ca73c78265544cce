package prefecture

import (
	"fmt"
	"strings"

	"cloison/act"
)

// wrongField names the field to mend, never its value.
func wrongField(path string) error {
	return act.Wrap(act.Invalid, fmt.Sprintf("Le champ « %s » n’est pas admis tel quel. Corrigez-le, puis renvoyez la requête.", path), misfit(path))
}

// misfit is the path of a field that is not admitted, for a form to say it beside the field.
type misfit string

func (m misfit) Error() string { return "field " + string(m) + " is not admitted" }

// Place is where the form says it.
func (m misfit) Place() (path, sentence string) {
	if sentence, ok := misfitWords[string(m)]; ok {
		return string(m), sentence
	}
	return string(m), "Cette valeur n’est pas admise telle quelle."
}

var misfitWords = map[string]string{
	"cle":                             "Donnez à cette ligne une clé à elle : de 1 à 64 lettres, chiffres, points, tirets.",
	"referral.agdref":                 "Dix chiffres sont attendus.",
	"applicant.patient.birth_date":    "Indiquez une date de naissance passée.",
	"applicant.patient.given_names":   "Indiquez au moins un prénom.",
	"applicant.patient.family_name":   "Indiquez le nom de famille.",
	"applicant.patient.address":       "Indiquez l’adresse où la personne reçoit son courrier.",
	"applicant.patient.birth_place":   "Indiquez le lieu de naissance.",
	"applicant.legal_representatives": "Vérifiez les représentants légaux.",
	"referral.reference_country":      "Choisissez le pays.",
	"from":                            "Indiquez un instant qui suit le statut précédent.",
	"liberty_history":                 "Indiquez le statut de liberté.",
	"answer_due_on":                   "Le terme donné par la juridiction ne peut pas être passé.",
	"referral.previous_case":          "Indiquez le numéro, la date et le sens de l’avis antérieur.",
}

// fieldPath is the place in createReferral's body of a field of release.Referral.
func fieldPath(field string) string {
	switch {
	case strings.HasPrefix(field, "patient."), strings.HasPrefix(field, "legal_representatives"):
		return "applicant." + field
	case field == "liberty_history":
		return field
	case field == "requester":
		return "referral.administrative_files.requester"
	}
	return "referral." + field
}

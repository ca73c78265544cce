package prefecture

import (
	"fmt"
	"strings"

	"cloison/act"
)

// wrongField names the field to mend, never its value.
func wrongField(path string) error {
	return act.NewError(act.Invalid, fmt.Sprintf("Le champ « %s » n'est pas admis tel quel. Corrigez-le, puis renvoyez la requête.", path))
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

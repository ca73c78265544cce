package medical_test

import (
	"testing"

	"cloison/medical"
)

func TestOnlyTheApplicantLiftsSecrecy(t *testing.T) {
	t.Parallel()
	adult, minor := reporting(), reporting()
	adult.Representatives = []string{"rep-1"}
	minor.MinorAtReferral, minor.Representatives = true, []string{"rep-1", "rep-2"}
	grown := reporting(told{4, 9, "", medical.MajoriteAtteinte{}})
	grown.MinorAtReferral, grown.Representatives = true, minor.Representatives
	for name, c := range map[string]struct {
		of       medical.Case
		by, want string
	}{
		"an adult":                    {adult, "", ""},
		"an adult by name":            {adult, "patient", ""},
		"for an adult":                {adult, "rep-1", "LIFTING_WRONG_PERSON"},
		"a lawyer":                    {adult, "ext:mandataire", "LIFTING_WRONG_PERSON"},
		"a prefecture":                {adult, "pref-75", "LIFTING_WRONG_PERSON"},
		"a minor himself":             {minor, "patient", "LIFTING_WRONG_PERSON"},
		"nobody for a minor":          {minor, "", "LIFTING_WRONG_PERSON"},
		"a holder of authority":       {minor, "rep-2", ""},
		"a stranger for a minor":      {minor, "rep-9", "LIFTING_WRONG_PERSON"},
		"a parent of who is of age":   {grown, "rep-1", "LIFTING_WRONG_PERSON"},
		"who came of age, by himself": {grown, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := c.of.LiftSecrecy("DOSSIER_COMPLET", c.by)
			refused(t, err, c.want)
			if c.want == "" && d.Scope != "DOSSIER_COMPLET" {
				t.Errorf("%+v", d)
			}
		})
	}
}

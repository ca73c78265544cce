package medical_test

import (
	"testing"

	"cloison/medical"
)

// SC10: a person who was free is retained before the opinion. The physician competent is the one of that day, on the form of that day; what the
// status was before stays.
func TestTheAuthorIsThatOfTheStatusOnTheDayOfTheOpinion(t *testing.T) {
	retainedAt := march(10, 9)
	c := medical.Case{Kind: "OQTF_L7313_LIBRE", Direction: "DT-LYON",
		Liberty: []medical.LibertyPeriod{{Status: medical.Free}, {Status: medical.Retained, From: &retainedAt}}}
	for name, one := range map[string]struct {
		day                int
		author, form, kind string
		liberty            medical.Liberty
	}{
		"the day before": {9, "COLLEGE3", "C-2021", "OQTF_L7313_LIBRE", medical.Free},
		"the day after":  {11, "MED1", "D-2025", "OQTF_L7313_RETENU", medical.Retained},
	} {
		at := march(one.day, 9)
		a, ok := c.AuthorAt(at)
		if !ok || a.Author != one.author || a.Form != one.form || c.KindAt(at) != one.kind || c.LibertyAt(at) != one.liberty {
			t.Errorf("%s: %s on %s, %s, %s", name, a.Author, a.Form, c.KindAt(at), c.LibertyAt(at))
		}
	}
	refused(t, medical.CheckAuthor(c, medical.College, march(11, 9)), "COLLEGE_NOT_COMPETENT")
	refused(t, medical.CheckAuthor(c, medical.Single, march(9, 9)), "MED1_NOT_COMPETENT")
}

// SC11: in an expulsion, one physician for who is detained and for no other, on a certificate of the prison's health unit.
func TestAnExpulsionOfADetainedPersonIsForOnePhysician(t *testing.T) {
	for liberty, want := range map[medical.Liberty]string{medical.Free: "COLLEGE3", medical.Assigned: "COLLEGE3", medical.Retained: "COLLEGE3", medical.Detained: "MED1"} {
		c := medical.Case{Kind: "EXP_L6313_LIBRE", Direction: "DT-LYON", Liberty: []medical.LibertyPeriod{{Status: liberty}}}
		if a, ok := c.AuthorAt(march(5, 9)); !ok || a.Author != want {
			t.Errorf("%s: %s", liberty, a.Author)
		}
	}
	detained := medical.Case{Kind: "EXP_L6313_DETENU", Direction: "DT-LYON", Liberty: []medical.LibertyPeriod{{Status: medical.Detained}}}
	for quality, want := range map[string]string{"UNITE_SANITAIRE": "", "MEDECIN_HABITUEL": "CERT_AUTHOR_MISMATCH", "PRATICIEN_HOSPITALIER": "CERT_AUTHOR_MISMATCH", "UMCRA": "CERT_AUTHOR_MISMATCH"} {
		refused(t, medical.CheckCertificateAuthor(detained, quality, *on(5)), want)
	}
}

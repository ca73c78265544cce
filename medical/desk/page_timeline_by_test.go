package desk

import (
	"testing"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

// Each moment of a dossier says who did it: by name whom the page names already, by role anybody else, nobody where time alone did.
func TestAMomentSaysWhoDidIt(t *testing.T) {
	t.Parallel()
	d := store.Dossier{Case: medical.Case{Prefecture: "75"}}
	d.Policy.Rapporteur, d.Policy.Composition = "med-12", &policy.Composition{Members: []string{"med-01", "med-02"}}
	p := dossierReader{c: &web.Call{Who: act.Subject{ID: "med-02"}}, d: d, names: map[string]string{"med-12": "A. UN", "med-01": "B. DEUX"},
		roles: map[string]string{"med-12": "MEDECIN", "med-01": "MEDECIN", "med-09": "MEDECIN", "sec-01": "SECRETARIAT_MEDICAL"}}
	for _, one := range []struct {
		actor string
		what  medical.EventType
		want  string
	}{
		{"sec-01", medical.EvCertificateReceived, "Secrétariat médical"},
		{"med-12", medical.EvReportSigned, "Dr A. UN, médecin rapporteur"},
		{"med-01", medical.EvAnswered, "Dr B. DEUX, auteur de l’avis"},
		{"med-02", medical.EvSigned, "Vous"},
		{"med-09", medical.EvAnswered, "Médecin de l’Office"},
		{"system", medical.EvAcknowledged, prefectureWords("75")},
		{"system", medical.EvMajorityReached, ""},
	} {
		if got := p.by(medical.Event{Actor: one.actor, Type: one.what}); got != one.want {
			t.Errorf("%s by %s: %q, want %q", one.what, one.actor, got, one.want)
		}
	}
}

package desk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// Lists, tasks and searches are narrowed by it: a physician has his dossiers, a secretariat its territories, and anybody else none.
func TestAScopeIsTheRolesOwn(t *testing.T) {
	t.Parallel()
	for role, want := range map[string]store.Scope{
		"MEDECIN": {Physician: "x"}, "SECRETARIAT_MEDICAL": {Directions: []string{"DT-PARIS"}},
		"AUDITEUR_CONFORMITE": {}, "DPO": {}, "ADMINISTRATEUR": {}, "PREFECTURE": {}, "": {},
	} {
		got := scopeOf(act.Subject{ID: "x", Role: role, Directions: []string{"DT-PARIS"}})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", role, diff)
		}
	}
}

// What was saved of a report is never replaced by what the certificate says, and nothing of it is marked as a proposal.
func TestASavedReportWinsOverTheCertificate(t *testing.T) {
	t.Parallel()
	cert := medical.Certificate{Stage: "selon le certificat", Pathologies: make([]medical.Pathology, 2)}
	report := medical.Report{Stage: "selon le rapport", Pathologies: make([]medical.Pathology, 1)}
	proposed := startOf(OpenDossier{Certificate: &cert})
	if proposed.source == "" || proposed.diagnoses != 2 || len(proposed.proposed) == 0 {
		t.Errorf("nothing is proposed of the certificate: %+v", proposed)
	}
	saved := startOf(OpenDossier{Certificate: &cert, Report: &report})
	if saved.source != "" || saved.proposed != nil || saved.diagnoses != 1 || !cmp.Equal(saved.known, knownReport(report)) {
		t.Errorf("the certificate takes the place of the report: %+v", saved)
	}
	if blank := startOf(OpenDossier{}); blank.known != nil || blank.diagnoses != 1 {
		t.Errorf("of nothing: %+v", blank)
	}
}

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// Both parents of a sick child ask for a permit of their own (L. 425-10): one form, filled once by the keyboard, makes one referral for each of
// them, under the number of each, and one dossier of the child.
func TestBothParentsOfASickChildAreReferredInOneForm(t *testing.T) {
	t.Parallel()
	s := newScreens(t, shared(t), "case-08", plainLook)
	father, mother := drawNumber(t), drawNumber(t)
	values := s.body(s.given.ReferralBody(s.given.Events[0].At))
	for name := range values {
		parent := strings.HasPrefix(name, "applicant.legal_representatives.")
		if parent && (strings.HasSuffix(name, ".id") || strings.Contains(name, ".identity_documents.")) {
			delete(values, name) // the form asks for no paper of a parent, and numbers them itself
		}
	}
	values["referral.agdref"] = father
	values["applicant.legal_representatives.0.agdref"], values["applicant.legal_representatives.1.agdref"] = father, mother
	s.browse(s.agent, func(agent *reader) {
		agent.open("/saisines/nouvelle")
		agent.inspect("prefecture-new")
		agent.fill(values)
		agent.inspect("prefecture-new-parents")
		agent.enter()
		s.sees(agent, "La saisine est envoyée à l’OFII", "MBEMBANGAT", "ILUNGAKA")
		agent.inspect("prefecture-referral")
		s.referral = strings.TrimPrefix(ask[string](agent, `location.pathname`), "/saisines/")
	})

	agent := s.env.as(t, s.agent)
	one := agent.do(t, call{op: "getReferral", path: map[string]string{"referral": s.referral}}).object(t)
	asked := map[string]string{}
	for _, item := range agent.do(t, call{op: "listReferrals", query: map[string][]string{"limit": {"200"}}}).items(t) {
		if item["group"] == one["group"] {
			asked[fmt.Sprint(item["agdref"])] = fmt.Sprint(item["requester"])
		}
	}
	if len(asked) != 2 || asked[father] != "rep-1" || asked[mother] != "rep-2" {
		t.Errorf("the referrals of the group: %v", asked)
	}
	s.awaitDossier(t)
	if referrals, ok := s.shown(t)["referrals"].([]any); !ok || len(referrals) != 2 {
		t.Errorf("the dossier's referrals: %v", s.shown(t)["referrals"])
	}
}

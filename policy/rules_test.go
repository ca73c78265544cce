package policy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	ruleCode  = regexp.MustCompile(`^[A-Z][A-Z0-9_]{2,63}$`)
	ruleInUse = regexp.MustCompile(`\["([A-Z0-9_]+)", [a-z_]+\]`)
	actionKey = regexp.MustCompile(`(?m)^(zones|conditions)\["([a-z_.]+)"\]`)
)

// A person is told what is refused and what to do: two clauses at least, in French, in plain words.
func TestEveryRuleSpeaksToAPerson(t *testing.T) {
	t.Parallel()
	for _, r := range Rules() {
		if !ruleCode.MatchString(r.Code) {
			t.Errorf("code %q", r.Code)
		}
		switch r.Kind {
		case Forbidden, Conflict, Invalid, UnknownField, Unsupported:
		default:
			t.Errorf("%s: kind %q", r.Code, r.Kind)
		}
		if len(r.Sentence) < 40 || len(r.Sentence) > 260 || !strings.HasSuffix(r.Sentence, ".") || !strings.ContainsAny(r.Sentence, ":.;") {
			t.Errorf("%s: %q", r.Code, r.Sentence)
		}
		if strings.Count(r.Sentence, ". ")+strings.Count(r.Sentence, " : ")+strings.Count(r.Sentence, " ; ") == 0 {
			t.Errorf("%s says what is refused and not what to do: %q", r.Code, r.Sentence)
		}
		if r.Source == "" {
			t.Errorf("%s has no source", r.Code)
		}
	}
	if _, ok := Rule("NO_SUCH_RULE"); ok {
		t.Error("a rule that does not exist was found")
	}
}

// Every refusal code of the procedure is there, whoever raises it.
func TestEveryRefusalCodeHasItsRule(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"RAPPORTEUR_IN_COLLEGE", "MEMBER_NOT_IN_DECISION", "MEMBER_DECISION_EXPIRED", "DUPLICATE_MEMBER", "MEMBER_CONFLICT", "VOTE_BEFORE_TRANSMISSION",
		"COLLEGE_BEFORE_REPORT", "REPORT_ON_REMOVAL", "REPORT_FORBIDDEN_FIELD", "Q4_REQUIRED", "Q5_REQUIRED", "FREE_TEXT_IN_OPINION", "NO_MAJORITY",
		"SIGNATURES_INCOMPLETE", "SIGNATURE_OLD_COMPOSITION", "AVIS_IMMUTABLE", "BOX_OVERRIDE", "PREFECTURE_NO_MEDICAL", "WRONG_PREFECTURE",
		"MED1_NOT_COMPETENT", "COLLEGE_NOT_COMPETENT", "CERT_AUTHOR_MISMATCH", "N4_CAUSE_NOT_IMPUTABLE", "N5_CAUSE_NOT_IMPUTABLE", "N3_ALREADY_SENT",
		"L2_WITHOUT_SECRECY_LIFT", "L2_WRONG_RECIPIENT", "PURGE_HOLD", "PURGE_NOT_DUE", "LEGAL_REPRESENTATIVE_REQUIRED", "PROFESSION_NOT_PHYSICIAN",
		"NOT_ASSIGNED", "ROLE_NO_MEDICAL", "IDENTITY_NOT_VERIFIED", "HEIR_MOTIVE_REQUIRED", "CONSENT_MISSING", "APPLICANT_NOT_INFORMED", "CASE_CLOSED",
		"DOCUMENT_OTHER_PERSON", "NO_AUTOMATIC_STATE", "NO_FREE_TEXT_TO_PREFECTURE", "SELF_ASSIGNMENT_CHANGE", "REPRESENTATION_ENDED", "BULK_EXPORT",
		"OPINION_ON_INVALID_STATE",
	} {
		if _, ok := Rule(code); !ok {
			t.Errorf("%s has no rule", code)
		}
	}
}

// A code that stands in a list and not in the table would turn a refusal into a breakdown.
func TestEveryCodeOfTheListsIsInTheTable(t *testing.T) {
	t.Parallel()
	modules, err := readModules(regoFiles)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for name, text := range modules {
		for _, match := range ruleInUse.FindAllStringSubmatch(text, -1) {
			used[match[1]] = true
			if _, ok := Rule(match[1]); !ok {
				t.Errorf("%s: %s is in no table", name, match[1])
			}
		}
	}
	if len(used) < 35 {
		t.Errorf("%d codes were found in the lists: they are read wrong", len(used))
	}
}

// The actions of the two programs: each has its list, and its place among the tests.
func TestEveryActionHasItsListAndItsTest(t *testing.T) {
	t.Parallel()
	actions := strings.Fields(`session.open dossier.list dossier.search dossier.names dossier.get dossier.open timeline.get certificate.receive document.create document.upload document.list
		document.read document.inspect upload.get document.withdraw rapporteur.assign report.save report.sign report.transmit college.compose answers.give answers.read opinion.settle opinion.preview
		opinion.sign college.replace college.propose round.open opinion.refuse physician.designate report.supplement report.draft answers.draft audit.list audit.search audit.export audit.exposure audit.explain audit.replay alarm.list alarm.review sample.list sample.draw access.own access.justify audit.checkpoint audit.tile audit.get audit.prove me.get session.list session.close step_up.approve referral.receive referral.quarantine release.deliver acknowledgement.receive referral.create referral.get referral.list release.list
		release.get opinion.get release.acknowledge release.receive shredding.receive cursor.read acknowledgement.read
		request.open request.ask request.close event.record identity.check event.follow mail.record mail.register delivery.record certificate.reject completion.request
		dossier.close opinion.document opinion.verify release.quarantine referral.correct referral.transfer referral.import reconciliation.get release.hand_over release.remind opinion.archive mail.send
		referral.liberty referral.withdraw referral.decide appeal.declare appeal.close attestation.request attestation.get
		referral_event.receive referral_event.list referral_event.confirm secrecy.lift disclosure.create disclosure.get
		deadline.raise majority.record listing.raise purge.assess purge.files idempotency.forget task.list hold.set hold.lift retention.get dossier.purge
		opinion.correct opinion.withdraw opinion.uphold rota.set removal.list removal.take
		disclosure.list access.list observations.write source.cite document.move document.split document.take dossier.link retention.list destruction.get budget.extend

		habilitation.list habilitation.enter habilitation.confirm habilitation.review habilitation.end succession.list rapporteur.reassign opinion.left
		absence.list absence.set absence.withdraw successor.raise decision.list decision.enter decision.confirm passkey.list passkey.propose`)
	modules, err := readModules(regoFiles)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]map[string]bool{"zones": {}, "conditions": {}}
	for _, text := range modules {
		for _, match := range actionKey.FindAllStringSubmatch(text, -1) {
			listed[match[1]][match[2]] = true
		}
	}
	tests := readTests(t)
	for _, action := range actions {
		if !listed["zones"][action] || !listed["conditions"][action] {
			t.Errorf("%s has no list", action)
		}
		if !strings.Contains(tests, `"`+action+`"`) {
			t.Errorf("%s has no test", action)
		}
	}
	if len(listed["conditions"]) != len(actions) || len(listed["zones"]) != len(actions) {
		t.Errorf("%d lists for %d actions", len(listed["conditions"]), len(actions))
	}
}

func readTests(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob("rego/*_test.rego")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestKnownPurpose(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"INSTRUCTION", "COLLEGE", "SECRETARIAT", "CONTENTIEUX", "ACCES", "CONTROLE"} {
		if !KnownPurpose(p) {
			t.Errorf("%s is not known", p)
		}
		context := Context{Zone: "medical", Open: "medical", Purpose: p}
		d, err := engine(t).Decide(t.Context(), Query{physician("a"), "dossier.open", Dossier{Kind: "dossier", Rapporteur: "a"}, context})
		if err != nil || !d.Allow {
			t.Errorf("%s: the rules do not know it: %+v, %v", p, d, err)
		}
	}
	if KnownPurpose("") || KnownPurpose("CURIOSITE") {
		t.Error("a purpose that is none is known")
	}
}

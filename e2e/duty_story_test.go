package e2e_test

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/crypto/keyholder"
)

// chief is the head of service whom the custodians' roster names.
const chief = "med-01"

// about is a call upon a person of the directory.
func about(op, person string, body any) call {
	return call{op: op, path: map[string]string{"person": person}, json: body}
}

// handle is what keyholder gave for a session: a program that was taken over would have kept it.
func (p *person) handle(t *testing.T) string {
	t.Helper()
	base, err := url.Parse(p.portal.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.client.Jar.Cookies(base) {
		if _, handle, ok := strings.Cut(c.Value, "."); ok && strings.HasSuffix(c.Name, "cloison_medical") {
			return handle
		}
	}
	t.Fatal("no session")
	return ""
}

// The head of service ends a physician's duty at ten: his next request is refused, his sessions are over, what he typed and what he signed stand where
// they were, his handle at keyholder opens nothing more, and every open dossier in which something was his to do has a proposed successor, whom the next act designates.
func TestADutyThatEndedIsOverAtTheNextRequest(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock}) // ten o'clock
	reporting := e.line(t, "case-01", false).to(t, "assignRapporteur")
	gone, head, clerk := reporting.who("saveReport"), e.as(t, chief), e.as(t, reporting.secretary)
	leaver := e.as(t, gone)
	typed := reporting.draft("saveDraft", "report", typedReport(0, "Suivi depuis 2019."))
	leaver.do(t, typed)

	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"the secretariat", clerk, about("endHabilitation", gone, object{"reason_code": "DEPART"}), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{"a physician who is no head of service", e.as(t, "med-05"), about("endHabilitation", gone, object{"reason_code": "DEPART"}), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{"himself", head, about("endHabilitation", chief, object{"reason_code": "DEPART"}), refusal{403, "forbidden", "HABILITATION_OWN", false}},
		{"nobody of the directory", head, about("endHabilitation", "med-99", object{"reason_code": "DEPART"}), refusal{404, "not_found", "", true}},
	} {
		t.Run(x.name, func(t *testing.T) { reporting.refused(t, x.who, x.call, x.want) })
	}

	keys, held := keyholder.Dial(filepath.Join(e.dir, "run", "use.sock")), leaver.handle(t)
	t.Cleanup(func() { keys.Close() })
	if _, err := keys.Budgets(t.Context(), held); err != nil {
		t.Errorf("his handle, before: %v", err)
	}
	ended := head.do(t, about("endHabilitation", gone, object{"reason_code": "DEPART"})).object(t)
	if _, err := keys.Budgets(t.Context(), held); !errors.Is(err, keyholder.ErrUnauthenticated) {
		t.Errorf("his handle, after: %v", err)
	}
	if _, err := keys.Budgets(t.Context(), head.handle(t)); err != nil {
		t.Errorf("the handle of somebody else: %v", err)
	}
	if ended["sessions"] != 1.0 {
		t.Errorf("%v sessions ended", ended["sessions"])
	}
	if a := leaver.call(t, reporting.call("getDossier", nil)); a.Status != http.StatusUnauthorized {
		t.Errorf("his next request: %s", a)
	}
	e.wasRefused(t, e.refusedSignIn(t, medicalZone, gone), refusal{status: 403, code: "forbidden", rule: "NOT_HABILITATED"})
	reporting.refused(t, head, about("endHabilitation", gone, object{"reason_code": "DEPART"}), refusal{409, "conflict", "DUTY_ENDED", false})
	if n := e.count(t, medicalZone, `SELECT count(*)::int FROM medical.drafts WHERE dossier = $1::uuid AND author = $2`, reporting.dossier, gone); n != 1 {
		t.Errorf("%d drafts are left", n)
	}

	t.Run("the report has a successor", func(t *testing.T) {
		owed := head.do(t, about("listSuccessions", gone, nil)).items(t)
		if len(owed) != 1 || owed[0]["dossier"] != reporting.dossier || owed[0]["owed"] != "RAPPORT" || owed[0]["proposed"] == nil {
			t.Fatalf("proposed: %v", owed)
		}
		next, _ := owed[0]["proposed"].(string)
		if n := e.count(t, medicalZone, `SELECT count(*)::int FROM medical.tasks WHERE dossier = $1::uuid AND code = 'SUCCESSEUR_A_DESIGNER' AND done_at IS NULL`, reporting.dossier); n != 1 {
			t.Errorf("%d tasks stand", n)
		}
		replace := func(who string) call { return reporting.call("reassignRapporteur", object{"rapporteur": who}) }
		reporting.refused(t, clerk, replace(next), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false})
		reporting.refused(t, head, replace(gone), refusal{422, "invalid", "RAPPORTEUR_NOT_HABILITATED", false})
		reporting.refused(t, head, replace(chief), refusal{403, "forbidden", "SELF_DESIGNATION", false})
		head.do(t, replace(next))
		if n := e.count(t, medicalZone, `SELECT count(*)::int FROM medical.tasks WHERE dossier = $1::uuid AND code = 'SUCCESSEUR_A_DESIGNER' AND done_at IS NULL`, reporting.dossier); n != 0 {
			t.Errorf("%d tasks still stand", n)
		}
		e.as(t, next).do(t, reporting.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION"))
		reporting.refused(t, head, reporting.call("getDossier", nil), refusal{404, "not_found", "NOT_ASSIGNED", true})
	})
}

// A member signs, and his duty ends before the others have signed: his signature counts, and the opinion is issued with it. Where a member still had
// to answer, somebody who may sit is proposed, and whose duty ended is seated nowhere any more.
func TestASignatureOutlivesTheDutyOfItsAuthor(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	signed := e.line(t, "case-01", false).to(t, "signOpinion med-02")
	answering := e.line(t, "case-01", false).to(t, "composeCollege")
	head := e.as(t, chief)
	ended := head.do(t, about("endHabilitation", "med-02", object{"reason_code": "MUTATION"})).object(t)
	owed := map[string]string{}
	successions, _ := ended["successions"].([]any)
	for _, one := range successions {
		s := one.(object)
		owed[s["dossier"].(string)] = s["owed"].(string)
	}
	if len(owed) != 2 || owed[signed.dossier] != "RIEN" || owed[answering.dossier] != "REPONSE" {
		t.Fatalf("owed: %v", owed)
	}
	signed.to(t, "getOpinion")
	if n := e.count(t, medicalZone, `SELECT count(*)::int FROM medical.signatures WHERE dossier = $1::uuid`, signed.dossier); n != 3 {
		t.Errorf("%d signatures", n)
	}

	clerk := e.as(t, answering.secretary)
	for _, one := range successions {
		s := one.(object)
		if s["dossier"] != answering.dossier {
			continue
		}
		next, _ := s["proposed"].(string)
		closing := answering.call("replaceMember", object{"reason_code": "MEMBRE_INDISPONIBLE", "member_out": "med-02", "member_in": next})
		closing.path["composition"] = "1"
		clerk.do(t, closing)
		if members, _ := answering.shown(t)["composition"].(object)["members"].([]any); !slices.Contains(members, any(next)) || slices.Contains(members, any("med-02")) {
			t.Errorf("members: %v", members)
		}
		back := answering.call("replaceMember", object{"reason_code": "MEMBRE_INDISPONIBLE", "member_out": next, "member_in": "med-02"})
		back.path["composition"] = "2"
		answering.refused(t, clerk, back, refusal{422, "invalid", "MEMBER_NOT_HABILITATED", false})
	}
}

// Whose duty ended comes in again once one person entered that he is empowered and another confirmed it, for three months; a lapse refuses him with its
// rule, and a look of the head of service lets him in. The page of the team is for those who keep it.
func TestTwoHandsEmpowerAgainForAQuarter(t *testing.T) {
	t.Parallel()
	const gone, wrong = "med-05", "med-07"
	e := start(t, options{clock: sharedClock})
	anything := e.line(t, "case-01", false).to(t, "createReferral")
	head, clerk := e.as(t, chief), e.as(t, "sec-01")
	decision := object{"decision_ref": "HAB-2026-03", "valid_from": "2026-03-12"}
	confirm := func(person, id string) call {
		return call{op: "confirmHabilitation", path: map[string]string{"person": person, "habilitation": id}}
	}
	head.do(t, about("endHabilitation", gone, object{"reason_code": "SUSPENSION"}))
	id, _ := clerk.do(t, about("grantHabilitation", gone, decision)).object(t)["id"].(string)
	e.wasRefused(t, e.refusedSignIn(t, medicalZone, gone), refusal{status: 403, code: "forbidden", rule: "NOT_HABILITATED"})
	own, _ := head.do(t, about("grantHabilitation", wrong, decision)).object(t)["id"].(string)
	for _, x := range []struct {
		who  *person
		call call
		want refusal
	}{
		{clerk, confirm(gone, id), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{head, confirm(wrong, own), refusal{403, "forbidden", "HABILITATION_SAME_HAND", false}},
		{head, confirm(gone, own), refusal{404, "not_found", "", true}},
		{head, about("grantHabilitation", chief, decision), refusal{403, "forbidden", "HABILITATION_OWN", false}},
		{e.as(t, "med-12"), about("grantHabilitation", gone, decision), refusal{403, "forbidden", "NOT_COORDINATOR", false}},
		{e.as(t, "aud-01"), call{op: "listPeople"}, refusal{404, "not_found", "ROLE_NOT_ALLOWED", true}},
	} {
		anything.refused(t, x.who, x.call, x.want)
	}
	e.moveClock(t, e.now(t).Add(time.Minute)) // what confirms in the very instant of an end does not come after it
	head.do(t, confirm(gone, id))
	anything.refused(t, head, confirm(gone, id), refusal{409, "conflict", "HABILITATION_CONFIRMED", false})
	e.signIn(t, medicalZone, gone)

	e.moveClock(t, e.now(t).AddDate(0, 3, 1))
	e.forget()
	e.wasRefused(t, e.refusedSignIn(t, medicalZone, gone), refusal{status: 403, code: "forbidden", rule: "HABILITATION_LAPSED"})
	head = e.as(t, chief)
	if due := head.do(t, call{op: "listPeople"}).items(t)[0]; due["id"] != gone || due["standing"] != "ECHUE" {
		t.Errorf("first on the list: %v", due)
	}
	head.do(t, about("reviewHabilitation", gone, nil))
	e.signIn(t, medicalZone, gone)
	for _, path := range []string{"/equipe", "/equipe/" + gone + "/habilitation", "/equipe/" + gone + "/fin", "/equipe/" + gone + "/succession"} {
		page, _, err := head.get(t.Context(), path, "text/html")
		if err != nil || page.Status != http.StatusOK || len(title.FindAllString(string(page.Body), -1)) != 1 {
			t.Errorf("%s: %s %v", path, page, err)
		}
		if page, _, err := e.as(t, "med-12").get(t.Context(), path, "text/html"); err != nil || page.Status == http.StatusOK {
			t.Errorf("%s opens for another physician: %s %v", path, page, err)
		}
	}
}

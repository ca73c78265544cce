package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cloison/policy"

	"golang.org/x/net/html"
)

// turned is a form that is sent and must come back: by whom, from which page, with what, against which rule.
type turned struct {
	rule, who, tail, button string
	values                  map[string]string
}

// Each refusal that a form meets says its rule in a sentence with what to do next, who can change it, and keeps what was typed.
func TestARefusedFormSaysTheWayForwardAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	l := askedOf(t)
	today := l.env.now(t)
	day := func(days int) string { return today.AddDate(0, 0, days).Format("2006-01-02") }
	s := &screens{line: l, t: t}
	answers := map[string]string{"q1": "NECESSITE", "q2": "PEUT_ENTRAINER", "note": "NOTETAPEE"}
	for _, one := range []turned{
		{"CERTIFICATE_ALREADY_RECEIVED", secretary, "/certificat", "Enregistrer", s.body(l.given.CertificateBody())},
		{"CERTIFICATE_ALREADY_RECEIVED", secretary, "/certificat-absent", "Constater la non-réception", nil},
		{"RAPPORTEUR_ALREADY_ASSIGNED", secretary, "/rapporteur", "Désigner", map[string]string{"rapporteur": "med-12"}},
		{"APPOINTMENT_NOT_FUTURE", secretary, "/convocation", "Enregistrer la convocation", map[string]string{"appointment_at": day(-1) + "T09:30"}},
		{"FUTURE_DATE", secretary, "/demandes/conv-1/acheminement", "Enregistrer", map[string]string{"presented_on": day(1), "registered_number": "2C 145"}},
		{"DELIVERY_CONTRADICTORY", secretary, "/demandes/conv-1/acheminement", "Enregistrer", map[string]string{"collected_on": day(0), "returned_on": day(0), "return_reason": "REFUSE"}},
		{"ABSENCE_MISSING", secretary, "/demandes/conv-1/defaut", "Constater le défaut", map[string]string{"cause": "DEFAUT_DEMANDEUR"}},
		{"MAIL_NOT_RECEIVED", secretary, "/certificat/ecarter", "Écarter le certificat", map[string]string{"reason_code": "NON_SIGNE"}},
		{"CLOSURE_UNFOUNDED", secretary, "/cloture", "Clore sans avis", map[string]string{"reason_code": "RETRAIT"}},
		{"COMPOSITION_OPEN", secretary, "/college", "Désigner ces trois médecins", map[string]string{"members": "med-01,med-04,med-05"}},
		{"APPLICANT_NOT_INFORMED", "med-01", "/complement", "Enregistrer la demande", map[string]string{"to": "HOPITAL", "question": "QUESTIONTAPEE", "applicant_informed_on": day(-1)}},
		{"APPOINTMENT_NOT_COME", rapporteur, "/demandes/conv-1/presence", "Enregistrer", map[string]string{"interpreter": "PHYSIQUE"}},
		{"REPORT_ALREADY_SIGNED", rapporteur, "/rapport", "Enregistrer", map[string]string{"stage": "TEXTETAPE"}},
		{"SUPPLEMENT_NOT_ASKED", rapporteur, "/rapport/complement", "Ajouter ce complément", map[string]string{"text": "TEXTETAPE"}},
		{"Q4_REQUIRED", "med-01", "/reponses", "Relire ma réponse", more(answers, "q3", "NE_PEUT_PAS_BENEFICIER")},
		{"Q5_REQUIRED", "med-01", "/reponses", "Relire ma réponse", more(answers, "q3", "PEUT_BENEFICIER")},
	} {
		t.Run(one.rule+" "+one.tail, func(t *testing.T) {
			v := l.visit(t, one.who, one.tail)
			one.comesBack(t, v, one.known(v))
		})
	}
	t.Run("LEGAL_REPRESENTATIVE_REQUIRED", func(t *testing.T) {
		v := &visitor{t: t, env: l.env, who: "pref-69"}
		v.open("/saisines/nouvelle")
		body := s.body(l.given.ReferralBody(l.given.Events[0].At))
		body["referral.agdref"], body["applicant.patient.birth_date"] = drawNumber(t), "2015-05-14"
		body["referral.administrative_files.0.agdref"] = body["referral.agdref"]
		one := turned{rule: "LEGAL_REPRESENTATIVE_REQUIRED", button: "Envoyer", values: body}
		one.comesBack(t, v, one.known(v))
	})
}

func more(values map[string]string, name, value string) map[string]string {
	all := maps.Clone(values)
	all[name] = value
	return all
}

// known keeps of the values those that the form shows.
func (one turned) known(v *visitor) url.Values {
	form := fieldsOf(v.formOf(one.button))
	sent := url.Values{}
	for name, value := range one.values {
		if _, shown := form[name]; shown {
			sent[name] = strings.Split(value, ",")
			if name != "members" {
				sent[name] = []string{value}
			}
		}
	}
	return sent
}

func (one turned) comesBack(t *testing.T, v *visitor, typed url.Values) {
	t.Helper()
	v.sendAll(one.button, typed)
	if v.last.Status < 400 || v.last.Status > 499 {
		t.Fatalf("want a refusal, got %s\n%s", v.last, v.text())
	}
	rule, ok := policy.Rule(one.rule)
	if !ok {
		t.Fatalf("%s is no rule", one.rule)
	}
	v.sees(beforeSign.ReplaceAllString(rule.Sentence, "$1"), "Qui peut y remédier", "rien de ce que vous avez saisi n’est perdu", one.rule)
	kept := fieldsOf(v.formOf(one.button))
	for name, want := range typed {
		if got := kept[name]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s held %q and comes back as %q", name, want, got)
		}
	}
}

// sendAll is send for fields that hold several values.
func (v *visitor) sendAll(label string, typed url.Values) {
	v.t.Helper()
	form := v.formOf(label)
	sent := fieldsOf(form)
	maps.Copy(sent, typed)
	v.post(form, sent)
}

// post sends a form's fields.
func (v *visitor) post(form *html.Node, sent url.Values) {
	v.t.Helper()
	for name, all := range sent {
		if len(all) == 0 {
			delete(sent, name)
		}
	}
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.person().portal.base+attribute(form, "action"), strings.NewReader(sent.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	v.load(req)
}

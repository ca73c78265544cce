package e2e_test

import (
	"strings"
	"testing"
	"time"
)

// requesting is a renewal whose rapporteur is in charge, in an environment whose clock follows the story.
func requesting(t *testing.T) *line {
	t.Helper()
	return start(t, options{}).line(t, "case-02", true).to(t, "assignRapporteur")
}

// asOf moves the clock of a story; the sessions of before are gone.
func (l *line) asOf(t *testing.T, at string) {
	t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	l.env.moveClock(t, when)
	l.env.forget()
}

// did is a call upon the dossier that must succeed, and the dossier after it.
func (l *line) did(t *testing.T, who, op string, body object, request string) object {
	t.Helper()
	return l.env.as(t, who).do(t, l.upon(op, body, request)).object(t)
}

// upon is a call upon a request of the dossier; "" upon the dossier itself.
func (l *line) upon(op string, body object, request string) call {
	c := l.call(op, body)
	c.path["request"] = request
	return c
}

const (
	secretary  = "sec-02"
	rapporteur = "med-13"
)

func convocation(at string) object {
	return object{"type": "CONVOCATION_ENVOYEE", "ref": "conv-1", "appointment_at": at, "place": "DT-LYON", "mode": "LRAR"}
}

// A renewal whose applicant does not come: the absence is his only once the letter is proven to have been presented, the prefecture is told the
// date of the appointment and nothing else, and report and opinion say it.
func TestARenewalWithANoShowGoesToItsOpinion(t *testing.T) {
	t.Parallel()
	l := requesting(t)
	l.asOf(t, "2026-03-24T10:00:00+01:00")
	made := l.env.as(t, secretary).do(t, l.call("openRequest", convocation("2026-04-07T09:30:00+02:00")))
	if made.Status != 201 || made.object(t)["id"] != "conv-1" || !strings.HasSuffix(made.Header.Get("Location"), l.dossier+"/requests/conv-1") {
		t.Errorf("opened: %s %s", made, made.Header.Get("Location"))
	}
	letter := l.env.as(t, secretary).do(t, l.with("getDossier", nil, "open", "civil", "purpose", "SECRETARIAT")).object(t)["letters"].([]any)[0].(object)
	for _, said := range []string{"mardi 7 avril 2026, à 09 h 30", "Direction territoriale de Lyon", "interprète", "médecin de votre choix"} {
		if !strings.Contains(letter["text"].(string), said) {
			t.Errorf("the letter does not say %q", said)
		}
	}

	l.asOf(t, "2026-04-07T10:30:00+02:00")
	l.did(t, rapporteur, "recordEvent", object{"type": "ABSENCE", "ref": "conv-1", "cause": "DEFAUT_DEMANDEUR"}, "")
	found := object{"type": "DEFAUT_CONSTATE", "ref": "conv-1", "defaut": "DEMANDEUR_ABSENT", "cause": "DEFAUT_DEMANDEUR"}
	l.refused(t, l.env.as(t, secretary), l.call("recordEvent", found), refusal{status: 409, code: "conflict", rule: "N4_CAUSE_NOT_IMPUTABLE"})
	l.did(t, secretary, "recordDelivery", object{"presented_on": "2026-03-26", "returned_on": "2026-04-02", "return_reason": "NON_RECLAME", "registered_number": "2C 145 778 0012 4"}, "conv-1")
	l.did(t, secretary, "recordEvent", found, "")

	l.given.Report["default_statements"] = []string{}
	l.to(t, "getDocumentContent 1")
	l.refused(t, l.env.as(t, rapporteur), l.call("saveReport", l.given.ReportBody()), refusal{status: 422, code: "invalid"})
	l.given.Report["default_statements"] = []string{"DEMANDEUR_ABSENT"}
	l.to(t, "getOpinion")
	box := l.last.object(t)["stage_report"].(object)["convocation"].(object)
	if box["requested"] != true || box["done"] != false {
		t.Errorf("the box of the opinion: %v", box)
	}
	l.to(t, "acknowledgeRelease")
	var told []string
	for _, r := range l.releases(t) {
		if r["code"] == "N4" {
			told = append(told, r["on"].(string), r["fields"].(object)["convocation_on"].(string))
		}
	}
	if strings.Join(told, " ") != "2026-04-07 2026-04-07" {
		t.Errorf("N4 says %v", told)
	}
	l.env.logsTellNothing(t, l)
}

// What is asked and answered is read by the physicians in charge, what stands on a letter by the secretariat too; the timeline holds neither.
func TestWhatIsAskedIsSealedAndReadByWhoIsInCharge(t *testing.T) {
	t.Parallel()
	l := requesting(t)
	l.asOf(t, "2026-03-24T10:00:00+01:00")
	const question, answer, address, number = "QUESTIONMEDICALE", "REPONSEMEDICALE", "ADRESSEVERIFIEE", "NUMERODELETTRE"
	l.did(t, rapporteur, "openRequest", object{"type": "COMPLEMENT_DEMANDE", "to": "HOPITAL", "question": question, "applicant_informed_on": "2026-03-24"}, "")
	l.did(t, rapporteur, "closeRequest", object{"type": "COMPLEMENT_RECU", "answer_summary": answer}, "cmp-1")
	l.did(t, secretary, "openRequest", convocation("2026-04-07T09:30:00+02:00"), "")
	l.did(t, secretary, "recordDelivery", object{"registered_number": number}, "conv-1")
	l.did(t, secretary, "recordEvent", object{"type": "ADRESSE_VERIFIEE", "address": address}, "")

	civil := l.with("getDossier", nil, "open", "civil", "purpose", "SECRETARIAT")
	medical := l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION")
	timeline := l.call("getTimeline", nil)
	for _, c := range []struct {
		what, who string
		call      call
		shows     []string
		hides     []string
	}{
		{"civil part", secretary, civil, []string{address, number, "CONVOCATION-2017"}, []string{question, answer}},
		{"medical part", rapporteur, medical, []string{question, answer}, []string{address, number}},
		{"timeline", secretary, timeline, []string{"COMPLEMENT_RECU", "ADRESSE_VERIFIEE", "ACHEMINEMENT"}, []string{question, answer, address, number}},
		{"dossier", rapporteur, l.call("getDossier", nil), nil, []string{question, answer, address, number}},
	} {
		body := string(l.env.as(t, c.who).do(t, c.call).Body)
		for _, s := range c.shows {
			if !strings.Contains(body, s) {
				t.Errorf("%s does not show %s", c.what, s)
			}
		}
		for _, s := range c.hides {
			if strings.Contains(body, s) {
				t.Errorf("%s shows %s", c.what, s)
			}
		}
	}
	l.refused(t, l.env.as(t, secretary), medical, refusal{status: 403, code: "forbidden", rule: "ROLE_NO_MEDICAL"})
	for zone, rows := range map[zone]string{medicalZone: l.env.rows(t, medicalZone, "dossier", l.dossier), serverZone: l.env.rows(t, serverZone, "referral", l.referral)} {
		for _, secret := range []string{question, answer, address, number} {
			if strings.Contains(rows, secret) {
				t.Errorf("%s stands in clear in the database of the %s zone", secret, zone)
			}
		}
	}
}

// A withdrawal closes the dossier, the college in progress with it, and the prefecture is told a neutral code.
func TestAWithdrawalClosesTheDossier(t *testing.T) {
	t.Parallel()
	l := start(t, options{}).line(t, "case-02", true).to(t, "composeCollege")
	l.refused(t, l.env.as(t, secretary), l.call("closeDossier", object{"reason_code": "RETRAIT"}), refusal{status: 409, code: "conflict", rule: "CLOSURE_UNFOUNDED"})
	l.did(t, secretary, "recordEvent", object{"type": "RETRAIT", "mode": "LRAR"}, "")
	l.refused(t, l.env.as(t, secretary), l.call("closeDossier", object{"reason_code": "RETRAIT", "agdref": "9900000000"}), refusal{status: 422, code: "invalid"})
	number := l.given.Referral["agdref"].(string)
	after := l.did(t, secretary, "closeDossier", object{"reason_code": "RETRAIT", "agdref": number}, "")
	if after["state"] != "SANS_SUITE" || after["composition"].(object)["open"] != false {
		t.Errorf("after the closing: %v, %v", after["state"], after["composition"])
	}
	l.crossed(t)
	releases := l.releases(t)
	last := releases[len(releases)-1]
	if last["code"] != "N7" || last["fields"].(object)["closure_code"] != "RETRAIT" {
		t.Errorf("the prefecture is told %v", last)
	}
	l.refused(t, l.env.as(t, secretary), l.call("openRequest", convocation("2027-04-07T09:30:00+02:00")), refusal{status: 409, code: "conflict", rule: "CASE_CLOSED"})
	l.did(t, secretary, "recordEvent", object{"type": "DEMANDE_ACCES", "requester": "patient"}, "")
	l.did(t, secretary, "recordEvent", object{"type": "IDENTITE_VERIFIEE", "person": "patient", "identity_shown": true, "identity_document": "PASSEPORT"}, "")
}

// Each is answered with a sentence that says what to do, leaves its entry, and changes nothing.
func TestARequestThatCannotBeIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	l := requesting(t)
	l.asOf(t, "2026-03-24T10:00:00+01:00")
	first := l.call("openRequest", without(convocation("2026-04-07T09:30:00+02:00"), "ref"))
	first.key = "once"
	for range 2 { // a replayed key answers the request that was made, and makes no second one
		a := l.env.as(t, secretary).do(t, first)
		if o := a.object(t); a.Status != 201 || o["id"] != "conv-1" || o["dossier"] != l.dossier {
			t.Errorf("%s: %v", a, o["id"])
		}
	}
	l.did(t, secretary, "openRequest", object{"type": "CONVOCATION_ENVOYEE", "appointment_at": "2026-04-08T09:30:00+02:00", "place": "DT-LYON", "mode": "LRAR"}, "")
	l.did(t, secretary, "closeRequest", object{"type": "CONVOCATION_ANNULEE", "cause": "ERREUR_SERVICE"}, "conv-2")
	question := object{"type": "COMPLEMENT_DEMANDE", "to": "HOPITAL", "question": "x", "applicant_informed_on": "2026-03-24"}
	unknown := refusal{status: 400, code: "unknown_field"}
	conflict := func(rule string) refusal { return refusal{status: 409, code: "conflict", rule: rule} }
	invalid := func(rule string) refusal { return refusal{status: 422, code: "invalid", rule: rule} }
	for _, c := range []struct {
		name, who, op, request string
		body                   object
		want                   refusal
	}{
		{"a due date", rapporteur, "openRequest", "", with(question, "due_on", "2026-04-30"), unknown},
		{"a box", rapporteur, "recordEvent", "", object{"type": "DECES", "boxes": object{}}, unknown},
		{"a text in a default", secretary, "recordEvent", "", object{"type": "DEFAUT_CONSTATE", "ref": "conv-1", "defaut": "DEMANDEUR_ABSENT", "cause": "DEFAUT_DEMANDEUR", "text": "x"}, unknown},
		{"a complement nobody was told of", rapporteur, "openRequest", "", without(question, "applicant_informed_on"), conflict("APPLICANT_NOT_INFORMED")},
		{"a complement asked by the secretariat", secretary, "openRequest", "", question, refusal{status: 403, code: "forbidden", rule: "ROLE_NOT_ALLOWED"}},
		{"another stage", rapporteur, "openRequest", "", with(question, "stage", "AVIS"), conflict("STAGE_MISMATCH")},
		{"a reference twice", secretary, "openRequest", "", convocation("2026-04-07T09:30:00+02:00"), conflict("REQUEST_REF_TAKEN")},
		{"an appointment that has passed", secretary, "openRequest", "", with(convocation("2026-03-23T09:30:00+01:00"), "ref", "conv-9"), invalid("APPOINTMENT_NOT_FUTURE")},
		{"a letter without a mention", secretary, "openRequest", "", with(with(convocation("2026-04-07T09:30:00+02:00"), "ref", "conv-9"), "mentions", []string{"DATE", "LIEU"}), invalid("CONVOCATION_MENTIONS")},
		{"an outcome before its request", rapporteur, "closeRequest", "cmp-9", object{"type": "COMPLEMENT_RECU", "answer_summary": "x"}, conflict("REQUEST_UNKNOWN")},
		{"a presence before the day", rapporteur, "recordEvent", "", object{"type": "PRESENCE", "ref": "conv-1", "companion_physician": false}, conflict("APPOINTMENT_NOT_COME")},
		{"a presence at what was cancelled", rapporteur, "recordEvent", "", object{"type": "PRESENCE", "ref": "conv-2"}, conflict("SUMMONS_CANCELLED")},
		{"a default without an absence", secretary, "recordEvent", "", object{"type": "DEFAUT_CONSTATE", "ref": "conv-1", "defaut": "DEMANDEUR_ABSENT", "cause": "DEFAUT_DEMANDEUR"}, conflict("ABSENCE_MISSING")},
		{"a presentation tomorrow", secretary, "recordDelivery", "conv-1", object{"presented_on": "2026-03-25"}, invalid("FUTURE_DATE")},
		{"a letter collected and returned", secretary, "recordDelivery", "conv-1", object{"collected_on": "2026-03-24", "returned_on": "2026-03-24", "return_reason": "REFUSE"}, invalid("DELIVERY_CONTRADICTORY")},
		{"a piece that is not there", secretary, "recordEvent", "", object{"type": "PIECE_RECUE", "document_ids": []string{"d1"}}, invalid("DOCUMENT_UNKNOWN")},
		{"a certificate that has come", secretary, "recordEvent", "", object{"type": "CONSTAT_NON_RECEPTION"}, conflict("CERTIFICATE_ALREADY_RECEIVED")},
		{"an envelope that has not", secretary, "rejectCertificate", "", object{"reason_code": "NON_SIGNE"}, conflict("MAIL_NOT_RECEIVED")},
		{"a completion once the rapporteur is in charge", secretary, "requestCompletion", "", object{"reason_code": "NON_SIGNE"}, conflict("RAPPORTEUR_ALREADY_ASSIGNED")},
		{"a summons by a stranger", "med-05", "openRequest", "", with(convocation("2026-04-07T09:30:00+02:00"), "ref", "conv-9"), refusal{status: 404, code: "not_found", rule: "NOT_ASSIGNED", hidden: true}},
	} {
		t.Run(c.name, func(t *testing.T) { l.refused(t, l.env.as(t, c.who), l.upon(c.op, c.body, c.request), c.want) })
	}
	l.did(t, secretary, "recordEvent", object{"type": "CONSENTEMENT_RETIRE"}, "")
	l.refused(t, l.env.as(t, rapporteur), l.call("openRequest", question), conflict("CONSENT_MISSING"))
}

// An envelope whose certificate is set aside tells nobody; what was missing comes later; the certificate is stated missing by a person.
func TestAnEnvelopeIsNotACertificate(t *testing.T) {
	t.Parallel()
	l := start(t, options{}).line(t, "case-02", true).to(t, "createReferral")
	l.asOf(t, "2026-03-05T09:00:00+01:00")
	l.did(t, secretary, "registerMail", object{"sent_on": "2026-03-03"}, "")
	l.did(t, secretary, "rejectCertificate", object{"reason_code": "NON_SIGNE"}, "")
	asked := l.did(t, secretary, "requestCompletion", object{"reason_code": "NON_SIGNE"}, "")
	l.did(t, secretary, "closeRequest", object{"type": "COMPLETUDE_RECUE"}, asked["id"].(string))
	l.refused(t, l.env.as(t, secretary), l.call("recordEvent", object{"type": "CONSTAT_NON_RECEPTION"}), refusal{status: 409, code: "conflict", rule: "CERTIFICATE_NOT_LATE"})
	l.asOf(t, "2026-04-03T09:00:00+02:00")
	l.did(t, secretary, "recordEvent", object{"type": "CONSTAT_NON_RECEPTION"}, "")
	l.crossed(t)
	var codes []string
	for _, r := range l.releases(t) {
		codes = append(codes, r["code"].(string))
	}
	if strings.Join(codes, " ") != "N0 N2" {
		t.Errorf("the prefecture was told %v", codes)
	}
}

func without(o object, field string) object {
	less := object{}
	for k, v := range o {
		if k != field {
			less[k] = v
		}
	}
	return less
}

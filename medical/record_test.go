package medical_test

import (
	"testing"

	"cloison/medical"
)

// N2: a person states it, once, when every start that may be held against the applicant has run out.
func TestACertificateIsMissingOnlyWhenEveryTermHasPassed(t *testing.T) {
	awaiting := func(change func(*medical.Case), more ...told) medical.Case {
		c := dossier(more...)
		c.RequestRegisteredOn, c.CertificateAvailableOn = &medical.Date{Year: 2026, Month: 2, Day: 5}, &medical.Date{Year: 2026, Month: 2, Day: 7}
		change(&c)
		return c
	}
	plain := func(*medical.Case) {}
	registered := medical.Date{Year: 2025, Month: 12, Day: 5}
	asylum := func(a medical.Asylum) func(*medical.Case) {
		a.RegisteredOn = registered
		return func(c *medical.Case) { c.Asylum = &a }
	}
	for name, c := range map[string]struct {
		of    medical.Case
		today int
		due   int
		want  string
	}{
		"the day after the later start":   {awaiting(plain), 8, 7, ""},
		"the last day of the later start": {awaiting(plain), 7, 0, "CERTIFICATE_NOT_LATE"},
		"twice":                           {awaiting(plain, told{8, 9, "", medical.ConstatNonReception{DueOn: *on(7)}}), 9, 0, "CERTIFICATE_NOT_LATE"},
		"once it came":                    {awaiting(plain, told{6, 9, "", medical.CertificatRecu{Accepted: true}}), 9, 0, "CERTIFICATE_ALREADY_RECEIVED"},
		"an envelope whose certificate is not accepted": {awaiting(plain, told{6, 9, "", medical.CertificatRecu{}}), 9, 7, ""},
		"in a removal": {awaiting(func(c *medical.Case) { c.Kind = "OQTF_L7313_LIBRE" }), 28, 0, "CERTIFICATE_NOT_LATE"},
		"asylum, informed": {awaiting(func(c *medical.Case) {
			asylum(medical.Asylum{InformationGivenOn: &registered, InformationSigned: true})(c)
			c.RequestRegisteredOn = &registered
		}), 6, 5, ""},
		"asylum, not informed":            {awaiting(asylum(medical.Asylum{})), 28, 0, "CERTIFICATE_NOT_LATE"},
		"asylum, informed and not signed": {awaiting(asylum(medical.Asylum{InformationGivenOn: &registered})), 28, 0, "CERTIFICATE_NOT_LATE"},
	} {
		t.Run(name, func(t *testing.T) {
			data, stage, err := c.of.Record(medical.RecordInput{Type: "CONSTAT_NON_RECEPTION"}, march(c.today, 9))
			refused(t, err, c.want)
			if d, ok := data.(medical.ConstatNonReception); c.want == "" && (!ok || d.DueOn != *on(c.due) || stage != medical.StageNone) {
				t.Errorf("%+v at stage %q", data, stage)
			}
		})
	}
}

func TestWhatIsRecordedHoldsCodesOnly(t *testing.T) {
	c := reporting(told{3, 9, report, medical.ComplementDemande{Ref: "cmp-1", DueOn: *on(18)}})
	for name, one := range map[string]struct {
		in   medical.RecordInput
		want string
	}{
		"an identity":                             {medical.RecordInput{Type: "IDENTITE_VERIFIEE", Person: ptr("patient"), IdentityShown: ptr(true), IdentityDocument: ptr("PASSEPORT")}, ""},
		"nothing shown, and a document":           {medical.RecordInput{Type: "IDENTITE_VERIFIEE", Person: ptr("patient"), IdentityShown: ptr(false), IdentityDocument: ptr("PASSEPORT")}, "identity_document"},
		"the identity of an heir who did not ask": {medical.RecordInput{Type: "IDENTITE_VERIFIEE", Person: ptr("ext:ayant-droit"), IdentityShown: ptr(true)}, "person"},
		"the identity of a stranger":              {medical.RecordInput{Type: "IDENTITE_VERIFIEE", Person: ptr("rep-1"), IdentityShown: ptr(true)}, "person"},
		"an information":                          {medical.RecordInput{Type: "INFORMATION_DEMANDEUR", Ref: ptr("cmp-1"), Mode: ptr("LETTRE_SIMPLE")}, ""},
		"an information on no request":            {medical.RecordInput{Type: "INFORMATION_DEMANDEUR", Ref: ptr("cmp-9")}, "REQUEST_UNKNOWN"},
		"a withdrawal":                            {medical.RecordInput{Type: "RETRAIT", Mode: ptr("LRAR")}, ""},
		"a withdrawal of a stranger's file":       {medical.RecordInput{Type: "RETRAIT", Referral: ptr("r9")}, "referral"},
		"an access":                               {medical.RecordInput{Type: "DEMANDE_ACCES", Requester: ptr("patient")}, ""},
		"an access by words":                      {medical.RecordInput{Type: "DEMANDE_ACCES", Requester: ptr("sa sœur")}, "requester"},
		"an access under a reference in use":      {medical.RecordInput{Type: "DEMANDE_ACCES", Ref: ptr("cmp-1"), Requester: ptr("patient")}, "REQUEST_REF_TAKEN"},
		"an access under another prefix":          {medical.RecordInput{Type: "DEMANDE_ACCES", Ref: ptr("cmp-9"), Requester: ptr("patient")}, "ref"},
		"an address":                              {medical.RecordInput{Type: "ADRESSE_VERIFIEE", Address: ptr("5 allée")}, ""},
		"a stage for what has none":               {medical.RecordInput{Type: "DECES", Stage: ptr("RAPPORT")}, "STAGE_MISMATCH"},
		"an address for a death":                  {medical.RecordInput{Type: "DECES", Address: ptr("5 allée")}, "address"},
	} {
		t.Run(name, func(t *testing.T) {
			data, _, err := c.Record(one.in, march(5, 9))
			refused(t, err, one.want)
			if one.want == "" {
				if _, err := medical.EncodeData(data); err != nil {
					t.Errorf("%T does not hold codes: %v", data, err)
				}
			}
		})
	}
}

// The motive of an heir is words: they are sealed, and the event says only that there are some.
func TestAMotiveInWordsIsNotInTheEvent(t *testing.T) {
	for scope, want := range map[string]string{"DOSSIER_COMPLET": "DOSSIER_COMPLET", "ONCOLOGIE": medical.ScopeSealed, "connaître les causes du décès": medical.ScopeSealed, "": ""} {
		in := medical.RecordInput{Type: "DEMANDE_ACCES", Requester: ptr("patient")}
		if scope != "" {
			in.Scope = &scope
		}
		data, _, err := reporting().Record(in, march(5, 9))
		refused(t, err, "")
		if d := data.(medical.DemandeAcces); d.Scope != want || d.Ref != "acc-1" {
			t.Errorf("%+v", d)
		}
	}
}

// T23. A withdrawal closes the file of whoever withdraws.
func TestADossierClosesWithoutAnOpinion(t *testing.T) {
	composed := []told{{4, 9, report, medical.RapportSigne{}}, {6, 9, opinion, medical.CollegeDesigne{Composition: 2}}}
	withdrawn := told{7, 9, "", medical.Retrait{}}
	two := func(more ...told) medical.Case {
		c := reporting(more...)
		c.Referrals = append(c.Referrals, medical.ReferralRef{ID: "r2", Prefecture: "75"})
		return c
	}
	for name, c := range map[string]struct {
		of               medical.Case
		reason, referral string
		want             string
		events           int
	}{
		"a withdrawal":                     {reporting(withdrawn), "RETRAIT", "", "", 2},
		"a withdrawal during the college":  {reporting(append(composed, withdrawn)...), "RETRAIT", "", "", 3},
		"a death":                          {reporting(told{7, 9, "", medical.Deces{}}), "DECES", "", "", 2},
		"a duplicate":                      {reporting(), "DOUBLON", "", "", 2},
		"no withdrawal was recorded":       {reporting(), "RETRAIT", "", "CLOSURE_UNFOUNDED", 0},
		"no death was recorded":            {reporting(), "DECES", "", "CLOSURE_UNFOUNDED", 0},
		"an opinion was issued":            {reporting(append(composed, told{8, 9, opinion, medical.AvisEmis{Composition: 2, Version: 1}}, withdrawn)...), "RETRAIT", "", "AVIS_IMMUTABLE", 0},
		"another file is open":             {two(withdrawn), "RETRAIT", "", "OTHER", 0},
		"one of two files":                 {two(withdrawn), "RETRAIT", "r1", "", 1},
		"the last of two files":            {two(withdrawn, told{8, 9, "", medical.ClotureSansAvis{Referral: "r2"}}), "RETRAIT", "r1", "", 2},
		"the last of two files, not named": {two(withdrawn, told{8, 9, "", medical.ClotureSansAvis{Referral: "r2"}}), "RETRAIT", "", "", 2},
		"a file that is closed":            {two(withdrawn, told{8, 9, "", medical.ClotureSansAvis{Referral: "r2"}}), "RETRAIT", "r2", "CASE_CLOSED", 0},
		"a withdrawal of the other file":   {two(told{7, 9, "", medical.Retrait{Referral: "r2"}}), "RETRAIT", "r1", "CLOSURE_UNFOUNDED", 0},
		"a file of another dossier":        {reporting(withdrawn), "RETRAIT", "r9", "referral", 0},
		"a death closes all files":         {two(told{7, 9, "", medical.Deces{}}), "DECES", "", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := c.of.Drop(c.reason, c.referral)
			if c.want == "OTHER" {
				if err != medical.ErrOtherFileOpen {
					t.Errorf("want the other file, got %v", err)
				}
				return
			}
			refused(t, err, c.want)
			if len(events) != c.events {
				t.Errorf("%d events: %+v", len(events), events)
			}
			if close, ok := first(events).(medical.CompositionClose); c.events == 3 && (!ok || close.Composition != 2) {
				t.Errorf("the composition stays open: %+v", events)
			}
		})
	}
}

func first(events []medical.EventData) medical.EventData {
	if len(events) == 0 {
		return nil
	}
	return events[0]
}

func TestWhatIsSetAsideHasCome(t *testing.T) {
	mail, kept := told{1, 9, "", medical.CertificatRecu{}}, told{1, 9, "", medical.CertificatRecu{Accepted: true}}
	aside := told{2, 9, "", medical.CertificatEcarte{ReasonCode: "NON_SIGNE"}}
	for name, c := range map[string]struct {
		of   medical.Case
		want string
	}{"an envelope": {dossier(mail), ""}, "nothing came": {dossier(), "MAIL_NOT_RECEIVED"}, "twice": {dossier(mail, aside), "MAIL_NOT_RECEIVED"}, "what was received": {dossier(kept), "MAIL_NOT_RECEIVED"}} {
		_, err := c.of.Reject(medical.RejectionInput{ReasonCode: "NON_SIGNE"})
		t.Run(name, func(t *testing.T) { refused(t, err, c.want) })
	}
	_, err := dossier().Mail(medical.MailInput{SentOn: on(6)}, *on(5))
	refused(t, err, "FUTURE_DATE")
	_, err = dossier().AskCompletion(medical.CompletionInput{ReasonCode: "NON_SIGNE"})
	refused(t, err, "MAIL_NOT_RECEIVED")
	_, err = dossier(kept).AskCompletion(medical.CompletionInput{ReasonCode: "NON_SIGNE"})
	refused(t, err, "")
}

// A completion that comes late takes nothing back.
func TestACompletionTakesNoDossierBackBehindItsRapporteur(t *testing.T) {
	if s := medical.State(dossier(told{1, 9, "", medical.CertificatRecu{Accepted: true}}, told{2, 9, "", medical.CompletudeRecue{}})); s != medical.StateToAssign {
		t.Errorf("state %s", s)
	}
	if s := medical.State(reporting(told{3, 9, "", medical.CompletudeRecue{}})); s != medical.StateRapporteurAssigned {
		t.Errorf("state %s", s)
	}
}

// Who asks for the file from outside the dossier shows who he is; no box of the procedure is about him.
func TestTheIdentityOfWhoAsksForTheFileTicksNoBox(t *testing.T) {
	c := reporting(told{3, 9, "", medical.DemandeAcces{Ref: "acc-1", Requester: medical.RequesterProxy}})
	in := medical.RecordInput{Type: "IDENTITE_VERIFIEE", Person: ptr(medical.RequesterProxy), IdentityShown: ptr(true)}
	data, stage, err := c.Record(in, march(5, 9))
	refused(t, err, "")
	if stage != medical.StageNone || data.(medical.IdentiteVerifiee).Person != medical.RequesterProxy {
		t.Errorf("%+v at stage %q", data, stage)
	}
}

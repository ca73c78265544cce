package medical_test

import (
	"slices"
	"strings"
	"testing"

	"cloison/medical"
	"cloison/medical/reference"
)

// opened is what a caller fills in: words that no event holds.
var opened = map[string]string{"personne": "la personne", "question": "la question", "examens": "les examens", "manque": "non signé", "destinataire": "un hôpital",
	"objet": "rapport transmis", "numero": "12"}

func eventful(reps ...string) medical.Case {
	c := reporting(told{5, 10, "", medical.CompletudeDemandee{Ref: "cpl-1", DueOn: on(20), ReasonCode: "NON_SIGNE"}},
		told{6, 9, "RAPPORT", medical.ComplementDemande{Ref: "cmp-1", To: "HOPITAL", DueOn: *on(21), ApplicantInformedOn: on(6)}},
		told{6, 10, "RAPPORT", medical.ComplementDemande{Ref: "cmp-2", To: medical.ToRapporteur, DueOn: *on(21)}},
		told{6, 11, "RAPPORT", medical.ExamensDemandes{Ref: "exa-1", DueOn: *on(21)}},
		told{7, 9, "RAPPORT", medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(20, 9), Place: "DT-LYON", Addressee: "patient"}},
		told{20, 9, "RAPPORT", medical.Presence{Ref: "conv-1"}})
	c.Events = slices.Insert(c.Events, 0, medical.Event{Type: medical.EvReferralReceived, Data: medical.SaisineRecue{}, At: march(1, 8)})
	c.Representatives = reps
	c.MinorAtReferral = len(reps) > 0
	return c
}

func kindsOf(list []medical.DueLetter) string {
	var kinds []string
	for _, l := range list {
		kinds = append(kinds, l.Kind+" "+l.Ref+" "+l.To)
	}
	return strings.Join(kinds, "\n")
}

func TestTheLettersThatTheEventsCallFor(t *testing.T) {
	t.Parallel()
	got := kindsOf(eventful().Letters())
	for _, want := range []string{"INFORMATION  patient", "ACCUSE_CERTIFICAT cert-1 patient", "RETOUR_ORIGINAUX cert-1 patient", "COMPLETUDE cpl-1 patient", "INFORMATION_COMPLEMENT cmp-1 patient",
		"DEMANDE_COMPLEMENT cmp-1 professionnel", "RELANCE_COMPLEMENT cmp-1 professionnel", "INFORMATION_COMPLEMENT cmp-2 patient", "PRESCRIPTION_EXAMENS exa-1 patient",
		"RELANCE_EXAMENS exa-1 patient", "ATTESTATION_PRESENCE conv-1 patient"} {
		if !slices.Contains(strings.Split(got, "\n"), want) {
			t.Errorf("no letter %q among\n%s", want, got)
		}
	}
	if strings.Contains(got, "COMPLEMENT cmp-2 professionnel") {
		t.Error("the author of the report is written to")
	}
	// Invariant 14, SC16: each holder of parental authority is written to, and the child is not.
	both := kindsOf(eventful("rep-1", "rep-2").Letters())
	if strings.Contains(both, "patient") || strings.Count(both, "ACCUSE_CERTIFICAT cert-1 rep-1") != 1 || strings.Count(both, "ACCUSE_CERTIFICAT cert-1 rep-2") != 1 {
		t.Errorf("of a minor:\n%s", both)
	}
	answered := eventful()
	answered.Events = append(answered.Events, medical.Event{Seq: 99, Type: medical.EvComplementReceived, Data: medical.ComplementRecu{Ref: "cmp-1"}, At: march(21, 9)})
	if strings.Contains(kindsOf(answered.Letters()), "RELANCE_COMPLEMENT") {
		t.Error("what was answered is asked again")
	}
}

// TestNoLetterLacksAMention: each model in force bears every mention of its kind, no blank is left, and what the professional is asked is in no
// letter to the person or without its medical mark.
func TestNoLetterLacksAMention(t *testing.T) {
	t.Parallel()
	removal := eventful()
	removal.Kind = "OQTF_L7313_LIBRE"
	seen := map[string]bool{}
	for _, l := range append(append(eventful().Letters(), removal.Letters()...), eventful().Slip(*on(20))) {
		letter, err := l.Write(opened)
		refused(t, err, "")
		seen[l.Kind] = true
		if strings.ContainsAny(letter.Text, "{}'") || letter.Certainty != "to_confirm" || letter.Addressee != l.To {
			t.Errorf("%s: %s", l.Kind, letter.Text)
		}
		if l.Medical != (strings.Contains(l.Kind, "DEMANDE_COMPLEMENT") || l.Kind == medical.LetterExams || l.Kind == medical.LetterComplementAgain) {
			t.Errorf("%s is medical: %v", l.Kind, l.Medical)
		}
		if !l.Medical && (strings.Contains(letter.Text, "la question\n") || strings.Contains(letter.Text, "les examens")) {
			t.Errorf("%s says what was asked", l.Kind)
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d kinds of letters were written: %v", len(seen), seen)
	}
	blank := eventful().Letters()[0]
	blank.Kind = medical.LetterSlip
	_, err := blank.Write(nil)
	refused(t, err, "LETTER_MENTIONS")
	early := eventful().Letters()[0]
	early.On = medical.Date{Year: 2016, Month: 1, Day: 1}
	_, err = early.Write(opened)
	refused(t, err, "LETTER_MENTIONS")
}

// Text that somebody typed is no model: a brace in it fills nothing.
func TestATypedBraceFillsNothing(t *testing.T) {
	t.Parallel()
	l, ok := eventful().Letter(medical.LetterComplement, "cmp-1", "")
	if !ok {
		t.Fatal("no letter")
	}
	letter, err := l.Write(map[string]string{"personne": "{question}", "question": "Q{personne}"})
	refused(t, err, "")
	if !strings.Contains(letter.Text, "{question}") || !strings.Contains(letter.Text, "Q{personne}") {
		t.Error(letter.Text)
	}
}

// Letters are typeset: no straight apostrophe in any model.
func TestModelsOfLettersAreTypeset(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"CONVOCATION", medical.LetterInformation, medical.LetterSlip} {
		l, ok := reference.LetterOn(kind, *on(5))
		if !ok || l.Source == "" {
			t.Fatalf("no model of %s", kind)
		}
		for _, p := range l.Paragraphs {
			if strings.Contains(p.Text, "'") {
				t.Errorf("%s: %s", kind, p.Text)
			}
		}
	}
}

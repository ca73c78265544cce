package medical_test

import (
	"slices"
	"strings"
	"testing"

	"cloison/medical"
	"cloison/medical/reference"
)

// REQ-23: whatever the model in force says, the letter that is composed bears every mention.
func TestTheComposedLetterBearsEveryMention(t *testing.T) {
	adult, minor := reporting(), reporting()
	minor.MinorAtReferral, minor.Representatives = true, []string{"rep-1"}
	for name, c := range map[string]struct {
		of   medical.Case
		in   medical.RequestInput
		says []string
		not  string
	}{
		"for an adult": {adult, summons(20, 9), []string{"vendredi 20 mars 2026, à 10 h 00", "Direction territoriale de Paris", "interprète", "médecin de votre choix",
			"document qui prouve votre identité", "votre absence y est mentionnée", "prévenez le service médical", "langue que vous comprenez"}, "mineure"},
		"for a minor": {minor, with(summons(20, 9), func(r *medical.RequestInput) { r.Addressee = ptr("rep-1") }), []string{"La personne convoquée est mineure : son représentant légal doit l’accompagner"}, "{"},
	} {
		t.Run(name, func(t *testing.T) {
			data, letter, err := c.of.Open(c.in, march(5, 10))
			refused(t, err, "")
			d := data.(medical.ConvocationEnvoyee)
			for _, s := range c.says {
				if !strings.Contains(letter.Text, s) {
					t.Errorf("the letter does not say %q", s)
				}
			}
			if strings.Contains(letter.Text, c.not) {
				t.Errorf("the letter says %q", c.not)
			}
			if letter.Certainty != "to_confirm" || letter.Model != d.Letter || letter.Addressee != d.Addressee || len(letter.Mentions) < 8 {
				t.Errorf("letter %v of %+v", letter.Mentions, d)
			}
		})
	}
}

// The letter says what it was told to say, also when that is a mistake: the exact text sent is kept (TA Rennes).
func TestALetterThatSaysAnotherDaySaysIt(t *testing.T) {
	in := with(summons(20, 9), func(r *medical.RequestInput) { r.LetterAppointmentAt = ptr(march(22, 9)) })
	_, letter, err := reporting().Open(in, march(5, 10))
	refused(t, err, "")
	if !strings.Contains(letter.Text, "dimanche 22 mars 2026") {
		t.Error("the letter says the day of the appointment, not its own")
	}
}

func TestALetterWrittenElsewhereIsRefusedWithoutAMention(t *testing.T) {
	every := []string{"DATE", "LIEU", "PIECE_IDENTITE", "INTERPRETE", "MEDECIN_DE_SON_CHOIX", "EMPECHEMENT", "CONSEQUENCES_ABSENCE", "LANGUE"}
	adult, minor := reporting(), reporting()
	minor.MinorAtReferral, minor.Representatives = true, []string{"rep-1"}
	elsewhere := func(mentions []string) medical.RequestInput {
		return with(summons(20, 9), func(r *medical.RequestInput) { r.Mentions = mentions })
	}
	data, letter, err := adult.Open(elsewhere(every), march(5, 10))
	refused(t, err, "")
	if d := data.(medical.ConvocationEnvoyee); letter != nil || d.Letter != "" || !slices.Equal(d.Mentions, every) {
		t.Errorf("a letter was composed beside the one written elsewhere: %+v", d)
	}
	for i := range every {
		_, _, err := adult.Open(elsewhere(slices.Delete(slices.Clone(every), i, i+1)), march(5, 10))
		t.Run("without "+every[i], func(t *testing.T) { refused(t, err, "CONVOCATION_MENTIONS") })
	}
	toRep := func(r *medical.RequestInput) { r.Addressee = ptr("rep-1") }
	_, _, err = minor.Open(with(elsewhere(every), toRep), march(5, 10))
	refused(t, err, "CONVOCATION_MENTIONS")
	_, _, err = minor.Open(with(elsewhere(append(slices.Clone(every), "REPRESENTANT_LEGAL")), toRep), march(5, 10))
	refused(t, err, "")
}

// Invariant 14.
func TestASummonsGoesToWhoMayReceiveIt(t *testing.T) {
	minor := reporting()
	minor.MinorAtReferral, minor.Representatives = true, []string{"rep-1", "rep-2"}
	grown := reporting(told{4, 9, "", medical.MajoriteAtteinte{}})
	grown.MinorAtReferral, grown.Representatives = true, minor.Representatives
	protected := reporting()
	protected.Representatives = []string{"rep-1"}
	for name, c := range map[string]struct {
		of       medical.Case
		to       *string
		want, is string
	}{
		"an adult":                            {reporting(), nil, "", "patient"},
		"an adult by name":                    {reporting(), ptr("patient"), "", "patient"},
		"an adult who is represented":         {protected, ptr("rep-1"), "", "rep-1"},
		"a minor":                             {minor, ptr("patient"), "LEGAL_REPRESENTATIVE_REQUIRED", ""},
		"a minor, nobody named":               {minor, nil, "LEGAL_REPRESENTATIVE_REQUIRED", ""},
		"a minor, by a stranger":              {minor, ptr("rep-9"), "LEGAL_REPRESENTATIVE_REQUIRED", ""},
		"a minor, by a representative":        {minor, ptr("rep-2"), "", "rep-2"},
		"of age since, to the representative": {grown, ptr("rep-2"), "REPRESENTATION_ENDED", ""},
		"of age since, to the person":         {grown, nil, "", "patient"},
	} {
		t.Run(name, func(t *testing.T) {
			data, _, err := c.of.Open(with(summons(20, 9), func(r *medical.RequestInput) { r.Addressee = c.to }), march(5, 10))
			refused(t, err, c.want)
			if d, ok := data.(medical.ConvocationEnvoyee); c.want == "" && (!ok || d.Addressee != c.is) {
				t.Errorf("addressed to %+v", data)
			}
		})
	}
}

func TestTheModelOfALetterNamesItsSource(t *testing.T) {
	l, ok := reference.LetterOn("CONVOCATION", *on(5))
	if !ok || l.Source == "" || l.Certainty == "" {
		t.Errorf("model %+v", l)
	}
	if _, ok := reference.LetterOn("CONVOCATION", medical.Date{Year: 2016, Month: 12, Day: 31}); ok {
		t.Error("a model before its date")
	}
	_, err := reporting().ComposeLetter(medical.ConvocationEnvoyee{Place: "DT-PARIS"}, medical.Date{Year: 2016, Month: 12, Day: 31})
	refused(t, err, "CONVOCATION_MENTIONS") // no model in force: nothing is sent
}

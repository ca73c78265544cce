package desk

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/release/form"
)

// Each letter of the service (docs/procedure.md, Letters), the summons and the slip, printed and read again with poppler: who writes, to whom, what it
// is, when, and its paragraphs, in that order and with nothing missing.
func TestEachLetterIsReadInItsOrder(t *testing.T) {
	t.Parallel()
	k := &Desk{}
	seen := map[string]bool{}
	for _, d := range []store.Dossier{lettered("SEJ_L4259_PREMIERE"), lettered("OQTF_L7313_LIBRE")} {
		d.ID = store.NewID()
		for _, l := range d.Case.Letters() {
			letter := written(t, l, map[string]string{"personne": "FICTIVAUX Élodie", "question": "Quel est le traitement en cours ?", "examens": "Un bilan sanguin.",
				"manque": "la signature", "destinataire": "un hôpital"})
			face := LetterFace{Dossier: d.ID, Place: d.Case.Direction, Name: "FICTIVAUX Élodie", Address: "1 rue des Essais\n75011 Paris", SentOn: l.On, Letter: letter}
			holdsOrder(t, l.Kind, face.paper(letterTitles[l.Kind], l.On), "1 rue des Essais", "75011 Paris", letterTitles[l.Kind], letter.Text)
			seen[l.Kind] = true
		}
		slip := d.Case.Slip(day(12))
		letter := written(t, slip, map[string]string{"objet": "avis rendu", "numero": "12", "personne": "FICTIVAUX Élodie"})
		holdsOrder(t, slip.Kind, k.slipPaper(d, store.Sent{}, slip, letter), letterTitles[slip.Kind], letter.Text)
		seen[slip.Kind] = true
	}
	summons, err := lettered("SEJ_L4259_PREMIERE").Case.ComposeLetter(medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: at(20), Place: "DT-PARIS", Addressee: "patient"}, day(7))
	if err != nil {
		t.Fatal(err)
	}
	face := LetterFace{Dossier: store.NewID(), Place: "DT-PARIS", Name: "FICTIVAUX Élodie", Mode: "LRAR", RegisteredNumber: "2C 145 778 0012 4", SentOn: day(7), Letter: summons}
	holdsOrder(t, letterSummons, face.paper(letterTitles[letterSummons], day(7)), letterTitles[letterSummons], "n° 2C 145 778 0012 4", summons.Text)
	seen[letterSummons] = true
	for kind := range letterTitles {
		if !seen[kind] {
			t.Errorf("no %s was read", kind)
		}
	}
}

// foot stands below each page, in the middle of a text that goes on.
var foot = regexp.MustCompile(`Dossier [0-9a-f]{8}, page \d+ / \d+`)

func written(t *testing.T, l medical.DueLetter, opened map[string]string) medical.Letter {
	t.Helper()
	letter, err := l.Write(opened)
	if err != nil {
		t.Fatalf("%s: %v", l.Kind, err)
	}
	return letter
}

// holdsOrder draws a paper and reads it as a reader does (-raw leaves the words in the order in which they were written, whatever the lay-out).
func holdsOrder(t *testing.T, kind string, p form.Paper, parts ...string) {
	t.Helper()
	file, err := p.PDF()
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	parts = append([]string{"Office français de l’immigration et de l’intégration", "Service médical"}, append(parts, "Le service médical")...)
	for _, way := range [][]string{{path, "-"}, {"-raw", path, "-"}} {
		out, err := exec.CommandContext(t.Context(), "pdftotext", way...).CombinedOutput()
		if err != nil {
			t.Fatalf("pdftotext: %v %s", err, out)
		}
		said := strings.Join(strings.Fields(foot.ReplaceAllString(string(out), "")), " ")
		for _, part := range parts {
			for _, paragraph := range strings.Split(part, "\n\n") {
				want := strings.Join(strings.Fields(paragraph), " ")
				_, after, found := strings.Cut(said, want)
				if !found {
					t.Fatalf("%s: %q is missing, or not in its place:\n%s", kind, want, out)
				}
				said = after
			}
		}
	}
}

// lettered is a dossier whose events call for every letter.
func lettered(kind string) store.Dossier {
	c := medical.Case{Direction: "DT-PARIS"}
	c.Kind = kind
	for i, data := range []medical.EventData{medical.SaisineRecue{}, medical.CertificatRecu{}, medical.CompletudeDemandee{Ref: "cpl-1", ReasonCode: "NON_SIGNE"},
		medical.ComplementDemande{Ref: "cmp-1", To: "HOPITAL", DueOn: day(21), ApplicantInformedOn: new(day(6))}, medical.ExamensDemandes{Ref: "exa-1", DueOn: day(21)},
		medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: at(20), Place: "DT-PARIS", Addressee: "patient"}, medical.Presence{Ref: "conv-1"}} {
		c.Events = append(c.Events, medical.Event{Seq: i + 1, At: at(6), Type: data.EventType(), Stage: medical.StageReport, Data: data})
	}
	return store.Dossier{Case: c}
}

func day(n int) medical.Date { return medical.Date{Year: 2026, Month: time.March, Day: n} }

func at(n int) time.Time { return time.Date(2026, time.March, n, 10, 0, 0, 0, time.UTC) }

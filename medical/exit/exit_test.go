package exit

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"cloison/medical"
	"cloison/policy"
)

// TestTheListOfExits: a way out that is added, or a word of one that changes, must change this list, and so be seen. One file per exit.
func TestTheListOfExits(t *testing.T) {
	var list strings.Builder
	for _, e := range Exits() {
		fmt.Fprintf(&list, "%s | %s | %s | %s | pieces %t | %s\n", e.Bundle, e.Event, e.Compartment, e.Recipient, e.Pieces, e.Ground)
		if e.Envelope != sealedArchive {
			t.Errorf("%s: another envelope", e.Bundle)
		}
	}
	const want = `L1 | EXPORT_REALISE | civil | la préfecture en charge ou la juridiction, une fois le recours déclaré | pieces false | CAA Douai, 2 juillet 2020, 19DA00895 ; CE, 7 décembre 2018, n° 419226
L2 | EXPORT_REALISE | medical | la juridiction, jamais la préfecture | pieces true | CE, 28 juillet 2022, n° 441481 ; L. 1110-4 CSP
L3 | EXPORT_REALISE | civil | la juridiction, la personne ou qui agit pour elle | pieces false | R. 425-11 ; CADA 20191886 et 20201876
L4 | ACCES_REMIS | medical | la personne, son représentant, son mandataire ou ses ayants droit, identité vérifiée | pieces true | L. 1111-7 CSP ; CADA 20202812 ; CADA 20180134
`
	if list.String() != want {
		t.Errorf("the lawful exits have changed:\n%s", list.String())
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "_test.go") {
			files = append(files, e.Name())
		}
	}
	if got := strings.Join(files, " "); got != "access.go archive.go attestation.go country.go doc.go judge.go manifest.go statistics.go" {
		t.Errorf("the files of the exits have changed: %s", got)
	}
	if yearly := YearlyGround + " | " + YearlyRecipient + " | " + YearlyEnvelope; yearly != `CESEDA, L. 425-9, dernier alinéa | le Parlement, par le rapport annuel sur l’activité du service médical | fichier JSON de chiffres, sans fiche ni référence ; en clair, puisqu’il se publie` {
		t.Errorf("the yearly table has changed: %s", yearly)
	}
	if _, ok := Of("L5"); ok {
		t.Error("there is an L5")
	}
	if got := strings.Join(Records(), " "); got != "referral certificate report supplement request reply source" {
		t.Errorf("what a medical bundle takes has changed: %s", got)
	}
}

func events(data ...medical.EventData) medical.Case {
	c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Referrals: []medical.ReferralRef{{ID: "r", Prefecture: "75"}}}
	for i, d := range data {
		c.Events = append(c.Events, medical.Event{Seq: i + 1, Type: d.EventType(), Data: d, At: time.Date(2026, 3, i+1, 9, 0, 0, 0, time.UTC)})
	}
	return c
}

func facts(a Ask, data ...medical.EventData) policy.Disclosure {
	c := events(data...)
	return a.Complete(c).Facts(policy.Dossier{}, c)
}

func TestWhoAsks(t *testing.T) {
	for requester, want := range map[string]string{
		"pref-75": "PREFECTURE", "ext:juridiction": "COURT", "patient": "PERSON", "rep-1": "REPRESENTATIVE", "ext:avocat": "THIRD", "": "", "juridiction": "THIRD",
		"ext:juridiction-amie": "THIRD",
	} {
		if got := facts(Ask{Bundle: "L2", Requester: requester}).Recipient; got != want {
			t.Errorf("%s is %q", requester, got)
		}
	}
}

func TestAnAttestationNeedsLitigation(t *testing.T) {
	ask := Ask{Bundle: "L1", Requester: "pref-75"}
	if f := facts(ask); f.Litigation || !f.InCharge {
		t.Errorf("%+v", f)
	}
	filed, asked := medical.RecoursDepose{Referral: "r"}, medical.DemandeJuridiction{Bundle: "L1"}
	for name, c := range map[string]struct {
		requester string
		data      []medical.EventData
		want      bool
	}{
		"an appeal":                            {"pref-75", []medical.EventData{filed}, true},
		"an appeal that was ruled on":          {"pref-75", []medical.EventData{filed, medical.Jugement{Referral: "r"}}, false},
		"a prefecture that recorded a request": {"pref-75", []medical.EventData{asked}, false},
		"a court that asked":                   {Court, []medical.EventData{asked}, true},
	} {
		if facts(Ask{Bundle: "L1", Requester: c.requester}, c.data...).Litigation != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
	}
	moved := medical.ChangementPrefecture{Referral: "r", PrefectureOld: "75", PrefectureNew: "69"}
	if facts(ask, moved).InCharge || !facts(Ask{Bundle: "L1", Requester: "pref-69"}, moved).InCharge || facts(Ask{Requester: "ext:juridiction"}).InCharge {
		t.Error("the prefecture in charge is another")
	}
}

func TestOnlyTheWholeFileLiftsSecrecy(t *testing.T) {
	ask := Ask{Bundle: "L2", Requester: "ext:juridiction"}
	for scope, want := range map[string]bool{WholeFile: true, "RAPPORT": false, "": false} {
		if facts(ask, medical.LeveeSecret{Scope: scope}).SecrecyLifted != want {
			t.Errorf("scope %q", scope)
		}
	}
	if facts(ask).SecrecyLifted {
		t.Error("lifted by nobody")
	}
}

func TestThePersonsAccess(t *testing.T) {
	asked := medical.DemandeAcces{Ref: "acc-1", Requester: "patient"}
	shown := medical.IdentiteVerifiee{Person: "patient", IdentityShown: true}
	ask := Ask{Bundle: "L4", Ref: "acc-1"}
	for name, c := range map[string]struct {
		ask                 Ask
		data                []medical.EventData
		requested, verified bool
	}{
		"asked and verified":             {ask, []medical.EventData{asked, shown}, true, true},
		"not verified":                   {ask, []medical.EventData{asked}, true, false},
		"verified before the request":    {ask, []medical.EventData{shown, asked}, true, false},
		"somebody else verified":         {ask, []medical.EventData{asked, medical.IdentiteVerifiee{Person: "rep-1", IdentityShown: true}}, true, false},
		"nothing shown":                  {ask, []medical.EventData{asked, medical.IdentiteVerifiee{Person: "patient"}}, true, false},
		"shown, then not":                {ask, []medical.EventData{asked, shown, medical.IdentiteVerifiee{Person: "patient"}}, true, false},
		"another reference":              {Ask{Bundle: "L4", Ref: "acc-2"}, []medical.EventData{asked, shown}, false, false},
		"no reference":                   {Ask{Bundle: "L4", Requester: "patient"}, []medical.EventData{asked, shown}, false, false},
		"another person for the request": {Ask{Bundle: "L4", Ref: "acc-1", Requester: "rep-1"}, []medical.EventData{asked, shown}, false, false},
	} {
		if f := facts(c.ask, c.data...); f.Requested != c.requested || f.IdentityVerified != c.verified || f.MotiveMissing {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if !facts(Ask{Bundle: "L4", Requester: "rep-1"}, medical.MajoriteAtteinte{}).RepresentationEnded || facts(Ask{Bundle: "L4", Requester: "patient"}, medical.MajoriteAtteinte{}).RepresentationEnded {
		t.Error("a parent and a person of age are taken for one another")
	}
	heir := medical.DemandeAcces{Ref: "acc-1", Requester: "ext:ayant-droit"}
	motived := heir
	motived.Scope = "DEFENDRE_MEMOIRE"
	if !facts(ask, heir).MotiveMissing || facts(ask, motived).MotiveMissing || !facts(ask, medical.Deces{}, asked).MotiveMissing {
		t.Error("an heir says why, and nobody else")
	}
}

func TestTheAdministrativePartWaitsForTheDecision(t *testing.T) {
	if AfterDecision(events(medical.AvisTransmis{Version: 1})) || !AfterDecision(events(medical.DecisionPrefet{Outcome: "REFUS"})) {
		t.Error("the second clock")
	}
}

// TestAnArchiveHasTheSizeSaid: what is declared before anything opens is what comes, and a file that lies about its size ends it.
func TestAnArchiveHasTheSizeSaid(t *testing.T) {
	at := time.Date(2026, 3, 29, 23, 59, 0, 0, time.UTC)
	files := []File{Bytes("a.json", []byte(`{"é":1}`)), Bytes("pieces/001.pdf", bytes.Repeat([]byte("x"), 70_000)), Bytes("vide", nil)}
	var size Counter
	if err := Write(&size, Blank(files), at); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := Write(&archive, files, at.Add(time.Hour)); err != nil || int64(archive.Len()) != int64(size) {
		t.Fatalf("%d bytes, %d said: %v", archive.Len(), size, err)
	}
	read, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil || len(read.File) != 3 {
		t.Fatal(err)
	}
	first, err := read.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(first); err != nil || string(content) != `{"é":1}` {
		t.Errorf("%s %v", content, err)
	}
	for _, said := range []int64{3, 9} {
		lying := Bytes("x", []byte("12345"))
		lying.Size = said
		if Write(io.Discard, []File{lying}, at) == nil {
			t.Errorf("five bytes for %d were taken", said)
		}
	}
}

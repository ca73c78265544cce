package evidence_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/release"
	"cloison/release/evidence"
)

const origin = "cloison.test.medical"

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

// key of a log or of a witness.
func newKey(t *testing.T) *keyfile.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyfile.NewSigner(private)
}

// world is a log of three entries, the second of which delivers an opinion.
type world struct {
	log, witness note.Verifier
	signer       note.Signer
	cosigner     *checkpoint.Witness
	body         []byte
	entry        audit.Entry
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key, cokey := newKey(t), newKey(t)
	log, err := checkpoint.NewVerifier(origin, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{log: log, signer: checkpoint.NewSigner(origin, key), cosigner: checkpoint.NewWitness("cloison.test.server/witness", cokey)}
	w.witness = w.cosigner.Verifier()
	w.body = canonical(t, sealed(7, "3f0d0000-0000-4000-8000-000000000001"))
	w.entry = audit.Entry{ID: audit.NewID(), At: noon, Subject: "relay", Role: "SYSTEM", Action: "release.deliver", ObjectKind: "release", Object: "7",
		Decision: audit.Allow, Rule: "ALLOW_SYSTEM", Policy: strings.Repeat("0a", 32), Outcome: audit.Done, Digests: [][]byte{evidence.Digest(w.body)},
		Retention: audit.Procedure}
	return w
}

func sealed(seq int64, referral string) release.Release {
	gravity, treatment, months := release.GravityPossible, release.TreatmentUnreachable, 12
	o := release.Opinion{Seal: release.NewSeal(strings.Repeat("ab", 16), make([]byte, 1600)), Unsealed: release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referral, 1), Referral: referral, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &release.Stage{}, StageOpinion: &release.Stage{}, CareNeeded: release.CareIsNeeded, ExceptionalGravity: &gravity,
		TreatmentAvailable: &treatment, DurationMonths: &months, Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("0", 64)}, Authors: []int{1, 2, 3}}}}
	return release.Release{Seq: seq, Kind: release.ReleaseOpinion, Opinion: &o}
}

func canonical(t *testing.T, r release.Release) []byte {
	t.Helper()
	body, err := release.Canonical(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// proof of an entry, as the second of three, countersigned.
func (w *world) proof(t *testing.T, entry []byte) audit.Proof {
	t.Helper()
	hashes := hashes{}
	for i, leaf := range [][]byte{[]byte("before"), entry, []byte("after")} {
		added, err := tlog.StoredHashesForRecordHash(int64(i), tlog.RecordHash(leaf), hashes)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range added {
			hashes[int64(len(hashes))] = h
		}
	}
	root, err := tlog.TreeHash(3, hashes)
	if err != nil {
		t.Fatal(err)
	}
	path, err := tlog.ProveRecord(3, 1, hashes)
	if err != nil {
		t.Fatal(err)
	}
	c := checkpoint.Checkpoint{Origin: origin, Size: 3, Root: root}
	signed, err := checkpoint.Sign(c, w.signer)
	if err != nil {
		t.Fatal(err)
	}
	line, err := w.cosigner.Cosign(c, noon)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Proof{Entry: entry, Position: 1, Path: path, Note: append(signed, line...)}
}

type hashes map[int64]tlog.Hash

func (h hashes) ReadHashes(wanted []int64) (read []tlog.Hash, err error) {
	for _, i := range wanted {
		read = append(read, h[i])
	}
	return read, nil
}

func TestEvidenceHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := evidence.File{Release: string(w.body), Proof: string(w.proof(t, w.entry.Canonical()).Format())}
	got, err := file.Check(w.log, w.witness)
	if err != nil || got.Seq != 7 || got.Position != 1 || got.Opinion.Version != 1 || !got.Entry.At.Equal(noon) || len(got.Head.Witnesses) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(file.Proof) > evidence.MaxProof/2 {
		t.Errorf("a proof of %d bytes leaves no room for a log of 2^40 entries", len(file.Proof))
	}
}

// Another opinion, or another entry, whatever of it is another: the evidence does not hold, though each log is rightly signed.
func TestEvidenceOfAnotherDoesNotHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]func(*audit.Entry){
		"a subject":         func(e *audit.Entry) { e.Subject = audit.NewID() },
		"a session":         func(e *audit.Entry) { e.Session = "s" },
		"a role":            func(e *audit.Entry) { e.Role = "MEDECIN" },
		"a purpose":         func(e *audit.Entry) { e.Purpose = "COLLEGE" },
		"an action":         func(e *audit.Entry) { e.Action = "release.quarantine" },
		"a kind":            func(e *audit.Entry) { e.ObjectKind = "dossier" },
		"another number":    func(e *audit.Entry) { e.Object = "8" },
		"an item":           func(e *audit.Entry) { e.Item = "CNRY" },
		"a refusal":         func(e *audit.Entry) { e.Decision, e.Outcome = audit.Deny, audit.Refused },
		"a rule":            func(e *audit.Entry) { e.Rule = "CANCER" },
		"an intent":         func(e *audit.Entry) { e.Outcome = audit.Intent },
		"the intent's name": func(e *audit.Entry) { e.Intent = audit.NewID() },
		"a request":         func(e *audit.Entry) { e.RequestID = "CNRY" },
		"no digest":         func(e *audit.Entry) { e.Digests = nil },
		"another digest":    func(e *audit.Entry) { e.Digests = [][]byte{make([]byte, 32)} },
		"two digests":       func(e *audit.Entry) { e.Digests = append(e.Digests, make([]byte, 32)) },
		"a size":            func(e *audit.Entry) { e.Bytes = 42 },
		"a retention":       func(e *audit.Entry) { e.Retention = audit.Access },
		"a text for an id":  func(e *audit.Entry) { e.ID = "suivi-pour-un-cancer" },
		"a text for policy": func(e *audit.Entry) { e.Policy = "suivi" },
	} {
		e := w.entry
		change(&e)
		if _, err := evidence.Check(w.body, w.proof(t, e.Canonical()).Format(), w.log, w.witness); err == nil {
			t.Errorf("%s: holds", name)
		}
	}
	good := w.proof(t, w.entry.Canonical())
	stranger, err := checkpoint.NewVerifier(origin, newKey(t).Public())
	if err != nil {
		t.Fatal(err)
	}
	moved, longer := good, good
	moved.Position = 0
	longer.Path = append(longer.Path[:len(longer.Path):len(longer.Path)], tlog.Hash{})
	loose := good
	loose.Entry = []byte(strings.Replace(string(good.Entry), `{"id"`, `{"id":"x","id"`, 1))
	for name, c := range map[string]struct {
		body []byte
		p    audit.Proof
		log  note.Verifier
	}{
		"another opinion":      {canonical(t, sealed(7, "3f0d0000-0000-4000-8000-000000000002")), good, w.log},
		"the same, renumbered": {canonical(t, sealed(8, "3f0d0000-0000-4000-8000-000000000001")), good, w.log},
		"a space more":         {append([]byte(" "), w.body...), good, w.log},
		"another log's key":    {w.body, good, stranger},
		"another place":        {w.body, moved, w.log},
		"a hash more":          {w.body, longer, w.log},
		"a field twice":        {w.body, loose, w.log},
	} {
		if _, err := evidence.Check(c.body, c.p.Format(), c.log, w.witness); err == nil {
			t.Errorf("%s: holds", name)
		}
	}
	if _, err := evidence.Check(w.body, append(good.Format(), make([]byte, evidence.MaxProof)...), w.log, w.witness); err == nil {
		t.Error("a proof without an end holds")
	}
}

// TestBitsOfAProof counts what a proof can carry, given what is refused here and by the receiver (server/relay: the head is letter by letter the one that
// it countersigned, and its own signature). The hashes beside the path have crossed before, or could: each countersignature needs as many.
func TestBitsOfAProof(t *testing.T) {
	t.Parallel()
	const entries = 1 << 30
	total := 0.0
	for _, c := range []struct {
		name string
		bits float64
		why  string
	}{
		{"id", 122, "random, drawn by the medical zone"},
		{"at", math.Log2(86400 * 1e6), "microseconds of a day"},
		{"policy", 256, "digest of the rules; the receiver does not know the other zone's"},
		{"index", math.Log2(entries), "position"},
		{"path", 256 * math.Log2(entries), "hashes of a log of 2^30 entries"},
		{"the rest", 0, "rebuilt from the release, or signed by the receiver"},
	} {
		total += c.bits
		t.Logf("%-10s %7.0f  %s", c.name, c.bits, c.why)
	}
	t.Logf("%-10s %7.0f", "total", total)
	if total > 8192 {
		t.Error("a proof can carry more than the bound")
	}
}

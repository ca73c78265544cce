package server_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/internal/clock"
	"cloison/release"
	"cloison/release/evidence"
	"cloison/server/prefecture"
	"cloison/server/relay"
)

// medicalLog plays the log of the medical zone, in memory.
type medicalLog struct {
	key, witnessKey *keyfile.Signer
	verifier        note.Verifier
	size, seen      int64 // in all; under the last head that was countersigned
	hashes          storedHashes
}

const medicalOrigin = "testclock.cloison.test.medical"

func newMedicalLog(t *testing.T) *medicalLog {
	t.Helper()
	key := func() *keyfile.Signer {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return keyfile.NewSigner(private)
	}
	l := &medicalLog{key: key(), witnessKey: key(), hashes: storedHashes{}}
	verifier, err := checkpoint.NewVerifier(medicalOrigin, l.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	l.verifier = verifier
	return l
}

func (l *medicalLog) witnessedBy(pool *pgxpool.Pool, now clock.Clock) *relay.Logs {
	return &relay.Logs{Own: l.verifier, Clock: now,
		Peer: audit.Witnessing{Pool: pool, Log: l.verifier, Witness: checkpoint.NewWitness("cloison.test.server/witness", l.witnessKey)}}
}

type storedHashes map[int64]tlog.Hash

func (h storedHashes) ReadHashes(wanted []int64) (read []tlog.Hash, err error) {
	for _, i := range wanted {
		read = append(read, h[i])
	}
	return read, nil
}

// add puts an entry in the log.
func (l *medicalLog) add(t *testing.T, leaf []byte) (position int64) {
	t.Helper()
	added, err := tlog.StoredHashesForRecordHash(l.size, tlog.RecordHash(leaf), l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range added {
		l.hashes[int64(len(l.hashes))] = h
	}
	l.size++
	return l.size - 1
}

// head is the signed head as it stands.
func (l *medicalLog) head(t *testing.T) []byte {
	t.Helper()
	root, err := tlog.TreeHash(l.size, l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := checkpoint.Sign(checkpoint.Checkpoint{Origin: medicalOrigin, Size: l.size, Root: root}, checkpoint.NewSigner(medicalOrigin, l.key))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// prove makes the proof of an entry, once the administrative zone has countersigned a head that holds it.
func (z *zone) prove(entry audit.Entry) audit.Proof {
	z.t.Helper()
	old := z.logs.seen
	position := z.logs.add(z.t, entry.Canonical())
	z.logs.add(z.t, []byte("another"))
	request := audit.AddRequest{Old: old, Note: z.logs.head(z.t)}
	if old > 0 {
		var err error
		if request.Proof, err = tlog.ProveTree(z.logs.size, old, z.logs.hashes); err != nil {
			z.t.Fatal(err)
		}
	}
	a := z.relay(http.MethodPost, "/relay/v1/audit/add-checkpoint", request.Format())
	if a.status != http.StatusOK {
		z.t.Fatalf("countersigning: %d %s", a.status, a.body)
	}
	z.logs.seen = z.logs.size
	path, err := tlog.ProveRecord(z.logs.size, position, z.logs.hashes)
	if err != nil {
		z.t.Fatal(err)
	}
	return audit.Proof{Entry: entry.Canonical(), Position: position, Path: path, Note: append(request.Note, a.body...)}
}

// delivered is the entry of the delivery of a release.
func (z *zone) delivered(r release.Release) audit.Entry {
	z.t.Helper()
	body, err := release.Canonical(r)
	if err != nil {
		z.t.Fatal(err)
	}
	return audit.Entry{ID: audit.NewID(), At: z.clock.Now(), Subject: "relay", Role: "SYSTEM", Action: "release.deliver", ObjectKind: "release",
		Object: fmt.Sprint(r.Seq), Decision: audit.Allow, Rule: "ALLOW_SYSTEM", Policy: strings.Repeat("0a", 32), Outcome: audit.Done,
		Digests: [][]byte{evidence.Digest(body)}, Retention: audit.Procedure}
}

func proofPath(seq int64) string { return fmt.Sprintf("/relay/v1/audit/proof/%d", seq) }

const evidencePath = "/opinion/evidence"

// An opinion is there before its proof and says so; once the proof has come it lies beside it, and whoever takes both away checks them with public keys.
func TestAnOpinionHasItsProofBesideIt(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id, opinion := z.received()
	get := func() (o prefecture.OpinionDetail) {
		z.t.Helper()
		z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+"/opinion", "").into(t, &o)
		return o
	}
	if o := get(); o.ID == "" || o.LogProof != nil {
		t.Fatalf("before the proof: %+v", o.LogProof)
	}
	if page := z.call("pref-75", http.MethodGet, "/saisines/"+id+"/avis", ""); !strings.Contains(string(page.body), "n’est pas encore arrivée") {
		t.Error("the page does not say that the proof is not there")
	}
	z.refused(func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+evidencePath, "") }, 409, "conflict", "", "CONFLICT")

	proof := z.prove(z.delivered(opinion))
	for range 2 { // twice the same: kept once
		if a := z.relay(http.MethodPut, proofPath(opinion.Seq), proof.Format()); a.status != http.StatusNoContent {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	o := get()
	if o.LogProof == nil || o.LogProof.Position != proof.Position {
		t.Fatalf("after the proof: %+v", o.LogProof)
	}
	if page := z.call("pref-75", http.MethodGet, "/saisines/"+id+"/avis", ""); !strings.Contains(string(page.body), evidencePath) {
		t.Error("the page does not offer the proof")
	}
	var file evidence.File
	a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+evidencePath, "")
	if err := json.Unmarshal(a.body, &file); a.status != 200 || err != nil || file != o.LogProof.Evidence {
		t.Fatalf("%d %v %s", a.status, err, a.body)
	}
	witness := checkpoint.NewWitnessVerifier("cloison.test.server/witness", z.logs.witnessKey.Public())
	checked, err := file.Check(z.logs.verifier, witness)
	if err != nil || checked.Opinion.ID != o.ID || len(checked.Head.Witnesses) != 1 {
		t.Errorf("%+v, %v", checked, err)
	}
	if a := z.call("pref-93", http.MethodGet, "/api/v1/referrals/"+id+evidencePath, ""); a.status != http.StatusNotFound {
		t.Errorf("another prefecture: %d", a.status)
	}
}

// received is a referral whose opinion has come.
func (z *zone) received() (referral string, opinion release.Release) {
	z.t.Helper()
	referral = z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T15:00:00+01:00")
	opinion = z.opinion(1, referral)
	if a := z.put(opinion); a.status != 200 {
		z.t.Fatalf("%d %s", a.status, a.body)
	}
	return referral, opinion
}

// The door takes a proof of the opinion that it took, under the very head that this zone countersigned, and nothing that could hold anything else.
func TestAProofSaysNothingElse(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, opinion := z.received()
	good := z.prove(z.delivered(opinion))
	reference := z.delivered(opinion)
	reference.Item = "CNRY"
	late := z.delivered(opinion)
	late.At = late.At.AddDate(0, 0, 2)
	unseen := good
	unseen.Position = z.logs.add(t, good.Entry)
	unseen.Note = append(z.logs.head(t), good.Note[strings.LastIndex(strings.TrimSpace(string(good.Note)), "\n")+1:]...)
	signedTwice := string(good.Format())
	signedTwice += signedTwice[strings.LastIndex(strings.TrimSpace(signedTwice), "\n")+1:]
	stranger := strings.Replace(string(good.Format()), "— cloison.test.server", "— suivi.cancer AAAAAAAA\n— cloison.test.server", 1)
	alone := good
	alone.Note = good.Note[:strings.LastIndex(strings.TrimSpace(string(good.Note)), "\n")+1]
	for name, proof := range map[string][]byte{
		"an entry with something more": z.prove(reference).Format(),
		"an entry of tomorrow":         z.prove(late).Format(),
		"a head never countersigned":   unseen.Format(),
		"a head signed by us twice":    []byte(signedTwice),
		"a signature of a stranger":    []byte(stranger),
		"a head signed by nobody else": alone.Format(),
		"nothing":                      nil,
		"a line more":                  append(good.Format(), "CNRY\n"...),
	} {
		if a := z.relay(http.MethodPut, proofPath(opinion.Seq), proof); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for _, path := range []string{proofPath(2), proofPath(0), "/relay/v1/audit/proof/x"} {
		if a := z.relay(http.MethodPut, path, good.Format()); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if !strings.Contains(z.log.String(), "ALARM the medical zone's log does not show") {
		t.Error("no alarm")
	}
	if a := z.relay(http.MethodPut, proofPath(opinion.Seq), good.Format()); a.status != http.StatusNoContent {
		t.Errorf("the good one: %d %s", a.status, a.body)
	}
}

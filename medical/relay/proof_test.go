package relay

import (
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sumnote "golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/internal/clock"
	"cloison/medical/store"
	"cloison/release/evidence"
)

// follow makes the log of a test's zone, and plays its witness.
type follow struct {
	signer  *audit.OwnSigner
	log     sumnote.Verifier
	witness *checkpoint.Witness
}

func newFollow(t *testing.T) *follow {
	t.Helper()
	key := func() *keyfile.Signer {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		must(t, err)
		return keyfile.NewSigner(private)
	}
	const origin = "testclock.cloison.test.medical"
	own := key()
	log, err := checkpoint.NewVerifier(origin, own.Public())
	must(t, err)
	return &follow{audit.NewOwnSigner(origin, own), log, checkpoint.NewWitness("cloison.test.server/witness", key())}
}

// sign numbers and signs what stands, and has it countersigned.
func (f *follow) sign(t *testing.T, z *zone) {
	t.Helper()
	var waiting int
	for stands := true; stands; stands = waiting > 0 { // another test's transaction may hold an entry back for an instant
		_, err := audit.Integrate(t.Context(), z.Pool)
		must(t, err)
		must(t, z.Pool.QueryRow(t.Context(), "select (select count(*) from audit.entries) - (select count(*) from audit.leaves)").Scan(&waiting))
	}
	head, err := audit.SignHead(t.Context(), z.Pool, f.signer, f.log, start)
	must(t, err)
	line, err := f.witness.Cosign(checkpoint.Checkpoint{Origin: f.log.Name(), Size: head.Size, Root: head.Root}, start)
	must(t, err)
	must(t, audit.KeepCosignature(t.Context(), z.Pool, head, line, f.log, f.witness.Verifier()))
}

// TestADeliveryNamesItsOpinion: the entry of the delivery holds the digest of what crossed, and the proof of that entry goes after it, once, when the
// witness has countersigned. A notice is not named.
func TestADeliveryNamesItsOpinion(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	f := newFollow(t)
	z.o.Logs = &Logs{Own: f.log, PeerWitness: f.witness.Verifier(), Clock: clock.Machine{}}
	_, _, seq := z.issued(t)
	for did := true; did; {
		var err error
		did, err = z.handOver(t.Context())
		must(t, err)
	}
	var proofs []string
	status := http.StatusNoContent
	z.o.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		proofs = append(proofs, r.URL.Path+" "+string(body))
		answer := httptest.NewRecorder()
		answer.WriteHeader(status)
		return answer.Result(), err
	})}
	give := func(want int, did bool) {
		t.Helper()
		if got, err := z.giveProof(t.Context()); got != did || err != nil || len(proofs) != want {
			t.Fatalf("gave %t, %v, %d proofs crossed, want %d", got, err, len(proofs), want)
		}
	}
	give(0, false) // nothing is countersigned yet
	f.sign(t, z)
	status = http.StatusUnprocessableEntity
	if did, err := z.giveProof(t.Context()); did || !alarming(err) {
		t.Errorf("refused: %t %v", did, err)
	}
	status = http.StatusNoContent
	give(2, true)
	give(2, false)
	path, file, _ := strings.Cut(proofs[1], " ")
	body := []byte{}
	for _, taken := range z.peer.taken {
		if strings.Contains(string(taken), `"kind":"opinion"`) {
			body = taken
		}
	}
	checked, err := evidence.Check(body, []byte(file), f.log, f.witness.Verifier())
	if err != nil || checked.Seq != seq || path != "/relay/v1/audit/proof/"+checked.Entry.Object {
		t.Errorf("%s: %+v, %v", path, checked, err)
	}
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Action: "release.deliver"})
	must(t, err)
	named := 0
	for _, e := range entries {
		named += len(e.Digests)
	}
	if named != 1 {
		t.Errorf("%d digests in the entries of %d deliveries", named, len(z.peer.taken))
	}
	if _, _, err := store.NextUnproven(t.Context(), z.Pool); err == nil {
		t.Error("it is looked for again")
	}
}

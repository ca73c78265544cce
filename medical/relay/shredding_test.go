package relay

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"cloison/release"
)

// TestADestructionIsToldByADigest: what crosses is the digest of a random reference, in an address without a body; what the other zone did not take is told
// again, what it took is not.
func TestADestructionIsToldByADigest(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, _, _ := z.issued(t)
	_, err := z.owner.Exec(t.Context(), `INSERT INTO medical.shreddings_to_tell (dossier) VALUES ($1::uuid)`, dossier)
	must(t, err)
	var crossed []string
	status := http.StatusServiceUnavailable
	z.o.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		crossed = append(crossed, r.Method+" "+r.URL.Path+string(body))
		answer := httptest.NewRecorder()
		answer.WriteHeader(status)
		return answer.Result(), err
	})}
	if did, err := z.tellShredding(t.Context()); did || err == nil || alarming(err) {
		t.Errorf("the other zone is down: %v, %v", did, err)
	}
	status = http.StatusNoContent
	for _, want := range []bool{true, false} {
		if did, err := z.tellShredding(t.Context()); did != want || err != nil {
			t.Errorf("told %v, %v", did, err)
		}
	}
	digest := release.Shredding(dossier)
	want := "PUT /relay/v1/shreddings/" + hex.EncodeToString(digest[:])
	if len(crossed) != 2 || crossed[0] != want || crossed[1] != want {
		t.Errorf("crossed %q, want twice %q", crossed, want)
	}
}

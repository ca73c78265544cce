package server_test

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"cloison/audit"
	"cloison/release"
)

// What the medical zone destroyed stands in this zone's log by its digest; said again, it stands once. Nothing else is taken there.
func TestADestructionStandsInTheLog(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	digest := release.Shredding("6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa")
	path := "/relay/v1/shreddings/" + hex.EncodeToString(digest[:])
	for range 2 {
		if a := z.relay(http.MethodPut, path, nil); a.status != http.StatusNoContent {
			t.Fatalf("told: %d %s", a.status, a.body)
		}
	}
	for name, a := range map[string]answer{
		"a reference":  z.relay(http.MethodPut, "/relay/v1/shreddings/6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa", nil),
		"a short one":  z.relay(http.MethodPut, path[:len(path)-2], nil),
		"with a body":  z.relay(http.MethodPut, path, []byte("x")),
		"another call": z.relay(http.MethodGet, path, nil),
		"in capitals":  z.relay(http.MethodPut, "/relay/v1/shreddings/"+strings.ToUpper(path[len(path)-64:]), nil),
	} {
		if a.status != http.StatusNotFound {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	var kept []byte
	if err := z.pool.QueryRow(t.Context(), `SELECT s.digest FROM server.shreddings s`).Scan(&kept); err != nil || !bytes.Equal(kept, digest[:]) {
		t.Errorf("kept %x, %v", kept, err)
	}
	entries, err := audit.Find(t.Context(), z.pool, audit.Filter{Action: "shredding.receive"})
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, e := range entries {
		if e.Outcome != audit.Done || len(e.Digests) != 1 || !bytes.Equal(e.Digests[0], digest[:]) {
			t.Errorf("entry %+v", e)
		}
	}
}

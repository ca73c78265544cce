package server_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cloison/audit/outside"
	"cloison/internal/dev/tsa"
	"cloison/server/dating"
	"cloison/server/prefecture"
)

// TestASealIsDated: once an authority dated the seal, the document is given with its token, and the page says when; before, after a token that is of
// another seal, and without an authority, the same opinion is given without.
func TestASealIsDated(t *testing.T) {
	t.Parallel()
	authority := tsa.Start(t)
	z := newZoneOf(t, authority.Pool)
	id := z.create("pref-75", caseOne).ID
	other := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, id))
	z.taken(z.opinion(2, other))
	pdf := func() []byte {
		t.Helper()
		a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+documentPath, "")
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return a.body
	}
	verified := func() (v prefecture.Verification) {
		t.Helper()
		a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+verification, "")
		if err := json.Unmarshal(a.body, &v); err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
		return v
	}
	before := pdf()
	if v := verified(); v.Stamp != nil || !v.Holds || v.Document != digestOf(before) {
		t.Errorf("before: %+v", v)
	}

	seals, err := dating.New(dating.Options{Pool: z.pool, Authority: &outside.Authority{URL: authority.URL, Roots: authority.Pool}})
	if err != nil {
		t.Fatal(err)
	}
	for round, want := range []int{2, 0} {
		if n, err := seals.Date(t.Context()); err != nil || n != want {
			t.Fatalf("round %d: %d, %v", round, n, err)
		}
	}
	var token []byte
	if err := z.pool.QueryRow(t.Context(), "SELECT token FROM server.seal_stamps WHERE release = 1").Scan(&token); err != nil {
		t.Fatal(err)
	}
	after := pdf()
	if !bytes.Contains(after, []byte(hex.EncodeToString(token))) || len(after) != len(before) {
		t.Error("the document is given without the token of its seal")
	}
	if v := verified(); v.Stamp == nil || !v.Stamp.Holds || !v.Holds || v.Document != digestOf(after) || v.Checks[len(v.Checks)-1].Code != "HORODATAGE" {
		t.Errorf("after: %+v", v)
	}
	page := string(z.call("pref-75", http.MethodGet, "/saisines/"+id+"/avis", "", "Accept", "text/html").body)
	for _, want := range []string{"Sceau horodaté par une autorité extérieure", "PAdES B-T", "Horodatage du sceau (RFC 3161)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}

	z.asOwner("UPDATE server.seal_stamps SET token = (SELECT s.token FROM server.seal_stamps s WHERE s.release = 2) WHERE release = 1")
	if v := verified(); v.Holds || v.Stamp == nil || v.Stamp.Holds {
		t.Errorf("another seal's token: %+v", v)
	}
	if !bytes.Equal(pdf(), before) {
		t.Error("a token of another seal is given with the document")
	}
}

func digestOf(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// TestADeadAuthorityKeepsNoOpinionBack: what nobody dates is read and acknowledged, and is dated once somebody answers.
func TestADeadAuthorityKeepsNoOpinionBack(t *testing.T) {
	t.Parallel()
	authority, stranger := tsa.Start(t), tsa.Start(t)
	z := newZoneOf(t, authority.Pool)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, id))
	for name, asked := range map[string]*outside.Authority{
		"nobody answers": {URL: "http://127.0.0.1:1", Roots: authority.Pool}, "a stranger answers": {URL: stranger.URL, Roots: authority.Pool},
	} {
		seals, err := dating.New(dating.Options{Pool: z.pool, Authority: asked})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := seals.Date(t.Context()); err == nil || n != 0 {
			t.Errorf("%s: %d dated, %v", name, n, err)
		}
	}
	if a := z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", ""); a.status >= 300 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if page := string(z.call("pref-75", http.MethodGet, "/saisines/"+id+"/avis", "", "Accept", "text/html").body); !strings.Contains(page, "L’horodatage du sceau n’est pas encore arrivé") || !strings.Contains(page, "Tout concorde") {
		t.Error("the page does not say what is awaited")
	}
}

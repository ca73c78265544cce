package stamp_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digitorus/pkcs7"

	"cloison/crypto/stamp"
	"cloison/internal/dev/tsa"
)

func ask(t *testing.T, a *tsa.Authority, data string) (stamp.Request, []byte) {
	t.Helper()
	request, err := stamp.NewRequest([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := a.Answer(request.DER)
	if err != nil {
		t.Fatal(err)
	}
	return request, answer
}

// A token of openssl's authority is taken, and openssl takes what we keep of it.
func TestATimeStampIsTakenAndReadByOthers(t *testing.T) {
	t.Parallel()
	a := tsa.Start(t)
	request, answer := ask(t, a, "head of a log\n")
	got, err := request.Accept(answer, a.Pool)
	if err != nil || got.At.IsZero() {
		t.Fatalf("%v, %v", got.At, err)
	}
	if at, err := stamp.Check(got.Token, []byte("head of a log\n"), a.Pool); err != nil || !at.Equal(got.At) {
		t.Errorf("checked again: %v, %v", at, err)
	}
	dir := t.TempDir()
	token, data := filepath.Join(dir, "token"), filepath.Join(dir, "data")
	for path, content := range map[string][]byte{token: got.Token, data: []byte("head of a log\n")} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.CommandContext(t.Context(), "openssl", "ts", "-verify", "-token_in", "-in", token, "-data", data, "-CAfile", a.File).CombinedOutput()
	if err != nil || !strings.Contains(string(said), "Verification: OK") {
		t.Errorf("openssl: %v %s", err, said)
	}
}

func TestWhatIsNoTimeStampIsRefused(t *testing.T) {
	t.Parallel()
	a, stranger := tsa.Start(t), tsa.Start(t)
	request, answer := ask(t, a, "x")
	good, err := request.Accept(answer, a.Pool)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := ask(t, a, "x")
	if _, err := again.Accept(answer, a.Pool); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("an answer that was given before: %v", err)
	}
	if _, err := request.Accept(answer, stranger.Pool); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("an authority that nobody trusts: %v", err)
	}
	if _, err := request.Accept([]byte("<html>"), a.Pool); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("a page: %v", err)
	}
	if _, err := stamp.Check(good.Token, []byte("y"), a.Pool); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("of something else: %v", err)
	}
	if _, err := stamp.Check(good.Token, []byte("x"), nil); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("without anybody to trust: %v", err)
	}
	// Any bit of what is signed: the time, the digest, the attributes.
	at := bytes.Index(good.Token, []byte(good.At.Format("20060102150405")))
	if at < 0 {
		t.Fatal("the token holds no time")
	}
	changed := bytes.Clone(good.Token)
	changed[at+3] ^= 1
	if _, err := stamp.Check(changed, []byte("x"), a.Pool); !errors.Is(err, stamp.ErrToken) {
		t.Errorf("another year: %v", err)
	}
}

// The very words of a token, signed by the authority's own key as something else, or under a certificate that is not for time-stamps.
func TestASignatureOfAnotherKindIsNoTimeStamp(t *testing.T) {
	t.Parallel()
	a := tsa.Start(t)
	request, answer := ask(t, a, "x")
	good, err := request.Accept(answer, a.Pool)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := pkcs7.Parse(good.Token)
	if err != nil {
		t.Fatal(err)
	}
	const token, data = "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.1"
	for name, c := range map[string]struct {
		kind, by string
		good     bool
	}{
		"as a token":                    {token, tsa.Stamping, true},
		"as data":                       {data, tsa.Stamping, false},
		"by a certificate for messages": {token, tsa.Plain, false},
	} {
		_, err := stamp.Check(a.Sign(t, parsed.Content, c.kind, c.by), []byte("x"), a.Pool)
		if (err == nil) != c.good || err != nil && !errors.Is(err, stamp.ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

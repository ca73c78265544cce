package passkey_test

import (
	"errors"
	"strings"
	"testing"

	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"
)

const (
	portal    = "https://medical.ofii.example"
	challenge = "Y2hhbGxlbmdlIG9mIHRoaXJ0eS10d28gYnl0ZXMsIHllcw"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	a := passkeytest.New(t, portal)
	key := a.Key(t)
	if err := key.Valid(); err != nil {
		t.Fatal(err)
	}
	for want := uint32(1); want < 3; want++ {
		if got, err := key.Verify(challenge, a.Assert(t, challenge)); err != nil || got != want {
			t.Errorf("counter %d, %v", got, err)
		}
	}
}

// Each thing that is asked of an assertion, wrong alone.
func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	a, other := passkeytest.New(t, portal), passkeytest.New(t, portal)
	key := a.Key(t)
	edited := func(edit func(*passkeytest.Answer)) passkey.Assertion { return a.Assert(t, challenge, edit) }
	good := a.Assert(t, challenge)
	cut := good
	cut.AuthenticatorData = good.AuthenticatorData[:36]
	swapped := other.Assert(t, challenge)
	swapped.Credential = good.Credential
	renamed := good
	renamed.Credential = other.Key(t).Credential
	for name, wrong := range map[string]passkey.Assertion{
		"another challenge":                    edited(func(o *passkeytest.Answer) { o.Challenge = "b3RoZXI" }),
		"another origin":                       edited(func(o *passkeytest.Answer) { o.Origin = "https://medical.ofii.example.evil" }),
		"the origin in clear":                  edited(func(o *passkeytest.Answer) { o.Origin = "http://medical.ofii.example" }),
		"another relying party":                edited(func(o *passkeytest.Answer) { o.RPID = "ofii.example" }),
		"a registration":                       edited(func(o *passkeytest.Answer) { o.Type = "webauthn.create" }),
		"nobody verified":                      edited(func(o *passkeytest.Answer) { o.Flags = passkeytest.Present }),
		"nobody present":                       edited(func(o *passkeytest.Answer) { o.Flags = passkeytest.Verified }),
		"asked from a frame of another page":   edited(func(o *passkeytest.Answer) { o.CrossOrigin = true }),
		"another key":                          other.Assert(t, challenge),
		"another key under this credential":    swapped,
		"authenticator data that end too soon": cut,
		"client data without end":              edited(func(o *passkeytest.Answer) { o.More = strings.Repeat("x", 8<<10) }),
		"this key under another credential":    renamed,
		"nothing":                              {},
	} {
		if _, err := key.Verify(challenge, wrong); !errors.Is(err, passkey.ErrAssertion) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRegister(t *testing.T) {
	t.Parallel()
	a := passkeytest.New(t, portal)
	key, err := passkey.Register(challenge, portal, a.Register(t, challenge))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := key.Verify(challenge, a.Assert(t, challenge)); err != nil {
		t.Error("what was registered does not verify:", err)
	}
	if want := a.Key(t); key.Fingerprint() != want.Fingerprint() || key.RPID != "medical.ofii.example" {
		t.Errorf("registered %+v", key)
	}
	for name, edit := range map[string]func(*passkeytest.Answer){
		"another challenge":     func(o *passkeytest.Answer) { o.Challenge = "b3RoZXI" },
		"another origin":        func(o *passkeytest.Answer) { o.Origin = "https://evil.example" },
		"another relying party": func(o *passkeytest.Answer) { o.RPID = "ofii.example" },
		"an assertion":          func(o *passkeytest.Answer) { o.Type = "webauthn.get" },
		"nobody verified":       func(o *passkeytest.Answer) { o.Flags = passkeytest.Present },
	} {
		if _, err := passkey.Register(challenge, portal, a.Register(t, challenge, edit)); !errors.Is(err, passkey.ErrRegistration) {
			t.Errorf("%s: %v", name, err)
		}
	}
	renamed := a.Register(t, challenge)
	renamed.Credential = []byte("of another key")
	if _, err := passkey.Register(challenge, portal, renamed); !errors.Is(err, passkey.ErrRegistration) {
		t.Errorf("another credential than the one that was made: %v", err)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	good := passkeytest.New(t, portal).Key(t)
	for name, edit := range map[string]func(*passkey.Key){
		"no credential":        func(k *passkey.Key) { k.Credential = nil },
		"no key":               func(k *passkey.Key) { k.PublicKey = nil },
		"half a key":           func(k *passkey.Key) { k.PublicKey = k.PublicKey[:20] },
		"a wider domain":       func(k *passkey.Key) { k.RPID = "ofii.example" },
		"another host":         func(k *passkey.Key) { k.Origin = "https://evil.example" },
		"in clear":             func(k *passkey.Key) { k.Origin = "http://medical.ofii.example" },
		"with a path":          func(k *passkey.Key) { k.Origin += "/" },
		"with capital letters": func(k *passkey.Key) { k.RPID, k.Origin = "OFII.example", "https://OFII.example" },
		"an address":           func(k *passkey.Key) { k.RPID, k.Origin = "127.0.0.1", "https://127.0.0.1" },
	} {
		k := good
		edit(&k)
		if err := k.Valid(); !errors.Is(err, passkey.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for origin, want := range map[string]string{portal: "medical.ofii.example", "http://localhost:8441": "localhost", "http://127.0.0.1:8441": "", "": ""} {
		if got := passkey.RPIDOf(origin); got != want {
			t.Errorf("relying party of %q: %q", origin, got)
		}
	}
}

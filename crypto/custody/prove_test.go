package custody_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cloison/crypto/custody"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/secret"
)

func (w *world) proof() custody.Proof {
	w.t.Helper()
	public, err := keystore.ReadPublic(w.path("keystore"))
	must(w.t, err)
	return custody.Proof{Keystore: public, Location: w.opts.Location, Chain: func(each func(chain.Record) error) error {
		return chain.Follow(w.path("state/chain")).Round(each)
	}}
}

// archived is an approval as it comes back from the archive.
func archived(t *testing.T, a keyholder.Approval) keyholder.Approval {
	t.Helper()
	b, err := a.Archive()
	must(t, err)
	back, err := keyholder.ParseApproval(b)
	must(t, err)
	return back
}

// Both ways of approving, proven from files alone: after the roster has changed, and not from a roster that custodians did not sign.
func TestApprovalIsProvenOffline(t *testing.T) {
	t.Parallel()
	w := newSilent(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	a, err := w.touch(o.bodyDigest(), "med-a")
	must(t, err)
	a = archived(t, a)
	n, err := w.Nonce(t.Context(), keyholder.ActDisclosure, "d1", o.bodyDigest())
	must(t, err)
	token, err := w.Approve(t.Context(), n, w.pro.token("sec-a", n))
	must(t, err)
	token = archived(t, token)
	stranger, err := jose.JSONWebKey{Key: w.psc.key.Public(), KeyID: "k1", Use: "sig", Algorithm: "ES256"}.MarshalJSON()
	must(t, err)
	w.setRoster(wire.Roster{Lines: []wire.Line{secretary("sec-b")}})
	w.shutdown()

	got, err := w.proof().Approval(a)
	must(t, err)
	if got.Passkey != w.held["med-a"].Key(t).Fingerprint() || got.Line.Subject != "med-a" || got.Roster == 0 || got.Position <= got.Roster {
		t.Errorf("proven: %+v", got)
	}
	if got, err := w.proof().Approval(token); err != nil || got.Passkey != "" || got.Line.Subject != "sec-a" {
		t.Errorf("the token's: %+v, %v", got, err)
	}
	if is, err := custody.ApprovesOpinion(a, []byte(o.toSeal)); !is || err != nil {
		t.Errorf("it is not of its opinion: %v", err)
	}
	if is, _ := custody.ApprovesOpinion(a, []byte(opinionFor("r-1", 1, "DEFAVORABLE", today).toSeal)); is {
		t.Error("it is of another opinion")
	}
	for name, of := range map[string]struct {
		a    keyholder.Approval
		edit func(*keyholder.Approval)
	}{
		"another digest":              {a, func(a *keyholder.Approval) { a.Digest = bytes.Repeat([]byte{1}, 32) }},
		"another dossier":             {a, func(a *keyholder.Approval) { a.Dossier = "d2" }},
		"another person":              {a, func(a *keyholder.Approval) { a.Subject = "med-b" }},
		"another national id":         {a, func(a *keyholder.Approval) { a.NationalID = "99790000002" }},
		"another day":                 {a, func(a *keyholder.Approval) { a.At = a.At.Add(time.Hour) }},
		"no line in the chain":        {a, func(a *keyholder.Approval) { a.ID = "0123" }},
		"another assertion":           {a, func(a *keyholder.Approval) { other := w.held["med-b"].Assert(t, a.Nonce); a.Assertion = &other }},
		"a token's, for an assertion": {a, func(a *keyholder.Approval) { a.Assertion = nil }},
		"a token with another body":   {token, func(a *keyholder.Approval) { a.Token = secret.NewString(a.Token.Reveal() + "A") }},
		"another issuer's key":        {token, func(a *keyholder.Approval) { a.IssuerKey = stranger }},
	} {
		wrong := of.a
		of.edit(&wrong)
		if _, err := w.proof().Approval(wrong); !errors.Is(err, custody.ErrUnproven) {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Run("another keystore's custodians", func(t *testing.T) {
		p := w.proof()
		for i := range p.Keystore.Custodians {
			p.Keystore.Custodians[i].Approval = make([]byte, 32)
		}
		if _, err := p.Approval(a); !errors.Is(err, custody.ErrUnproven) {
			t.Errorf("got %v", err)
		}
	})
	// Who writes a chain file writes any digest of a token into it: issuers' signatures and custodians' remain.
	forge := func(from, to string, roster bool) custody.Proof {
		p := w.proof()
		var last []byte
		must(t, p.Chain(func(r chain.Record) error {
			if r.Op == wire.OpSetRoster {
				last = r.Data
			}
			return nil
		}))
		p.Chain = func(each func(chain.Record) error) error {
			return chain.Follow(w.path("state/chain")).Round(func(r chain.Record) error {
				if r.Op == wire.OpSetRoster && roster {
					r.Data = last
				}
				r.Data = []byte(strings.Replace(string(r.Data), from, to, 1))
				return each(r)
			})
		}
		return p
	}
	t.Run("a chain file with the roster of another day", func(t *testing.T) {
		if _, err := forge("", "", true).Approval(token); !errors.Is(err, custody.ErrUnproven) {
			t.Errorf("got %v", err)
		}
	})
	for name, other := range map[string]struct {
		token string
		key   json.RawMessage
	}{
		"of another person":                {w.pro.token("sec-b", n), token.IssuerKey},
		"of another nonce":                 {w.pro.token("sec-a", "other"), token.IssuerKey},
		"signed with that key as a secret": {w.pro.forged("sec-a", n, "HS256"), token.IssuerKey},
		"signed by nobody":                 {w.pro.forged("sec-a", n, "none"), token.IssuerKey},
		"signed by a key that it holds":    {w.pro.forged("sec-a", n, "jwk"), token.IssuerKey},
		"signed by a key of another kind":  {w.pro.forged("sec-a", n, "RS256"), token.IssuerKey},
		"of another key":                   {w.psc.token("sec-a", n, func(c tokenClaims) { c["iss"] = token.Issuer }), stranger},
	} {
		t.Run("a chain file with the digest of a token "+name, func(t *testing.T) {
			wrong := token
			wrong.Token, wrong.IssuerKey = secret.NewString(other.token), other.key
			sum := func(token string) string { s := sha256.Sum256([]byte(token)); return hex.EncodeToString(s[:]) }
			if _, err := forge(sum(token.Token.Reveal()), sum(other.token), false).Approval(wrong); !errors.Is(err, custody.ErrUnproven) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("a chain file in which the key was swapped", func(t *testing.T) {
		mine, other := w.held["med-a"].Key(t), w.held["med-b"].Key(t)
		p := w.proof()
		p.Chain = func(each func(chain.Record) error) error {
			return chain.Follow(w.path("state/chain")).Round(func(r chain.Record) error {
				encoded := base64.StdEncoding.EncodeToString
				r.Data = []byte(strings.Replace(string(r.Data), encoded(mine.PublicKey), encoded(other.PublicKey), 1))
				return each(r)
			})
		}
		if _, err := p.Approval(a); !errors.Is(err, custody.ErrUnproven) {
			t.Errorf("got %v", err)
		}
	})
}

package identity

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cloison/act"
	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"

	"github.com/gofiber/fiber/v2"
)

// keyed is a zone whose keyholder asks for passkeys, and refuses those that do not sign its nonce.
func keyed(t *testing.T, held *passkeytest.Authenticator) (*zone, *Account) {
	t.Helper()
	given := &Account{}
	return newZone(t, Medical, func(o *Options) {
		key := held.Key(t)
		shown := key
		shown.Origin = o.PublicURL // a number, for which no browser makes one
		o.Door = func(context.Context, act.Subject) (Door, error) {
			return Door{Asked: true, Keys: []passkey.Key{shown, {Origin: "https://elsewhere.example", Credential: []byte{1}}}}, nil
		}
		o.ApprovePasskey = func(_ context.Context, nonce string, of Account, a passkey.Assertion) ([]byte, error) {
			*given = of
			if _, err := key.Verify(nonce, a); err != nil {
				return nil, act.Wrap(act.Conflict, "", err)
			}
			return []byte(`{}`), nil
		}
		o.PasskeyPage = func(c *fiber.Ctx, p PasskeyPrompt) error {
			return c.SendString(fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", p.StepUp, p.Challenge, p.RPID, strings.Join(p.Credentials, " "), p.Act, p.Dossier, p.By.Name))
		}
	}), given
}

func answered(id string, a passkey.Assertion) string {
	text := base64.RawURLEncoding.EncodeToString
	return url.Values{"id": {id}, "credential": {text(a.Credential)}, "authenticator_data": {text(a.AuthenticatorData)},
		"client_data": {text(a.ClientData)}, "signature": {text(a.Signature)}}.Encode()
}

// post sends a form as a page does.
func (b *browser) post(path, form string) answer {
	b.z.t.Helper()
	response, err := b.client.Post(b.z.url+path, "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		b.z.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.z.t.Fatal(err)
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(raw)}
}

// Where a provider does not authenticate anew, a step-up asks for a passkey of this portal, and keyholder's word on it, for the person of the session.
func TestStepUpWithAPasskey(t *testing.T) {
	t.Parallel()
	held := passkeytest.New(t, "http://localhost:8441")
	z, of := keyed(t, held)
	b := z.browser()
	path := b.begun()
	page := strings.Split(b.get(path).body, "|")
	if len(page) != 7 || page[4] != "report.sign" || page[5] == "" || page[6] == "" || !strings.HasPrefix(page[1], "report.sign-") || page[2] != "localhost" || strings.Contains(page[3], " ") {
		t.Fatalf("the page asks %v", page)
	}
	send := func(by *browser, form string) answer { return by.post("/step-up", form) }
	good := func() string { return answered(page[0], held.Assert(t, page[1])) }
	if got := send(b, answered(page[0], passkey.Assertion{})); got.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing: %d %s", got.status, got.body)
	}
	if got := send(b, answered(page[0], held.Assert(t, "b3RoZXI"))); got.status != http.StatusConflict {
		t.Errorf("another challenge: %d %s", got.status, got.body)
	}
	other := z.browser()
	other.signIn("l.feint", clerk)
	if got := send(other, good()); got.status != http.StatusNotFound {
		t.Errorf("another session: %d %s", got.status, got.body)
	}
	if got := send(z.browser(), good()); got.status != http.StatusUnauthorized {
		t.Errorf("no session: %d %s", got.status, got.body)
	}
	if got := b.post("/step-up?"+good(), ""); got.status != http.StatusNotFound {
		t.Errorf("in the address: %d %s", got.status, got.body)
	}
	if got := b.sign(); got.problem.Code != "step_up_required" {
		t.Fatalf("one of them counts: %d %s", got.status, got.body)
	}
	if got := send(b, good()); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if of.Issuer != z.psc.server.URL || of.Subject != doctor {
		t.Errorf("keyholder was told of %+v", of)
	}
	if got := b.sign(); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := send(b, good()); got.status != http.StatusNotFound {
		t.Errorf("twice: %d %s", got.status, got.body)
	}
	if z.keys.asked != 0 {
		t.Errorf("a token was given to keyholder")
	}
}

// A zone without passkeys takes none.
func TestStepUpTakesNoPasskeyWhereNoneIsAsked(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	b := z.browser()
	b.signIn("o.testard", doctor)
	if got := b.do("POST", "/step-up"); got.status != http.StatusConflict {
		t.Errorf("%d %s", got.status, got.body)
	}
}

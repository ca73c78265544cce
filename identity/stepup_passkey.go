package identity

import (
	"encoding/base64"
	"errors"

	"cloison/act"
	"cloison/crypto/passkey"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
)

const (
	sayPasskeyRead   = "La clé d’accès n’a rien répondu. Rien n’est signé : revenez au dossier, recommencez, et touchez votre clé quand le navigateur la demande."
	sayPasskeyClosed = "Cet acte se confirme auprès de votre fournisseur d’identité. Revenez au dossier, puis recommencez."
)

// PasskeyPrompt asks a person for his passkey. Without a credential there is none to ask: the page says what to do.
type PasskeyPrompt struct {
	By                      act.Subject
	Act, Dossier            string // what is confirmed; NoDossier where it is upon none
	StepUp, Challenge, RPID string
	Credentials             []string // base64url
}

// askPasskey shows the page that has the person's authenticator sign the step-up's nonce.
func (s *Service) askPasskey(c *fiber.Ctx, who act.Subject, asked begun, door Door) error {
	p := PasskeyPrompt{By: who, Act: asked.act, Dossier: asked.dossier, StepUp: asked.id, Challenge: asked.nonce}
	for _, k := range door.Keys {
		// One that was made on another address of the portal would not answer here.
		if k.Origin == s.PublicURL {
			p.RPID = k.RPID
			p.Credentials = append(p.Credentials, base64.RawURLEncoding.EncodeToString(k.Credential))
		}
	}
	return s.PasskeyPage(c, p)
}

// finishPasskey takes what the authenticator answered. keyholder checks it, against the roster and for the person of the session alone.
func (s *Service) finishPasskey(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := s.admit(c); err != nil {
		return err
	}
	who, err := s.Authenticate(c)
	if err != nil {
		return err
	}
	if s.ApprovePasskey == nil {
		return act.NewError(act.Conflict, sayPasskeyClosed)
	}
	fields, err := web.RouteForm(c)
	if err != nil {
		return err
	}
	id := field(fields, "id")
	asked, err := s.begunBy(ctx, who, id)
	if err != nil {
		return err
	}
	given, err := readAssertion(fields)
	if err != nil {
		return act.Wrap(act.Invalid, sayPasskeyRead, err)
	}
	account, err := s.AccountOf(ctx, s.Pool, who.ID)
	if err != nil {
		return err
	}
	approval, err := s.ApprovePasskey(ctx, asked.nonce, account, given)
	if err != nil {
		return outage("approving an act", err)
	}
	return s.approved(c, who, id, approval)
}

// field is the one value of a field, "" where there is none or several.
func field(fields map[string][]string, name string) string {
	if values := fields[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}

func readAssertion(fields map[string][]string) (passkey.Assertion, error) {
	var a passkey.Assertion
	for name, into := range map[string]*[]byte{
		"credential": &a.Credential, "authenticator_data": &a.AuthenticatorData, "client_data": &a.ClientData, "signature": &a.Signature,
	} {
		b, err := base64.RawURLEncoding.DecodeString(field(fields, name))
		if err != nil || len(b) == 0 {
			return passkey.Assertion{}, errors.New("an assertion without " + name)
		}
		*into = b
	}
	return a, nil
}

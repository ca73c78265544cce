package identity

import (
	"errors"
	"net/http"
	"slices"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// roles of the directory.
var roles = []string{"MEDECIN", "INFIRMIER", "SECRETARIAT_MEDICAL", "PREFECTURE", "AUDITEUR_CONFORMITE", "DPO", "AGENT_MISSION", "ADMINISTRATEUR"}

// hintLimit bounds what is passed on to an issuer.
const hintLimit = 256

// login sends the browser to the issuer chosen on the page. A hint is passed on to it and tells nothing here: were the directory asked,
// the answer would say who is a physician, to anybody (TestHintIsNoOracle).
func (s *Service) login(c *fiber.Ctx) error {
	hint, role := c.Query("login_hint"), c.Query("role")
	if len(hint) > hintLimit {
		return act.NewError(act.Invalid, "Cet identifiant est trop long. Retirez-le de l’adresse, puis recommencez.")
	}
	if role != "" && !slices.Contains(roles, role) {
		return act.NewError(act.Invalid, "Ce rôle n’existe pas. Choisissez le vôtre, puis recommencez.")
	}
	issuer := s.issuer(IssuerKind(c.Query("issuer")))
	if hint != "" && issuer == nil && s.QuickLogin {
		kind, err := s.issuerOf(c.UserContext(), hint)
		if err != nil && !errors.Is(err, errNobody) {
			return err
		}
		issuer = s.issuer(kind)
	}
	if issuer == nil {
		// Who just signed out is not sent back to his provider, which may still know him.
		if s.LoginPage != nil && (len(s.issuers) > 1 || c.Query("signed_out") != "") {
			return s.LoginPage(c, s.choices(role, hint))
		}
		issuer = s.issuers[0]
	}
	if err := s.admit(c); err != nil {
		return err
	}
	nonce, err := s.nonce(c.UserContext(), "session", "", nil)
	if err != nil {
		return err
	}
	p, err := s.newPending(issuer, nonce)
	if err != nil {
		return err
	}
	p.role = role
	return s.send(c, issuer, p, hint)
}

// send keeps the sign-in and redirects to the issuer.
func (s *Service) send(c *fiber.Ctx, i *issuer, p pending, hint string) error {
	address, err := i.authorization(c.UserContext(), p, hint)
	if err != nil {
		return err
	}
	if err := s.savePending(c.UserContext(), p); err != nil {
		return err
	}
	s.setCookie(c, s.signInCookie(), p.browser, int(pendingLife.Seconds()))
	return c.Redirect(address, http.StatusSeeOther)
}

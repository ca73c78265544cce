package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"cloison/act"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
)

// Sentences of a sign-in that could not be proven. The cause goes to the journal only.
const (
	sayStartAgain   = "La connexion n’a pas pu être vérifiée. Revenez à la page de connexion et recommencez."
	sayNotProven    = "Le fournisseur d’identité n’a pas confirmé votre identité. Revenez à la page de connexion et recommencez."
	saySecondFactor = "Une authentification plus forte, avec un second facteur, est nécessaire. Activez-la auprès de votre fournisseur d’identité, puis reconnectez-vous."
	saySamePerson   = "Cette confirmation est celle d’une autre personne. Rien n’est signé et votre session reste ouverte : revenez au dossier, puis confirmez avec votre propre carte."
)

func notProven(sentence string, cause error) error {
	return act.Wrap(act.Unauthenticated, sentence, cause)
}

// callback ends what login or step-up began. Nothing is believed before state, browser, issuer, audience, nonce, time,
// factors and subject are all checked; until then a failure goes to the journal, not to the log of acts.
func (s *Service) callback(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p, err := s.takePending(ctx, c.Query("state"), c.Cookies(s.signInCookie()))
	s.clearCookie(c, s.signInCookie())
	if errors.Is(err, errNoPending) {
		return act.Wrap(act.Malformed, sayStartAgain, err)
	}
	if err != nil {
		return err
	}
	proof, err := s.prove(ctx, c, p)
	if err != nil {
		return err
	}
	if p.stepUp != "" {
		return s.finishStepUp(c, p, proof)
	}
	return s.openSession(c, p, proof)
}

// prove exchanges the code and checks what comes back.
func (s *Service) prove(ctx context.Context, c *fiber.Ctx, p pending) (proof, error) {
	i := s.issuer(p.issuer)
	if err := i.isNamed(ctx, c.Query("iss")); err != nil {
		return proof{}, err
	}
	if failure := c.Query("error"); failure != "" {
		return proof{}, notProven(sayNotProven, fmt.Errorf("the issuer answered an error"))
	}
	return i.prove(ctx, c.Query("code"), p)
}

// openSession does the act session.open: policy decides on the person as the directory knows him; only then keyholder
// is asked for a handle, and the session written.
func (s *Service) openSession(c *fiber.Ctx, p pending, proof proof) error {
	ctx := c.UserContext()
	if err := s.forgetSessions(ctx, s.now()); err != nil {
		return err
	}
	id, err := s.drawID()
	if err != nil {
		return err
	}
	who, err := s.claimant(ctx, p, proof, id)
	if err != nil {
		return err
	}
	entering := act.Act{Action: "session.open", Object: act.Object{Kind: "session", ID: id}, RequestID: web.RequestID(c), ReadOnly: true}
	var key credential
	_, err = s.Gate.Do(ctx, who, entering, func(ctx context.Context, tx *act.Tx) (err error) {
		if p.role != "" && p.role != who.Role {
			// One active role per session, and it is the person's. Policy came first: who has no place here learns that rule.
			return act.Deny("ROLE_NOT_ALLOWED")
		}
		if key, err = s.newCredential(ctx, who, proof); err != nil {
			return err
		}
		return s.insertSession(ctx, tx, who, key)
	})
	if err != nil {
		s.dropHandle(ctx, key)
		return err
	}
	// Never the session that the browser came with: a planted one gains nothing (TestSessionIsRotatedAtSignIn).
	if err := s.endPresented(c); err != nil {
		return err
	}
	s.setCookie(c, s.sessionCookie(), key.text(), 0)
	s.keepHint(c, proof)
	return c.Redirect("/", http.StatusSeeOther)
}

// claimant is who the token speaks of. Nobody of the directory acts under a random reference, so that policy's refusal
// leaves an entry that names no one.
func (s *Service) claimant(ctx context.Context, p pending, proof proof, session string) (act.Subject, error) {
	found, err := s.findPerson(ctx, s.Pool, p.issuer, proof.subject)
	switch {
	case errors.Is(err, errNobody):
		reference, err := s.drawID()
		return act.Subject{Reference: reference, Session: session, Profession: proof.profession}, err
	case err != nil:
		return act.Subject{}, outage("finding who signs in", err)
	}
	return found.actor(session, proof.profession), nil
}

// newCredential draws the token and, for who opens dossiers, asks keyholder for a handle.
func (s *Service) newCredential(ctx context.Context, who act.Subject, proof proof) (credential, error) {
	token, err := s.draw()
	if err != nil {
		return credential{}, err
	}
	if s.OpenSession == nil || (who.Role != "MEDECIN" && who.Role != "SECRETARIAT_MEDICAL") {
		return credential{token: token}, nil
	}
	handle, err := s.OpenSession(ctx, proof.token.Reveal())
	if err != nil {
		return credential{}, outage("opening a session at keyholder", err)
	}
	return credential{token: token, handle: hidden(handle)}, nil
}

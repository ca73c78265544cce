package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/oauth2"
)

// pendingLife is how long a person may take at the provider; keyholder takes a nonce no longer either.
const pendingLife = 10 * time.Minute

// pending is a sign-in or step-up under way. Its row is bound to the browser that began it and is taken once.
type pending struct {
	state, browser string // in the address and in the browser's cookie; hashed in the row
	issuer         IssuerKind
	nonce          string
	verifier       string // PKCE
	role           string // asked for, or empty
	stepUp         string // id of the step-up, or empty
}

func (s *Service) newPending(i *issuer, nonce string) (pending, error) {
	state, err := s.draw()
	if err != nil {
		return pending{}, err
	}
	browser, err := s.draw()
	if err != nil {
		return pending{}, err
	}
	return pending{state: state, browser: browser, issuer: i.Kind, nonce: nonce, verifier: oauth2.GenerateVerifier()}, nil
}

func hashOf(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

const insertPending = `
	insert into identity.pending_sign_ins (state_hash, browser, issuer, nonce, verifier, role, step_up, created_at)
	values ($1, $2, $3, $4, $5, $6, nullif($7, '')::uuid, $8)`

func (s *Service) savePending(ctx context.Context, p pending) error {
	now := s.now()
	if err := s.forgetPending(ctx, now); err != nil {
		return err
	}
	_, err := s.Pool.Exec(ctx, insertPending, hashOf(p.state), hashOf(p.browser), string(p.issuer), p.nonce, p.verifier, p.role, p.stepUp, now)
	if err != nil {
		return outage("beginning a sign-in", err)
	}
	return nil
}

const takePending = `
	delete from identity.pending_sign_ins where state_hash = $1 and browser = $2 and created_at >= $3
	returning issuer, nonce, verifier, role, coalesce(step_up::text, '')`

var errNoPending = errors.New("no such sign-in under way in this browser")

// takePending gives the sign-in that this browser began with that state, once (TestCallbackWithWrongState,
// TestCallbackFromAnotherBrowser).
func (s *Service) takePending(ctx context.Context, state, browser string) (pending, error) {
	p := pending{state: state, browser: browser}
	err := s.Pool.QueryRow(ctx, takePending, hashOf(state), hashOf(browser), s.now().Add(-pendingLife)).
		Scan(&p.issuer, &p.nonce, &p.verifier, &p.role, &p.stepUp)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return pending{}, errNoPending
	case err != nil:
		return pending{}, outage("taking a sign-in", err)
	}
	if s.issuer(p.issuer) == nil {
		return pending{}, fmt.Errorf("taking a sign-in: its issuer is gone: %w", errNoPending)
	}
	return p, nil
}

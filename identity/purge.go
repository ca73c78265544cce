package identity

import (
	"context"
	"sync"
	"time"
)

const (
	pendingPurgeEvery = time.Minute
	sessionPurgeEvery = time.Hour
	// sessionKept is how long a session that is over can still be looked at beside its entries.
	sessionKept = 7 * 24 * time.Hour
)

// chore is done now and then.
type chore struct {
	mu   sync.Mutex
	last time.Time
}

// due says yes once in a while. A clock put back is no reason to wait for it.
func (c *chore) due(now time.Time, every time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since := now.Sub(c.last); !c.last.IsZero() && since >= 0 && since < every {
		return false
	}
	c.last = now
	return true
}

const deleteOldPending = `delete from identity.pending_sign_ins where created_at < $1`

// forgetPending deletes the sign-ins that nobody ended. takePending does not rest on it: it never takes an old one.
func (s *Service) forgetPending(ctx context.Context, now time.Time) error {
	if !s.pendingPurge.due(now, pendingPurgeEvery) {
		return nil
	}
	if _, err := s.Pool.Exec(ctx, deleteOldPending, now.Add(-pendingLife)); err != nil {
		return outage("forgetting old sign-ins", err)
	}
	return nil
}

// deleteOldSessions takes their step-ups along. A session ends at expires_at at the latest, and lives hours: what is older than that and
// the time kept is over, and spent.
const deleteOldSessions = `delete from identity.sessions where expires_at < $1`

// forgetSessions deletes the sessions that are long over (TestOldSessionsAreForgotten).
func (s *Service) forgetSessions(ctx context.Context, now time.Time) error {
	if !s.sessionPurge.due(now, sessionPurgeEvery) {
		return nil
	}
	if _, err := s.Pool.Exec(ctx, deleteOldSessions, now.Add(-sessionKept)); err != nil {
		return outage("forgetting old sessions", err)
	}
	return nil
}

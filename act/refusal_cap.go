package act

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one session may leave of refusals in the log: so many at once, then one a second. Whoever has a session and nothing else to do would otherwise fill the
// disk, and with it end every act. The numbers are ours: a person who tries everything on every page leaves some hundreds.
const (
	refusalsAtOnce = 1000
	refusalsEvery  = time.Second
	cappedTold     = time.Minute // beyond, the log says once in this time that there were more
	cappedSessions = 10_000      // whose refusals are counted at once
)

// refusalCap counts the refusals of each session. Safe for concurrent use; it forgets at a restart.
type refusalCap struct {
	atOnce   int
	mu       sync.Mutex
	sessions map[string]*refusals
}

type refusals struct {
	each, told *rate.Limiter
	last       time.Time
}

func newRefusalCap(atOnce int) *refusalCap {
	if atOnce == 0 {
		atOnce = refusalsAtOnce
	}
	return &refusalCap{atOnce: atOnce, sessions: map[string]*refusals{}}
}

// take says whether a refusal of a session is recorded as it is, and if not, whether an entry says in its place that there are more.
func (c *refusalCap) take(session string, now time.Time) (recorded, told bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sessions[session]
	if s == nil {
		if len(c.sessions) >= cappedSessions {
			c.forget(now)
		}
		s = &refusals{each: rate.NewLimiter(rate.Every(refusalsEvery), c.atOnce), told: rate.NewLimiter(rate.Every(cappedTold), 1)}
		c.sessions[session] = s
	}
	s.last = now
	if s.each.AllowN(now, 1) {
		return true, false
	}
	return false, s.told.AllowN(now, 1)
}

// forget drops the sessions that were refused nothing since they may be refused as much again; all of them, if none is that old: more is recorded then, not less.
func (c *refusalCap) forget(now time.Time) {
	old := now.Add(-time.Duration(c.atOnce) * refusalsEvery)
	for session, s := range c.sessions {
		if s.last.Before(old) {
			delete(c.sessions, session)
		}
	}
	if len(c.sessions) >= cappedSessions {
		clear(c.sessions)
	}
}

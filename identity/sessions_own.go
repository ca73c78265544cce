package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloison/act"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// OwnSession is a session that is open in a person's name, as he sees it. Neither its token nor where it came from is kept.
type OwnSession struct {
	ID        string    `json:"id"`
	Role      string    `json:"role"`
	OpenedAt  time.Time `json:"opened_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"` // at the latest: it ends before when nothing is asked of it
	Current   bool      `json:"current"`    // the one that asks
}

// OwnSessions are those of one person.
type OwnSessions struct {
	Items []OwnSession `json:"items"`
}

// SessionsPath is the page of one's own sessions.
const SessionsPath = "/mes-sessions"

func (s *Service) sessionOperations() []web.Operation {
	var list []web.Option
	end := []web.Option{web.Status(200)}
	if s.SessionsPage != nil {
		list = append(list, web.PageOf(SessionsPath, "list", s.SessionsPage))
		end = append(end, web.Form(SessionsPath+"/:session/fin", web.Face[endSessionInput, OwnSessions]{Said: "session_ended",
			Done: func(*web.Call, endSessionInput, OwnSessions) string { return SessionsPath }}))
	}
	return []web.Operation{
		web.Op("listSessions", http.MethodGet, "/sessions", "session.list", s.listSessions, list...),
		web.Op("endSession", http.MethodPost, "/sessions/:session/end", "session.close", s.endSession, end...),
	}
}

const openSessionsOf = `
	select s.id::text, s.role, s.opened_at, s.seen_at, s.expires_at
	from identity.sessions s
	where s.person = $1 and s.ended_at is null and s.expires_at > $2 and s.seen_at > $3
	order by s.opened_at, s.id`

// listSessions shows a person the sessions that are open in his name: one that he does not know is one to end.
func (s *Service) listSessions(c *web.Call, _ web.None) (web.Reply[OwnSessions], error) {
	var own OwnSessions
	_, err := s.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "session", ID: c.Who.Session}), func(ctx context.Context, tx *act.Tx) (err error) {
		own, err = s.openSessions(ctx, tx, c.Who, tx.Now)
		return err
	})
	return web.OK(own), err
}

func (s *Service) openSessions(ctx context.Context, tx pgx.Tx, who act.Subject, now time.Time) (OwnSessions, error) {
	rows, err := tx.Query(ctx, openSessionsOf, who.ID, now, now.Add(-s.limits.idle))
	if err != nil {
		return OwnSessions{}, fmt.Errorf("listing a person's sessions: %w", err)
	}
	items, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (one OwnSession, err error) {
		err = row.Scan(&one.ID, &one.Role, &one.OpenedAt, &one.SeenAt, &one.ExpiresAt)
		one.Current = one.ID == who.Session
		return one, err
	})
	if err != nil {
		return OwnSessions{}, fmt.Errorf("listing a person's sessions: %w", err)
	}
	return OwnSessions{Items: items}, nil
}

type endSessionInput struct {
	Session string `path:"session" json:"-" validate:"uuid"`
}

const ownSession = `
	select true from identity.sessions s where s.id = $1 and s.person = $2 and s.ended_at is null for update`

// endSession ends one of a person's own sessions, from its next request on. Another person's is one that does not exist.
func (s *Service) endSession(c *web.Call, in endSessionInput) (web.Reply[OwnSessions], error) {
	ending := c.Act(act.Object{Kind: "session", ID: in.Session})
	ending.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		var own bool
		err := tx.QueryRow(ctx, ownSession, in.Session, c.Who.ID).Scan(&own)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, act.ErrNotFound
		}
		return policy.Portal{Kind: "portal", Zone: s.Zone}, err
	}
	var left OwnSessions
	_, err := s.Gate.Do(c.Context(), c.Who, ending, func(ctx context.Context, tx *act.Tx) (err error) {
		if err := s.end(ctx, tx, in.Session); err != nil {
			return err
		}
		left, err = s.openSessions(ctx, tx, c.Who, tx.Now)
		return err
	})
	return web.OK(left), err
}

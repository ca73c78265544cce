package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloison/act"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const insertSession = `
	insert into identity.sessions (id, token_hash, person, role, profession, opened_at, seen_at, expires_at)
	values ($1, $2, $3, $4, $5, $6, $6, $7)`

func (s *Service) insertSession(ctx context.Context, tx *act.Tx, who act.Subject, key credential) error {
	_, err := tx.Exec(ctx, insertSession, who.Session, key.hash(), who.ID, who.Role, who.Profession, tx.Now, tx.Now.Add(s.limits.absolute))
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	return nil
}

const sessionByToken = `
	select s.id::text, s.role, s.profession, s.seen_at, s.expires_at,` + personColumns + `
	from identity.sessions s join identity.people p on p.id = s.person
	where s.token_hash = $1 and s.ended_at is null`

// session is an open session with its person, as they are today.
type session struct {
	id, role, profession string
	seen, expires        time.Time
	person               person
}

var errNoSession = errors.New("no such session")

func (s *Service) findSession(ctx context.Context, key credential) (session, error) {
	var found session
	fields := append([]any{&found.id, &found.role, &found.profession, &found.seen, &found.expires}, found.person.fields()...)
	err := s.Pool.QueryRow(ctx, sessionByToken, key.hash(), s.today()).Scan(fields...)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return session{}, errNoSession
	case err != nil:
		return session{}, outage("finding a session", err)
	}
	return found, nil
}

// over tells whether a session may not be used any more: its time, or its person's, is over.
func (s *Service) over(found session, now time.Time) bool {
	return !now.Before(found.expires) || now.Sub(found.seen) >= s.limits.idle ||
		!found.person.onDuty() || found.person.standing == Lapsed || found.person.role != found.role
}

func notSignedIn() *act.Error {
	return act.NewError(act.Unauthenticated, "Vous n’êtes pas connecté, ou votre session est terminée. Reconnectez-vous, puis recommencez : rien de ce qui était enregistré n’est perdu.")
}

// Authenticate tells who asks, from the session's row at this request: what ended since the last one has ended now
// (TestRevokedSession, TestIdleAndAbsoluteLimits).
func (s *Service) Authenticate(c *fiber.Ctx) (act.Subject, error) {
	ctx := c.UserContext()
	key, ok := parseCredential(c.Cookies(s.sessionCookie()))
	if !ok {
		return act.Subject{}, notSignedIn()
	}
	found, err := s.findSession(ctx, key)
	if errors.Is(err, errNoSession) {
		return act.Subject{}, notSignedIn()
	}
	if err != nil {
		return act.Subject{}, err
	}
	now := s.now()
	if s.over(found, now) {
		if err := s.end(ctx, s.Pool, found.id); err != nil {
			return act.Subject{}, err
		}
		s.dropHandle(ctx, key)
		return act.Subject{}, notSignedIn()
	}
	if err := s.touch(ctx, found, now); err != nil {
		return act.Subject{}, err
	}
	who := found.person.actor(found.id, found.profession)
	who.Handle = key.handle
	return who, nil
}

// touchEvery bounds the writes that requests alone cause; it shortens the idle time by as much at most.
const touchEvery = 30 * time.Second

const touchSession = `update identity.sessions set seen_at = $2 where id = $1 and seen_at < $2`

func (s *Service) touch(ctx context.Context, found session, now time.Time) error {
	if now.Sub(found.seen) < touchEvery {
		return nil
	}
	if _, err := s.Pool.Exec(ctx, touchSession, found.id, now); err != nil {
		return outage("touching a session", err)
	}
	return nil
}

// execer writes: a pool or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

const endSession = `update identity.sessions set ended_at = $2 where id = $1 and ended_at is null`

func (s *Service) end(ctx context.Context, q execer, id string) error {
	if _, err := q.Exec(ctx, endSession, id, s.now()); err != nil {
		return outage("ending a session", err)
	}
	return nil
}

const endSessionsOf = `update identity.sessions set ended_at = $2 where person = $1 and ended_at is null`

// RevokePerson ends every session of a person, from his next request on, and counts them.
func (s *Service) RevokePerson(ctx context.Context, q execer, person string) (int, error) {
	tag, err := q.Exec(ctx, endSessionsOf, person, s.now())
	if err != nil {
		return 0, outage("ending a person's sessions", err)
	}
	return int(tag.RowsAffected()), nil
}

// HandleDied is for when keyholder no longer knows a session's handle: the session ends with it, and the person is told
// to sign in again. The error is never nil.
func (s *Service) HandleDied(ctx context.Context, who act.Subject) error {
	if err := s.end(ctx, s.Pool, who.Session); err != nil {
		return err
	}
	return act.NewError(act.Unauthenticated, "Votre accès aux clés est terminé. Reconnectez-vous, puis recommencez la même demande : rien n’est perdu.")
}

// endPresented ends the session that the browser presented, if it is one.
func (s *Service) endPresented(c *fiber.Ctx) error {
	key, ok := parseCredential(c.Cookies(s.sessionCookie()))
	if !ok {
		return nil
	}
	found, err := s.findSession(c.UserContext(), key)
	if errors.Is(err, errNoSession) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.close(c, found); err != nil {
		return err
	}
	s.dropHandle(c.UserContext(), key)
	return nil
}

// close ends a session by its person's own doing, which is the act session.close. One that was over before ends without: nobody closed it.
func (s *Service) close(c *fiber.Ctx, found session) error {
	ctx := c.UserContext()
	if s.over(found, s.now()) {
		return s.end(ctx, s.Pool, found.id)
	}
	who := found.person.actor(found.id, found.profession)
	leaving := act.Act{Action: "session.close", Object: act.Object{Kind: "session", ID: found.id}, RequestID: web.RequestID(c), ReadOnly: true}
	_, err := s.Gate.Do(ctx, who, leaving, func(ctx context.Context, tx *act.Tx) error { return s.end(ctx, tx, found.id) })
	return err
}

// dropHandle tells keyholder that a handle is done with. Should that fail, the handle dies by itself when idle.
func (s *Service) dropHandle(ctx context.Context, key credential) {
	if s.CloseSession == nil || key.handle.Reveal() == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = s.CloseSession(ctx, key.handle.Reveal())
}

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"cloison/act"
	"cloison/internal/db"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
)

const (
	// approvalLife is how long an approval waits for its act; keyholder holds it to the same.
	approvalLife = 10 * time.Minute
	// authenticationAge is how old the authentication of a step-up may be.
	authenticationAge = 2 * time.Minute
)

// StepUp is one act that needs fresh authentication: of this kind, on this dossier, of exactly this content.
type StepUp struct {
	Act, Dossier string
	Digest       []byte // SHA-256
}

// Approval is a step-up that was done and not yet consumed.
type Approval struct {
	ID   string
	JSON []byte // as Approve gave it
}

// blind is what stands in the database for a digest. An opinion has few possible bodies, so a plain digest would tell which one is being
// signed; the key is the session's handle, which no database holds (TestStepUpKeepsNoPlainDigest).
func blind(who act.Subject, u StepUp) ([]byte, error) {
	handle := who.Handle.Reveal()
	if handle == "" {
		return nil, act.Wrap(act.Internal, "", errors.New("a step-up of a session without handle"))
	}
	mac := hmac.New(sha256.New, []byte(handle))
	mac.Write([]byte("cloison-step-up-1"))
	mac.Write(u.Digest)
	return mac.Sum(nil), nil
}

// needed is why an act cannot go on yet. Translate makes the address of it, once the act's transaction is rolled back.
type needed struct{ StepUp }

func (needed) Error() string { return "no approval yet" }

const findApproval = `
	select u.id::text, u.approval::text from identity.step_ups u
	where u.session = $1 and u.act = $2 and u.dossier = $3 and u.digest = $4 and u.approved_at > $5 and u.consumed_at is null
	order by u.approved_at desc limit 1
	for update`

// RequireStepUp gives this session's unconsumed approval of exactly this act, inside the act's transaction. Without one
// the error is step_up_required; web must be given Translate, which then begins the step-up (TestStepUpIsBoundToActAndDigest).
func (s *Service) RequireStepUp(ctx context.Context, tx db.Querier, who act.Subject, u StepUp) (Approval, error) {
	var found Approval
	blinded, err := blind(who, u)
	if err != nil {
		return Approval{}, err
	}
	err = tx.QueryRow(ctx, findApproval, who.Session, u.Act, u.Dossier, blinded, s.now().Add(-approvalLife)).Scan(&found.ID, &found.JSON)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Approval{}, act.Wrap(act.StepUpRequired, "", needed{u})
	case err != nil:
		return Approval{}, fmt.Errorf("finding an approval: %w", err)
	}
	return found, nil
}

const consumeStepUp = `update identity.step_ups set consumed_at = $2 where id = $1 and approved_at is not null and consumed_at is null`

// ConsumeStepUp spends an approval in the transaction of its act: once (TestStepUpIsConsumedOnce).
func (s *Service) ConsumeStepUp(ctx context.Context, tx execer, id string) error {
	done, err := tx.Exec(ctx, consumeStepUp, id, s.now())
	if err != nil {
		return fmt.Errorf("consuming an approval: %w", err)
	}
	if done.RowsAffected() != 1 {
		return act.NewError(act.Conflict, "Cette confirmation a déjà servi. Confirmez à nouveau votre identité, puis recommencez.")
	}
	return nil
}

// Translate completes an error of an operation: it begins the step-up that was found missing, and ends the session whose
// handle keyholder no longer knows. Give it to web.
func (s *Service) Translate(ctx context.Context, who act.Subject, err error) error {
	var missing needed
	if !errors.As(err, &missing) {
		if act.IsKind(err, act.Unauthenticated) && who.Session != "" {
			// The session itself was good: it is keyholder that refused the handle.
			return s.HandleDied(ctx, who)
		}
		return err
	}
	path, failed := s.AskStepUp(ctx, who, missing.StepUp)
	if failed != nil {
		return failed
	}
	required := act.NewError(act.StepUpRequired, "")
	required.StepUp = path
	return required
}

const insertStepUp = `
	insert into identity.step_ups (id, session, act, dossier, digest, nonce, created_at)
	values ($1, $2, $3, $4, $5, $6, $7)`

// AskStepUp begins a step-up and gives its path, which always has a query. It must not run inside a transaction that
// will be rolled back.
func (s *Service) AskStepUp(ctx context.Context, who act.Subject, u StepUp) (string, error) {
	if s.Approve == nil {
		return "", act.Wrap(act.Internal, "", errors.New("this zone has no step-up"))
	}
	nonce, err := s.nonce(ctx, u.Act, u.Dossier, u.Digest)
	if err != nil {
		return "", err
	}
	id, err := s.drawID()
	if err != nil {
		return "", err
	}
	blinded, err := blind(who, u)
	if err != nil {
		return "", err
	}
	if _, err := s.Pool.Exec(ctx, insertStepUp, id, who.Session, u.Act, u.Dossier, blinded, nonce, s.now()); err != nil {
		return "", outage("beginning a step-up", err)
	}
	return "/step-up?" + url.Values{"id": {id}}.Encode(), nil
}

const stepUpOfSession = `
	select u.id, u.act, u.dossier, u.nonce from identity.step_ups u
	where u.id = $1 and u.session = $2 and u.approved_at is null and u.created_at > $3`

// begun is a step-up that nobody has approved.
type begun struct{ id, act, dossier, nonce string }

// begunBy gives a step-up that this session began.
func (s *Service) begunBy(ctx context.Context, who act.Subject, id string) (b begun, err error) {
	if !isUUID(id) {
		return begun{}, act.NotFound()
	}
	err = s.Pool.QueryRow(ctx, stepUpOfSession, id, who.Session, s.now().Add(-approvalLife)).Scan(&b.id, &b.act, &b.dossier, &b.nonce)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return begun{}, act.NotFound()
	case err != nil:
		return begun{}, outage("finding a step-up", err)
	}
	return b, nil
}

// beginStepUp sends the person to his own issuer, to authenticate anew; or, where that one does not, asks him for his passkey.
func (s *Service) beginStepUp(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if err := s.admit(c); err != nil {
		return err
	}
	who, err := s.Authenticate(c)
	if err != nil {
		return err
	}
	asked, err := s.begunBy(ctx, who, c.Query("id"))
	if err != nil {
		return err
	}
	if s.Door != nil {
		door, err := s.Door(ctx, who)
		if err != nil {
			return outage("asking how a person approves", err)
		}
		if door.Asked {
			return s.askPasskey(c, who, asked, door)
		}
	}
	kind, err := s.issuerOf(ctx, who.Login)
	if err != nil {
		return fmt.Errorf("finding the issuer of a step-up: %w", err)
	}
	i := s.issuer(kind)
	if i == nil {
		return act.Wrap(act.Internal, "", errors.New("a session whose issuer is gone"))
	}
	p, err := s.newPending(i, asked.nonce)
	if err != nil {
		return err
	}
	p.stepUp = asked.id
	return s.send(c, i, p, c.Query("login_hint"))
}

const approveStepUp = `
	update identity.step_ups set approval = $3::json, approved_at = $4
	where id = $1 and session = $2 and approved_at is null
	returning act, dossier`

// finishStepUp keeps the approval of the person of the session, who authenticated just now.
func (s *Service) finishStepUp(c *fiber.Ctx, p pending, given proof) error {
	ctx := c.UserContext()
	who, err := s.Authenticate(c)
	if err != nil {
		return err
	}
	// The nonce, which binds act and content, was compared already.
	found, err := s.findPerson(ctx, s.Pool, p.issuer, given.subject)
	if err != nil && !errors.Is(err, errNobody) {
		return outage("finding who confirms", err)
	}
	age := s.Clock.Now().Sub(given.authTime)
	switch {
	case err != nil || found.id != who.ID:
		return act.Wrap(act.Conflict, saySamePerson, errors.New("a step-up by another person"))
	case age > authenticationAge || age < -time.Minute:
		return notProven(sayNotProven, errors.New("a step-up without a fresh authentication"))
	}
	approval, err := s.Approve(ctx, p.nonce, given.token.Reveal())
	if err != nil {
		return outage("approving an act", err)
	}
	return s.approved(c, who, p.stepUp, approval)
}

// approved keeps an approval and goes back to the act.
func (s *Service) approved(c *fiber.Ctx, who act.Subject, id string, approval []byte) error {
	confirmed, err := s.keepApproval(c, who, id, approval)
	if err != nil {
		return err
	}
	if s.AfterStepUp != nil && web.ReadsHTML(c) {
		return c.Redirect(s.AfterStepUp(c, confirmed), http.StatusSeeOther)
	}
	return c.Redirect("/", http.StatusSeeOther)
}

// keepApproval is the act step_up.approve: the entry says who confirmed, for which dossier, and when.
func (s *Service) keepApproval(c *fiber.Ctx, who act.Subject, id string, approval []byte) (confirmed StepUp, err error) {
	approving := act.Act{Action: "step_up.approve", Object: act.Object{Kind: "step_up", ID: id}, RequestID: web.RequestID(c)}
	_, err = s.Gate.Do(c.UserContext(), who, approving, func(ctx context.Context, tx *act.Tx) error {
		err := tx.QueryRow(ctx, approveStepUp, id, who.Session, string(approval), tx.Now).Scan(&confirmed.Act, &confirmed.Dossier)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return act.NotFound()
		case err != nil:
			return fmt.Errorf("keeping an approval: %w", err)
		}
		if confirmed.Dossier != NoDossier {
			tx.SetObject("dossier", confirmed.Dossier)
		}
		tx.SetItem(id)
		return nil
	})
	return confirmed, err
}

const lastApproval = `
	select max(u.approved_at) from identity.step_ups u
	where u.session = $1 and u.approved_at > $2 and u.consumed_at is null`

func (s *Service) stepUpUntil(ctx context.Context, q db.Querier, who act.Subject) (*time.Time, error) {
	var last *time.Time
	if err := q.QueryRow(ctx, lastApproval, who.Session, s.now().Add(-approvalLife)).Scan(&last); err != nil {
		return nil, fmt.Errorf("finding approvals: %w", err)
	}
	if last == nil {
		return nil, nil
	}
	until := last.Add(approvalLife).UTC()
	return &until, nil
}

// isUUID: anything else never reaches PostgreSQL, which would answer an error that quotes it.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range text {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		hex := r >= '0' && r <= '9' || r >= 'a' && r <= 'f'
		if dash != (r == '-') || !dash && !hex {
			return false
		}
	}
	return true
}

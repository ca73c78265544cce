package relay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/policy"
	"cloison/release"
	"cloison/server/store"
)

// Rules of what comes through the door. They stand in entries and in the answer to the medical zone; no person sees them.
const (
	ruleForm       = "RELEASE_FORM"     // not canonical, or a closed rule broken
	ruleEncoding   = "RELEASE_ENCODING" // compressed or otherwise encoded
	ruleNumber     = "RELEASE_NUMBER"   // the path names another number
	ruleGap        = "RELEASE_GAP"      // a number before it was not received
	ruleDiffers    = "RELEASE_DIFFERS"  // received before, with other bytes: alarm
	ruleReferral   = "RELEASE_REFERRAL" // unknown referral, or another version of it
	ruleLost       = "RELEASE_LOST"     // of a referral that a restore lost here: set aside
	ruleReceiver   = "RELEASE_RECEIVER" // not the referral's prefecture
	ruleSeal       = "RELEASE_SEAL"     // not sealed by a pinned key over the document rendered here: alarm, set aside
	ruleDecision   = "RELEASE_DECISION" // another copy of the composition decision
	ruleAuthors    = "RELEASE_AUTHORS"  // a line that the decision does not list on that day
	ruleVersion    = "RELEASE_VERSION"  // not the version after the last one received
	ruleUnasked    = "RELEASE_UNASKED"  // an attestation that answers no request
	ruleContent    = "RELEASE_CONTENT"  // kind, country, date or number of notices that the referral contradicts
	sentenceRefuse = "Cet envoi n’est pas recevable. Rien n’a été enregistré ; vérifiez-le dans la zone médicale, puis renvoyez-le."
)

func refuse(kind act.Kind, rule string) error {
	return &act.Error{Kind: kind, Rule: rule, Sentence: sentenceRefuse, Visible: true}
}

// gapError is a refusal that says which number is expected.
type gapError struct {
	refusal  error
	expected int64
}

func (e *gapError) Error() string { return e.refusal.Error() }
func (e *gapError) Unwrap() error { return e.refusal }

// takeRelease receives one release, exactly once: the same number with the same bytes is answered again, with other
// bytes it is a conflict and an alarm.
func (r *Relay) takeRelease(c *fiber.Ctx) error {
	seq, err := strconv.ParseInt(c.Params("seq"), 10, 64)
	if err != nil || seq < 1 {
		return act.NotFound()
	}
	a := r.act(c, "release.receive", act.Object{Kind: "release", ID: strconv.FormatInt(seq, 10)})
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return r.encoded(c, a)
	}
	body := c.Request().Body() // the bytes as they came: c.Body() would decompress them, without bound (TestEncodedBodyIsRefused)
	came, err := release.Decode[release.Release](body)
	if err != nil {
		return r.unreadable(c, a, ruleForm, err)
	}
	if came.Seq != seq {
		return r.unreadable(c, a, ruleNumber, nil)
	}
	var referral store.Referral
	a.Load = loadReferral(came, &referral)
	var gap *gapError
	_, err = r.Gate.Do(c.UserContext(), r.who, a, func(ctx context.Context, tx *act.Tx) error {
		err := r.receive(ctx, tx, came, body, referral)
		errors.As(err, &gap)
		return err
	})
	var known *act.Error
	if errors.As(err, &known) && (known.Rule == ruleSeal || known.Rule == ruleLost) {
		return r.setAside(c, came, body, known.Rule, err)
	}
	if err != nil {
		return r.refused(c, seq, err, gap)
	}
	return r.receipt(c, release.Receipt{Seq: seq})
}

// receipt answers in the one form.
func (r *Relay) receipt(c *fiber.Ctx, receipt release.Receipt) error {
	answer, err := release.Canonical(receipt)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(answer)
}

// unreadable records what could not become an act.
func (r *Relay) unreadable(c *fiber.Ctx, a act.Act, rule string, cause error) error {
	if err := r.Gate.Refuse(c.UserContext(), r.who, a, rule); err != nil {
		return err
	}
	refused := refuse(act.Invalid, rule)
	if cause != nil {
		return fmt.Errorf("%w: %w", refused, cause)
	}
	return refused
}

// encoded refuses any Content-Encoding: the medical zone sends canonical bytes as they are, and a small body that unfolds into a huge
// one must never be unfolded.
func (r *Relay) encoded(c *fiber.Ctx, a act.Act) error {
	if err := r.Gate.Refuse(c.UserContext(), r.who, a, ruleEncoding); err != nil {
		return err
	}
	return refuse(act.Unsupported, ruleEncoding)
}

// refused raises the alarm of what must never happen between two honest zones.
func (r *Relay) refused(c *fiber.Ctx, seq int64, err error, gap *gapError) error {
	var known *act.Error
	if errors.As(err, &known) && (known.Rule == ruleDiffers || known.Rule == ruleDecision) {
		r.Logger.Error("ALARM: a release that cannot be true", "release", seq, "rule", known.Rule, "request_id", requestID(c))
	}
	if gap != nil {
		return gap
	}
	return err
}

// loadReferral locks the reception of releases, so that two calls with one number are one after the other, and reads the
// referral that the release is about.
func loadReferral(came release.Release, into *store.Referral) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := store.LockReleases(ctx, tx); err != nil {
			return nil, err
		}
		found, err := store.GetReferral(ctx, tx, came.Referral())
		if errors.Is(err, store.ErrNotFound) {
			return nil, unknownReferral(ctx, tx, came.Referral())
		}
		if err != nil {
			return nil, err
		}
		*into = found
		return policy.Release{Kind: "release", Seq: came.Seq, Prefecture: found.Prefecture, Release: string(came.Kind)}, nil
	}
}

// unknownReferral: one that a restore lost holds back nothing (TestAReleaseOfALostReferralIsSetAside); any other can't be true.
func unknownReferral(ctx context.Context, tx pgx.Tx, id string) error {
	lost, err := store.IsLost(ctx, tx, id)
	if err != nil {
		return err
	}
	if lost {
		return refuse(act.Invalid, ruleLost)
	}
	return refuse(act.Invalid, ruleReferral)
}

func (r *Relay) receive(ctx context.Context, tx *act.Tx, came release.Release, body []byte, referral store.Referral) error {
	last, err := store.LockReleases(ctx, tx)
	if err != nil {
		return err
	}
	switch {
	case came.Seq <= last:
		return r.again(ctx, tx, came, body, referral)
	case came.Seq > last+1:
		return &gapError{refuse(act.Conflict, ruleGap), last + 1}
	}
	document, err := r.check(ctx, tx, came, referral)
	if err != nil {
		return err
	}
	if err := store.RecordRelease(ctx, tx, came, body, referral.Prefecture, document, tx.Now); err != nil {
		return err
	}
	tx.SetItem(referral.ID)
	tx.AfterCommit(r.Bell.Ring)
	return nil
}

func sameBytes(ctx context.Context, tx *act.Tx, seq int64, body []byte) error {
	received, err := store.GetReleaseBody(ctx, tx, seq)
	if err != nil {
		return err
	}
	if !bytes.Equal(received, body) {
		return refuse(act.Conflict, ruleDiffers)
	}
	return nil
}

package relay

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/release"
)

// A referral that this zone can never apply must not hold back those of the whole country: what an agent types in one prefecture would
// be enough to stop every other. It is passed over, said aloud in the journal and kept in the record by its number; the bytes stay in the
// administrative zone. What may mend itself is never passed over: a gap, an outage, a keyholder that is sealed or busy, a type of event
// that a later version knows, and any error that is not known here to be final.

// errUnlawful: a referral, or an event of one, that decodes and still cannot be applied.
var errUnlawful = errors.New("the referral cannot be applied")

// unlawful says whether an item that was refused in decoding has the form of a known event and the number that is next, and breaks a closed
// rule of its content. Nothing else is passed over undecoded: other forms come from another version of the other zone, not from an agent.
func unlawful(item json.RawMessage, next int64, err error) bool {
	var field *release.FieldError
	var envelope struct {
		Seq  int64                     `json:"seq"`
		Type release.ReferralEventType `json:"type"`
	}
	if !errors.As(err, &field) || json.Unmarshal(item, &envelope) != nil {
		return false
	}
	return envelope.Seq == next && envelope.Type.Known() && !slices.Contains([]string{"seq", "at", "type"}, field.Field)
}

// hopeless says whether an error of takeReferral will be the same at every further attempt: a closed rule, a constraint of the database
// or a value that it does not take (SQLSTATE 23 and 22), a refusal by keyholder of the value itself.
func hopeless(err error) bool {
	var known *act.Error
	var broken *pgconn.PgError
	var field *release.FieldError
	switch {
	case errors.Is(err, errGap) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &known) && slices.Contains([]act.Kind{act.Sealed, act.Unavailable, act.RateLimited, act.OverBudget, act.Unauthenticated, act.Forbidden}, known.Kind):
		return false
	case errors.Is(err, errUnlawful) || errors.As(err, &field):
		return true
	case errors.Is(err, keyholder.ErrRefused{}):
		return errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleMalformed})
	case errors.As(err, &broken):
		return strings.HasPrefix(broken.Code, "22") || strings.HasPrefix(broken.Code, "23")
	case known != nil:
		return slices.Contains([]act.Kind{act.Invalid, act.Conflict, act.UnknownField, act.Malformed, act.TooLarge, act.Unsupported}, known.Kind)
	}
	return false
}

// quarantine passes over the event of that number: one act, whose entry names it and bears the rule REFERRAL_QUARANTINED, and the cursor.
func (r *Relay) quarantine(ctx context.Context, seq int64, referral string, cause error) error {
	number := strconv.FormatInt(seq, 10)
	one := act.Act{Action: "referral.quarantine", Object: act.Object{Kind: "referral", ID: referral, Item: number}}
	_, err := r.o.Gate.Do(ctx, act.System("relay"), one, func(ctx context.Context, tx *act.Tx) error {
		return advance(ctx, tx, store.CursorReferrals, seq)
	})
	if err != nil {
		return err
	}
	r.o.Log.Error("ALARM: a referral, or an event of one, was passed over: its prefecture will get no answer", "flow", "referrals", "alarm", true, "seq", seq, "referral", referral, "error", cause.Error())
	return nil
}

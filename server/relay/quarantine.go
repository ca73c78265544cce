package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
)

// An opinion whose seal does not verify over the document rendered here is never shown and never kept: either something forged it, or the
// two zones render differently (a name, a label, a version of a program). It must not hold back the opinions of the whole country either.
// So its number is taken, its bytes stay in the medical zone, both zones say it aloud and keep it in their record, and the same bytes may be
// offered again once the cause is mended (TestAnOpinionWhoseSealDoesNotVerifyIsSetAside, TestAReleaseSetAsideIsTakenOnceMended).

// setAside answers a release whose seal does not verify, or whose referral a restore lost: the refusal is recorded already, with its rule.
func (r *Relay) setAside(c *fiber.Ctx, came release.Release, body []byte, rule string, cause error) error {
	r.Logger.Error("ALARM: an opinion was set aside, its prefecture has no answer", "release", came.Seq, "referral", came.Referral(),
		"rule", rule, "request_id", requestID(c), "error", cause.Error())
	a := r.act(c, "release.quarantine", act.Object{Kind: "release", ID: c.Params("seq"), Item: came.Referral()})
	digest := sha256.Sum256(body)
	_, err := r.Gate.Do(c.UserContext(), r.who, a, func(ctx context.Context, tx *act.Tx) error {
		last, err := store.LockReleases(ctx, tx)
		if err != nil {
			return err
		}
		if came.Seq <= last {
			set, err := sameSetAside(ctx, tx, came.Seq, digest[:])
			if err == nil && !set {
				err = refuse(act.Conflict, ruleDiffers)
			}
			return err // nil: offered again, in vain
		}
		return store.QuarantineRelease(ctx, tx, came.Seq, came.Referral(), digest[:], tx.Now)
	})
	if err != nil {
		return err
	}
	return r.receipt(c, release.Receipt{Seq: came.Seq, Quarantined: true})
}

// again answers a number that was taken: received, with the same bytes; or set aside, and then the same bytes are checked anew.
func (r *Relay) again(ctx context.Context, tx *act.Tx, came release.Release, body []byte, referral store.Referral) error {
	digest := sha256.Sum256(body)
	set, err := sameSetAside(ctx, tx, came.Seq, digest[:])
	if err != nil {
		return err
	}
	if !set {
		return sameBytes(ctx, tx, came.Seq, body)
	}
	document, err := r.check(ctx, tx, came, referral)
	if err != nil {
		return err
	}
	if err := store.RecordLateRelease(ctx, tx, came, body, referral.Prefecture, document, tx.Now); err != nil {
		return err
	}
	tx.SetItem(referral.ID)
	tx.AfterCommit(r.Bell.Ring)
	return nil
}

// sameSetAside says whether a number is of a release set aside; with other bytes it is refused.
func sameSetAside(ctx context.Context, tx *act.Tx, seq int64, digest []byte) (bool, error) {
	set, err := store.GetQuarantined(ctx, tx, seq)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err == nil && !bytes.Equal(set, digest) {
		err = refuse(act.Conflict, ruleDiffers)
	}
	return true, err
}

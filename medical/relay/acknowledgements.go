package relay

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

// takeAcknowledgements applies one page of acknowledgements, in order.
func (r *Relay) takeAcknowledgements(ctx context.Context) (did bool, err error) {
	after, err := store.Cursor(ctx, r.o.Pool, store.CursorAcknowledgements)
	if err != nil {
		return false, err
	}
	items, err := r.items(ctx, "/relay/v1/acknowledgements", after)
	if err != nil {
		return false, err
	}
	for _, item := range items {
		a, err := release.Decode[release.Acknowledgement](item)
		if err != nil {
			return did, fmt.Errorf("reading the acknowledgement after %d: %w", after, errors.Join(errUnexpected, err))
		}
		if a.Seq != after+1 {
			return did, fmt.Errorf("acknowledgement %d after %d: %w", a.Seq, after, errGap)
		}
		// The peer's certificate is not enough: the key that signs acknowledgements is another (TestForgedAcknowledgementIsRefused).
		if err := r.signedThere(a); err != nil {
			return did, errors.Join(err, r.recordForged(ctx, a.Seq))
		}
		if err := r.takeAcknowledgement(ctx, a); err != nil {
			return did, fmt.Errorf("applying acknowledgement %d: %w", a.Seq, err)
		}
		after, did = a.Seq, true
	}
	return did, nil
}

// signedThere holds an acknowledgement against each key that is pinned (TestTheKeyOfAcknowledgementsIsReplaced).
func (r *Relay) signedThere(a release.Acknowledgement) (err error) {
	for _, key := range r.o.AckKeys {
		if err = release.VerifyAcknowledgement(key, a); err == nil {
			return nil
		}
	}
	return err
}

// recordForged writes once into the log that an acknowledgement is not the other zone's: the flow stands still before it, and asks again. Of what it
// says only its number is kept.
func (r *Relay) recordForged(ctx context.Context, seq int64) error {
	if r.forged == seq {
		return nil
	}
	one := act.Act{Action: "acknowledgement.receive", Object: act.Object{Kind: "acknowledgement", ID: strconv.FormatInt(seq, 10)}}
	err := r.o.Gate.Refuse(ctx, act.System("relay"), one, "ACKNOWLEDGEMENT_SIGNATURE")
	if err == nil {
		r.forged = seq
	}
	return err
}

// takeAcknowledgement is one act: the acknowledgement as signed, its event, the closing when it was the last one awaited, and the cursor. Of an
// opinion that a restore lost, or one acknowledged again because the other zone was restored, only the cursor moves.
func (r *Relay) takeAcknowledgement(ctx context.Context, a release.Acknowledgement) error {
	one := act.Act{Action: "acknowledgement.receive", Object: act.Object{Kind: "referral", ID: a.Referral}}
	_, err := r.o.Gate.Do(ctx, act.System("relay"), one, func(ctx context.Context, tx *act.Tx) error {
		if err := advance(ctx, tx, store.CursorAcknowledgements, a.Seq); err != nil {
			return err
		}
		passed, err := restored(ctx, tx, a)
		if err != nil {
			return err
		}
		if passed {
			r.o.Log.Warn("ALARM an acknowledgement came that changes nothing: a zone was restored, or the other one gave it twice", "release", a.Release)
			return nil
		}
		id, err := store.DossierOfOpinion(ctx, tx, a.Release, a.Referral, a.Version)
		if err != nil {
			return errors.Join(errUnexpected, err)
		}
		tx.SetObject("dossier", id)
		tx.SetItem(a.Referral)
		d, err := store.LoadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := store.InsertAcknowledgement(ctx, tx, id, a, tx.Now); err != nil {
			return err
		}
		events := []medical.Event{{At: tx.Now, Actor: "system", Data: medical.AccusePrefecture{Referral: a.Referral, Version: a.Version}}}
		awaited, err := store.Unacknowledged(ctx, tx, id, a.Version)
		if err != nil {
			return err
		}
		// The version before may still be acknowledged while its correction is under way: that closes nothing.
		if awaited == 0 && !d.Policy.Closed && d.Policy.Issued && a.Version == d.Case.OpinionVersion() {
			events = append(events, medical.Event{At: tx.Now, Actor: "system", Data: medical.Cloture{ReasonCode: "AVIS_TRANSMIS"}})
		}
		_, err = store.AppendEvents(ctx, tx, id, events, store.With{})
		return err
	})
	return err
}

// restored says whether a restore, of this zone or of the other, leaves nothing to do for an acknowledgement (TestAnAcknowledgementAfterARestore).
func restored(ctx context.Context, tx pgx.Tx, a release.Acknowledgement) (bool, error) {
	lost, err := store.IsLost(ctx, tx, a.Release)
	if err != nil || lost {
		return lost, err
	}
	return store.IsAcknowledged(ctx, tx, a.Referral, a.Version, a.Release)
}

package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
)

// takeChange applies one event of a referral that has its dossier: one act, with the cursor. What changes the author of the opinion, or ends
// the case, is only kept: it waits for a person of the medical service (a taken-over zone there must not choose who gives an opinion here).
func (r *Relay) takeChange(ctx context.Context, e release.ReferralEvent) error {
	a := act.Act{Action: "referral_event.receive", Object: act.Object{Kind: "referral", ID: e.About()}}
	_, err := r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
		if err := advance(ctx, tx, store.CursorReferrals, e.Seq); err != nil {
			return err
		}
		dossier, err := store.DossierOfReferral(ctx, tx, e.About())
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("an event of no dossier: %w", errUnlawful) // its referral was passed over
		}
		if err != nil {
			return err
		}
		tx.SetObject("dossier", dossier)
		tx.SetItem(e.About())
		d, err := standing(ctx, tx, dossier)
		if err != nil {
			return err
		}
		tx.AfterCommit(r.Wake)
		return r.apply(ctx, tx, d, e)
	})
	return err
}

// standing loads and locks a dossier that was not destroyed. One that was has no key to seal anything for, and keeps nothing that finds the
// person: what a prefecture still tells of it is passed over (TestAPurgedDossierTakesNothingMore).
func standing(ctx context.Context, tx *act.Tx, dossier string) (store.Dossier, error) {
	d, err := store.LoadDossier(ctx, tx, dossier)
	if err == nil && d.Policy.State == string(medical.StatePurged) {
		err = fmt.Errorf("an event of a dossier that was destroyed: %w", errUnlawful)
	}
	return d, err
}

func (r *Relay) apply(ctx context.Context, tx *act.Tx, d store.Dossier, e release.ReferralEvent) error {
	switch {
	case e.Correction != nil:
		return r.correct(ctx, tx, d, e)
	case e.Transfer != nil && !release.MayRefer(e.Transfer.Prefecture, release.Kind(d.Case.Kind)):
		return fmt.Errorf("a transfer to an authority that refers no such kind: %w", errUnlawful)
	case e.Transfer != nil:
		return note(ctx, tx, d, medical.ChangementPrefecture{
			Referral: e.About(), PrefectureOld: prefectureOf(d, e.About()), PrefectureNew: e.Transfer.Prefecture})
	case e.Decision != nil:
		return note(ctx, tx, d, medical.DecisionPrefet{Referral: e.About(), Outcome: string(e.Decision.Outcome)})
	case e.Appeal != nil:
		return note(ctx, tx, d, medical.RecoursDepose{Referral: e.About()})
	case e.AppealClosed != nil:
		return note(ctx, tx, d, medical.Jugement{Referral: e.About(), Outcome: string(e.AppealClosed.Outcome)})
	case e.Liberty != nil:
		return keep(ctx, tx, d, e, store.PendingLiberty, string(e.Liberty.Liberty))
	case e.Withdrawal != nil:
		return keep(ctx, tx, d, e, store.PendingWithdrawal, string(e.Withdrawal.Reason))
	}
	return r.attest(ctx, tx, d, e)
}

// note appends one event. Its instant is this zone's: what another zone says of the hour decides nothing here.
func note(ctx context.Context, tx *act.Tx, d store.Dossier, data medical.EventData) error {
	_, err := store.AppendEvents(ctx, tx, d.ID, []medical.Event{{At: tx.Now, Actor: author, Data: data}}, store.With{})
	return err
}

func keep(ctx context.Context, tx *act.Tx, d store.Dossier, e release.ReferralEvent, kind, code string) error {
	at := e.At.Time().UTC()
	if e.Liberty != nil && e.Liberty.From != nil {
		at = e.Liberty.From.Time().UTC()
		if at.Before(d.ReceivedAt) {
			at = d.ReceivedAt // it was so before the referral: here, since the dossier began
		}
	}
	if at.After(tx.Now) || at.Before(d.ReceivedAt) {
		at = tx.Now // two clocks differ, or one lies: an instant outside the dossier's life is not believed
	}
	return store.InsertPending(ctx, tx, d.ID, store.PendingEvent{
		Seq: e.Seq, Referral: e.About(), Type: kind, Code: code, At: at, ReceivedAt: tx.Now})
}

func prefectureOf(d store.Dossier, referral string) string {
	for _, r := range d.Referrals {
		if r.ID == referral {
			return r.Prefecture
		}
	}
	return ""
}

// correct seals what was corrected beside what the referral had given (nothing is opened to merge them; the desk shows both as one), and
// makes the dossier findable by it. A corrected number is an event, and N0 answers it.
func (r *Relay) correct(ctx context.Context, tx *act.Tx, d store.Dossier, e release.ReferralEvent) error {
	correction, err := correctionOf(e.Correction)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(correction)
	if err != nil {
		return fmt.Errorf("encoding the correction of referral %s: %w", e.About(), err)
	}
	_, err = r.o.Vault.SealRecord(ctx, tx, vault.Sealing{
		Dossier: d.ID, Compartment: store.Civil, Kind: store.KindCorrection, ID: correctionID(e.Seq), Author: author, Plain: plain})
	if err != nil {
		return err
	}
	if e.Correction.Civil != nil {
		c := d.Case
		if err := person(&c, *e.Correction.Civil, d.ReceivedAt); err != nil {
			return err
		}
		if err := store.CorrectPerson(ctx, tx, d.ID, c); err != nil {
			return err
		}
		return r.tagPatient(ctx, tx, d.ID, e.Correction.Civil.Patient)
	}
	if err := r.tagOne(ctx, tx, d.ID, store.TagAGDREF, e.Correction.AGDREF.New); err != nil {
		return err
	}
	return note(ctx, tx, d, medical.AgdrefCorrige{Referral: e.About()})
}

// correctionID keeps corrections in their order when they are listed by id.
func correctionID(seq int64) string { return fmt.Sprintf("%016d", seq) }

// correctionOf is the correction in the shape that the desk reads.
func correctionOf(c *release.Correction) (medical.Correction, error) {
	out := medical.Correction{Referral: c.Referral}
	if c.AGDREF != nil {
		out.AGDREFOld, out.AGDREFNew = c.AGDREF.Old, c.AGDREF.New
		return out, nil
	}
	canonical, err := release.Canonical(struct {
		*release.Civil
		Files []medical.AdministrativeFile `json:"administrative_files"`
	}{c.Civil, []medical.AdministrativeFile{}})
	if err != nil {
		return out, err
	}
	civil, err := medical.Decode[medical.Civil](canonical)
	if err != nil {
		return out, fmt.Errorf("checking the person of referral %s: %w", c.Referral, errors.Join(errUnlawful, err))
	}
	out.Civil = &civil
	return out, nil
}

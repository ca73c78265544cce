package sweep

import (
	"context"
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/medical"
	"cloison/medical/store"
)

// retention assesses the purge of each dossier whose retention is over: refused while a hold stands, authorised otherwise, and again when
// that changes. It asks a person for what comes next.
func (s *sweeper) retention(ctx context.Context) (int, error) {
	over, err := store.FindToAssess(ctx, s.o.Pool, s.o.Clock.Now())
	if err != nil {
		return 0, err
	}
	return s.each(ctx, "purge.assess", over, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		decision := medical.AssessPurge(d.Case, tx.Now)
		if decision == "" {
			return 0, nil
		}
		assessed := medical.Event{At: tx.Now, Actor: "system", Data: medical.PurgeEvaluee{PurgeDecision: decision}}
		after, err := store.AppendEvents(ctx, tx, d.ID, []medical.Event{assessed}, store.With{})
		if err != nil {
			return 0, err
		}
		_, err = store.RaiseTasks(ctx, tx, after, tx.Now)
		return 1, err
	})
}

// mostPurges bounds what one round looks at.
const mostPurges = 50_000

// purge takes away the dossiers that the custodians have destroyed: keyholder's tombstone first, then the rows, then the files. Sealed,
// keyholder cannot say: the next round asks again.
func (s *sweeper) purge(ctx context.Context) (int, error) {
	destroyed, err := s.destroyed(ctx)
	switch {
	case errors.Is(err, keyholder.ErrSealed):
		destroyed = nil
	case err != nil:
		return 0, err
	}
	done, err := s.each(ctx, "dossier.purge", destroyed, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		_, err := store.Purge(ctx, tx, d, "system", tx.Now)
		return 1, err
	})
	return done, errors.Join(err, s.removeFiles(ctx))
}

// destroyed lists the dossiers whose purge is authorised and whose keys open nothing any more.
func (s *sweeper) destroyed(ctx context.Context) ([]string, error) {
	due, err := store.FindAuthorisedPurges(ctx, s.o.Pool, s.o.Clock.Now(), mostPurges)
	if err != nil {
		return nil, err
	}
	var all []string
	for len(due) > 0 {
		n := min(len(due), keyholder.MaxShredded)
		ids := make([]string, n)
		for i, d := range due[:n] {
			ids[i] = d.Dossier
		}
		shredded, err := s.o.Keys.Shredded(ctx, ids)
		if err != nil {
			return nil, err
		}
		all, due = append(all, shredded...), due[n:]
	}
	return all, nil
}

// removeFiles removes what the database no longer names, then forgets the list: a crash in between removes it once more.
func (s *sweeper) removeFiles(ctx context.Context) error {
	uploads, err := store.FindRemovableUploads(ctx, s.o.Pool)
	if err != nil || len(uploads) == 0 {
		return err
	}
	for _, u := range uploads {
		if err := s.o.Files.RemoveUpload(ctx, u); err != nil {
			return err
		}
	}
	a := act.Act{Action: "purge.files", Object: act.Object{Kind: "portal"}}
	_, err = s.o.Gate.Do(ctx, act.System("sweep"), a, func(ctx context.Context, tx *act.Tx) error {
		for _, u := range uploads {
			if err := store.ForgetUpload(ctx, tx, u); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

package vault

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/internal/crash"
	"cloison/internal/db"
	"cloison/medical/store"
)

// Swept is what a sweep did.
type Swept struct {
	Settled int // uploads that a crash or a lost database had left unfinished
	Removed int // objects of theirs that no committed row bears
}

// Sweep settles the uploads that nobody is sending any more: parts whose rows were committed stay, the others go. It is idempotent, and
// safe beside running uploads: those of this process are left alone; one of another process is first taken away from its call, in the
// database, so that no part of it can be recorded any more, and its sender goes on from what was (TestSweepTakesNothingThatIsAcknowledged).
func (v *Vault) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	marked, err := v.o.Objects.Unfinished(ctx)
	if err != nil {
		return s, err
	}
	for _, upload := range marked {
		if v.live.has(upload) {
			continue
		}
		removed, err := v.settleCounting(ctx, upload)
		if err != nil {
			return s, err
		}
		s.Settled, s.Removed = s.Settled+1, s.Removed+removed
	}
	return s, v.endUnmarked(ctx, marked)
}

// endUnmarked ends the calls that died before they had marked anything.
func (v *Vault) endUnmarked(ctx context.Context, marked []string) error {
	calls, err := store.FindUploadCalls(ctx, v.o.Pool)
	if err != nil {
		return err
	}
	for _, upload := range calls {
		if v.live.has(upload) || slices.Contains(marked, upload) {
			continue
		}
		if _, err := store.EndUploadCall(ctx, v.o.Pool, upload); err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault) settle(ctx context.Context, upload string) error {
	_, err := v.settleCounting(ctx, upload)
	return err
}

// settleCounting ends the call first: what a row bears then is all that one ever will, and only then may the rest go. Where there is no call
// (a bundle before its act, or what was ended before), the act that may be recording it goes first (TestSweepBesideARunningBundle).
func (v *Vault) settleCounting(ctx context.Context, upload string) (removed int, err error) {
	crash.Point("upload/end.before")
	stood, err := store.EndUploadCall(ctx, v.o.Pool, upload)
	if err != nil {
		return 0, err
	}
	crash.Point("upload/end.after")
	if stood {
		return v.removeUnknown(ctx, v.o.Pool, upload)
	}
	err = db.InTx(ctx, v.o.Pool, func(tx pgx.Tx) error {
		if err := store.LockUpload(ctx, tx, upload); err != nil {
			return err
		}
		removed, err = v.removeUnknown(ctx, tx, upload)
		return err
	})
	return removed, err
}

// removeUnknown removes what no row bears.
func (v *Vault) removeUnknown(ctx context.Context, q db.Querier, upload string) (removed int, err error) {
	names, err := v.o.Objects.List(ctx, upload)
	if err != nil {
		return 0, err
	}
	known, err := store.KnownObjects(ctx, q, names)
	if err != nil {
		return 0, err
	}
	return len(names) - len(known), v.o.Objects.Settle(ctx, upload, known)
}

// destroy forgets the recorded parts from one index on, and removes their objects. The uploads are marked again before the rows go: a crash
// in between leaves either the parts with their rows, or a mark that a sweep follows.
func (r *Received) destroy(ctx context.Context, from int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	v, uploads := r.vault, map[string]bool{}
	defer func() {
		for upload := range uploads {
			v.live.remove(upload)
		}
	}()
	err := store.DeleteReceivedParts(ctx, v.o.Pool, r.document.ID, from, func(objects []string) error {
		for _, object := range objects {
			upload := object[:uploadDigits]
			if uploads[upload] || upload == r.upload { // this call's own is marked, and settled by Close
				continue
			}
			v.live.add(upload)
			uploads[upload] = true
			if err := v.o.Objects.Begin(ctx, upload); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	r.look.sight.drop()
	for upload := range uploads {
		err = errors.Join(err, v.settle(ctx, upload))
	}
	return err
}

// live are the uploads that this process is writing.
type live struct {
	mu      sync.Mutex
	uploads map[string]int
}

func (l *live) add(upload string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.uploads == nil {
		l.uploads = map[string]int{}
	}
	l.uploads[upload]++
}

func (l *live) remove(upload string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.uploads[upload]--; l.uploads[upload] <= 0 {
		delete(l.uploads, upload)
	}
}

func (l *live) has(upload string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.uploads[upload] > 0
}

// Package rotation moves every dossier identity to keyholder's current epoch, so that the one before can be destroyed. A dossier's identity
// stays the same: no sealed byte is touched.
//
// It protects the dossiers from a rotation that goes wrong. A new row stands beside the old one, never in its place; each is read back from the
// database and unwrapped by keyholder before it counts, and must give the recipient of before under keyholder's signature. Killed anywhere, it
// goes on where the rows say (TestARotationThatIsKilledGoesOn). It trusts keyholder; it opens no dossier and holds no key.
package rotation

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/internal/clock"
	"cloison/internal/crash"
	"cloison/internal/db"
	"cloison/medical/store"
)

// Keyholder is what a rotation asks of it; *keyholder.Client is one.
type Keyholder interface {
	Status(ctx context.Context) (keyholder.Status, error)
	Rewrap(ctx context.Context, items []keyholder.RewrapItem) ([]keyholder.Compartment, error)
	Check(ctx context.Context, items []keyholder.RewrapItem) ([]string, error)
	Shredded(ctx context.Context, dossiers []string) ([]string, error)
}

// Options of a rotation; all are required.
type Options struct {
	Keys         Keyholder
	RecipientKey ed25519.PublicKey // keyholder's, pinned
	Pool         *pgxpool.Pool
	Zone         string
	Clock        clock.Clock
	Batch        int // identities at once: a reader waits no longer than for the batches in flight
}

// Report is what was done, by count of identities; two make a dossier.
type Report struct {
	Epoch      string
	Rotated    int             // by this run
	Destroyed  int             // of dossiers that custodians destroyed: left as they are
	Unreadable []store.HeldKey // that keyholder does not open: left as they are, and a reason to look
	Left       map[string]int  // current identities by epoch, at the end
}

// ErrUnverified: a row that was read back is not what keyholder gave. The rotation stops there.
var ErrUnverified = errors.New("a rotated identity is not what was written")

// Run rotates what is not of keyholder's current epoch.
func Run(ctx context.Context, o Options) (Report, error) {
	status, err := o.Keys.Status(ctx)
	if err != nil {
		return Report{}, err
	}
	if status.Sealed {
		return Report{}, keyholder.ErrSealed
	}
	t := total{report: Report{Epoch: status.Epoch}}
	if err := o.walk(ctx, &t); err != nil {
		return t.report, err
	}
	t.report.Left, err = store.CountEpochs(ctx, o.Pool)
	return t.report, err
}

// inFlight is how many batches are on their way: keyholder wraps one while the database writes another. Not more: a reader waits behind those
// that keyholder was given.
const inFlight = 2

// walk takes one page after the other. A batch that fails stops it: the others end, or are cut as by a kill.
func (o Options) walk(ctx context.Context, t *total) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(inFlight)
	var after store.KeyAfter
	for ctx.Err() == nil {
		batch, err := store.FindKeysToRotate(ctx, o.Pool, t.report.Epoch, after, o.Batch)
		if err != nil {
			return errors.Join(g.Wait(), err)
		}
		if len(batch) == 0 {
			break
		}
		last := batch[len(batch)-1]
		after = store.KeyAfter{Dossier: last.Dossier, Compartment: last.Compartment}
		g.Go(func() error {
			done, err := o.batch(ctx, batch, t.report.Epoch)
			t.add(done)
			return err
		})
	}
	return g.Wait()
}

// total is the report that the batches add to.
type total struct {
	mu     sync.Mutex
	report Report
}

func (t *total) add(done Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Rotated += done.Rotated
	t.report.Destroyed += done.Destroyed
	t.report.Unreadable = append(t.report.Unreadable, done.Unreadable...)
}

func (o Options) batch(ctx context.Context, batch []store.HeldKey, epoch string) (done Report, err error) {
	alive, err := o.alive(ctx, batch)
	if err != nil {
		return done, err
	}
	done.Destroyed = len(batch) - len(alive)
	fresh, bad, err := o.rewrap(ctx, alive)
	if err != nil {
		return done, err
	}
	done.Unreadable = bad
	if len(fresh) == 0 {
		return done, nil
	}
	crash.Point("rotation/insert.before")
	err = db.InTx(ctx, o.Pool, func(tx pgx.Tx) error { return store.InsertRotated(ctx, tx, fresh, o.Clock.Now()) })
	if err != nil {
		return done, err
	}
	crash.Point("rotation/insert.after")
	done.Rotated, err = o.verify(ctx, fresh, epoch)
	return done, err
}

// alive leaves out the dossiers that custodians destroyed.
func (o Options) alive(ctx context.Context, batch []store.HeldKey) ([]store.HeldKey, error) {
	gone, err := o.Keys.Shredded(ctx, dossiersOf(batch))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(batch), func(k store.HeldKey) bool { return slices.Contains(gone, k.Dossier) }), nil
}

// rewrap asks for the whole batch, and one by one when something in it is refused, so that one bad row holds back no other.
func (o Options) rewrap(ctx context.Context, keys []store.HeldKey) (fresh, bad []store.HeldKey, err error) {
	if len(keys) == 0 {
		return nil, nil, nil
	}
	rows, err := o.Keys.Rewrap(ctx, items(keys))
	switch {
	case errors.Is(err, keyholder.ErrRefused{}) && len(keys) == 1:
		return nil, keys, nil
	case errors.Is(err, keyholder.ErrRefused{}):
		for _, k := range keys {
			one, refused, err := o.rewrap(ctx, []store.HeldKey{k})
			if err != nil {
				return nil, nil, err
			}
			fresh, bad = append(fresh, one...), append(bad, refused...)
		}
		return fresh, bad, nil
	case err != nil:
		return nil, nil, err
	}
	for i, row := range rows {
		k := keys[i]
		if row.Recipient != k.Recipient {
			bad = append(bad, k) // the row named another recipient than it opens: nothing is built on it
			continue
		}
		k.Epoch, k.Signature, k.Wrapped = row.Epoch, row.Signature, row.Wrapped
		fresh = append(fresh, k)
	}
	return fresh, bad, nil
}

// verify reads the rows back and holds them against what was written, the pinned key and keyholder. Another run may have written first: its
// row, which differs in bytes alone, is held against the same recipient.
func (o Options) verify(ctx context.Context, written []store.HeldKey, epoch string) (int, error) {
	stored, err := store.FindEpochKeys(ctx, o.Pool, dossiersOf(written), epoch)
	if err != nil || len(stored) == 0 {
		return 0, err // destroyed meanwhile
	}
	recipients, err := o.Keys.Check(ctx, items(stored))
	if errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleShredded}) {
		return 0, nil // destroyed meanwhile
	}
	if err != nil {
		return 0, fmt.Errorf("checking rotated identities: %w", err)
	}
	for i, k := range stored {
		n := slices.IndexFunc(written, func(w store.HeldKey) bool { return w.Dossier == k.Dossier && w.Compartment == k.Compartment })
		if n < 0 {
			continue // the dossier's other compartment, of an earlier batch
		}
		_, err := seal.CheckRecipient(o.RecipientKey, o.Zone, k.Dossier, k.Compartment,
			seal.Compartment{Recipient: k.Recipient, Signature: k.Signature, Wrapped: k.Wrapped, Epoch: k.Epoch})
		if err != nil || recipients[i] != written[n].Recipient || k.Recipient != recipients[i] {
			return 0, fmt.Errorf("identity of dossier %s: %w", k.Dossier, errors.Join(ErrUnverified, err))
		}
	}
	return len(written), nil
}

func items(keys []store.HeldKey) []keyholder.RewrapItem {
	out := make([]keyholder.RewrapItem, len(keys))
	for i, k := range keys {
		out[i] = keyholder.RewrapItem{Dossier: k.Dossier, Compartment: k.Compartment, Wrapped: bytes.Clone(k.Wrapped)}
	}
	return out
}

func dossiersOf(keys []store.HeldKey) []string {
	var out []string
	for _, k := range keys {
		if !slices.Contains(out, k.Dossier) {
			out = append(out, k.Dossier)
		}
	}
	return out
}

package vault_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/store"
	"cloison/medical/vault"
)

const bundleSize = envelope.PartSize + 10

func (d *desk) bundle(t testing.TB, dossier string) *vault.Received {
	t.Helper()
	received, err := d.Vault.ReceiveBundle(t.Context(), vault.Bundle{Dossier: dossier, Compartment: store.Medical, Author: rapporteur, Size: bundleSize},
		&pattern{n: bundleSize})
	must(t, err)
	return received
}

func (d *desk) completeBundle(t testing.TB, dossier string, received *vault.Received, then func()) error {
	t.Helper()
	_, err := d.Gate.Do(t.Context(), d.Physician(t, rapporteur), on("report.save", dossier, ""), func(ctx context.Context, tx *act.Tx) error {
		if err := received.CompleteBundle(ctx, tx); err != nil {
			return err
		}
		then()
		return nil
	})
	return errors.Join(err, received.Close(t.Context()))
}

// TestSweepBesideARunningBundle: no row names an archive before the act that records it, so that another process which starts meanwhile
// takes it for what a crash left. It is then not recorded; and once the act has it, the sweep waits and leaves it.
func TestSweepBesideARunningBundle(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier, sweeper := d.open(t), d.NewVault(t, d.Keys.Public)

	taken := d.bundle(t, dossier)
	if swept, err := sweeper.Sweep(t.Context()); err != nil || swept.Settled != 1 {
		t.Fatalf("swept %+v: %v", swept, err)
	}
	if err := d.completeBundle(t, dossier, taken, func() {}); !errors.Is(err, store.ErrOvertaken) {
		t.Errorf("an archive whose parts are gone was recorded: %v", err)
	}
	d.objects(t, 0, "afterwards")

	received, swept := d.bundle(t, dossier), make(chan struct{})
	must(t, d.completeBundle(t, dossier, received, func() {
		go func() {
			defer close(swept)
			if _, err := sweeper.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		d.awaitLock(t, swept)
	}))
	<-swept
	d.objects(t, 2, "recorded")
	content := &pattern{n: bundleSize}
	want, err := io.ReadAll(content)
	must(t, err)
	got, err := d.download(t, dossier, received.Document(), 0, bundleSize)
	if err != nil || string(got) != string(want) {
		t.Errorf("read %d bytes of the archive: %v", len(got), err)
	}
}

// awaitLock waits until somebody waits for an advisory lock, or waits for nothing any more.
func (d *desk) awaitLock(t testing.TB, done <-chan struct{}) {
	t.Helper()
	for {
		select {
		case <-done:
			return
		default:
		}
		if d.count(t, `SELECT count(*) FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database b ON b.oid = l.database
			WHERE b.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`) > 0 {
			return
		}
	}
}

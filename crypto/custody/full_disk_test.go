package custody_test

import (
	"errors"
	"path/filepath"
	"testing"

	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/operator"
	"cloison/crypto/keyholder"
	"cloison/internal/dev/smalldisk"
)

// No room for the line of a call: it is not answered, keyholder ends, and once there is room it comes back with all that it had said was done.
func TestAFullDiskStopsKeyholderAndLosesNothing(t *testing.T) {
	smalldisk.In(t, "1m", func(disk smalldisk.Disk) {
		w := newWorld(t)
		w.opts.State = filepath.Join(disk.Dir, "state")
		w.startup()
		w.unseal()
		w.setRoster(usualRoster())
		d := w.dossier("d1")
		must(t, operator.Shred(t.Context(), w.path("custody.sock"), "d0", "visa-7", w.custodian(1), w.custodian(2)))
		disk.Fill()
		made := 0
		for {
			// What is left of the file's last block takes a few lines.
			if _, err := w.CreateDossier(t.Context(), "d2"); err != nil {
				want(t, err, keyholder.ErrUnavailable)
				break
			}
			if made++; made > 100 {
				t.Fatal("the disk is never full")
			}
		}
		if err := <-w.ended; !errors.Is(err, chain.ErrFailed) {
			t.Errorf("keyholder ended with %v", err)
		}
		disk.Empty()
		w.startup()
		w.unseal()
		if _, err := w.openMedical(w.signIn("med-a"), d); err != nil {
			t.Errorf("once there is room: %v", err)
		}
		gone, err := w.Shredded(t.Context(), []string{"d0", "d1"})
		if err != nil || len(gone) != 1 || gone[0] != "d0" {
			t.Errorf("destroyed %v, %v", gone, err)
		}
	})
}

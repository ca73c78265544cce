package keystore

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"cloison/internal/dev/smalldisk"
)

// A change of epochs and a deal of shares on a full disk: neither is made, the keystore opens as before, and both are made once there is room.
func TestAFullDiskLeavesTheKeystoreWhole(t *testing.T) {
	smalldisk.In(t, "256k", func(disk smalldisk.Disk) {
		p := initAt(t, disk.Dir, 2, 3)
		ks := filepath.Join(disk.Dir, "ks")
		keys, err := Unlock(ks, p, shares(t, disk.Dir, p, 1, 2))
		if err != nil {
			t.Fatal(err)
		}
		recovery := p.Epochs[0].Recovery
		disk.Fill()
		if _, _, err := keys.AddEpoch(ks, "2027", recovery); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a new epoch on a full disk: %v", err)
		}
		if _, _, err := keys.Reshare(ks, 2, 3, nil); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("new shares on a full disk: %v", err)
		}
		now, err := ReadPublic(ks)
		if err != nil || now.Current != "2026" || now.Deal != 0 {
			t.Fatalf("the description says epoch %s, deal %d, %v", now.Current, now.Deal, err)
		}
		if keys, err = Unlock(ks, now, shares(t, disk.Dir, now, 1, 3)); err != nil {
			t.Fatalf("after a full disk: %v", err)
		}
		disk.Empty()
		if keys, now, err = keys.AddEpoch(ks, "2027", recovery); err != nil {
			t.Fatal(err)
		}
		if _, now, err = keys.Reshare(ks, 2, 3, nil); err != nil {
			t.Fatal(err)
		}
		if _, err = Unlock(ks, now, shares(t, disk.Dir, now, 2, 3)); err != nil || now.Current != "2027" || now.Deal != 1 {
			t.Errorf("once there is room: epoch %s, deal %d, %v", now.Current, now.Deal, err)
		}
	})
}

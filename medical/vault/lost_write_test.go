package vault_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"cloison/crypto/envelope"
	"cloison/medical/vault"
)

// TestAWriteThatTheDiskLosesIsNoPart: the disk is asked to write before the part is whole, and what it loses then, when every write has
// succeeded, fsync still tells: no object has the name.
func TestAWriteThatTheDiskLosesIsNoPart(t *testing.T) {
	const name = "00112233445566778899aabbccddeeff00112233445566770000000000000000"
	upload := name[:48]
	objects, err := vault.NewDirectory(disappointingDisk(t))
	must(t, err)
	must(t, objects.Begin(t.Context(), upload))
	_, err = objects.Create(t.Context(), name, func(w io.Writer) error {
		n, err := io.Copy(w, &pattern{n: envelope.PartSize})
		if err != nil || n != envelope.PartSize {
			t.Errorf("the writes themselves failed: %d bytes, %v", n, err)
		}
		return err
	})
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EIO) {
		t.Errorf("a part that the disk has lost: %v", err)
	}
	if there, err := objects.List(t.Context(), upload); err != nil || len(there) != 0 {
		t.Errorf("in the store: %v, %v", there, err)
	}
}

// disappointingDisk is a folder of a file system that takes what it has no room for, and loses it when it writes: an image that is larger
// than the memory it stands in, in a mount namespace of this thread alone.
func disappointingDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root makes such a disk")
	}
	memory, disk := t.TempDir(), t.TempDir()
	image := filepath.Join(memory, "image")
	runtime.LockOSThread() // never unlocked: the thread ends with the test, and its namespace with it
	for _, prepare := range []func() error{
		func() error { return syscall.Unshare(syscall.CLONE_NEWNS) },
		func() error { return syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "") },
		func() error {
			return syscall.Mount("tmpfs", memory, "tmpfs", 0, fmt.Sprintf("size=%d", envelope.PartSize*3/4))
		},
		func() error { return run("truncate", "-s", "64M", image) },
		func() error { return run("mkfs.ext4", "-q", "-O", "^has_journal", image) },
		func() error { return run("mount", "-o", "loop", image, disk) },
	} {
		if err := prepare(); err != nil {
			t.Skipf("no such disk here: %v", err)
		}
	}
	t.Cleanup(func() { must(t, errors.Join(syscall.Unmount(disk, 0), syscall.Unmount(memory, 0))) })
	return disk
}

func run(name string, args ...string) error {
	said, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return nil
}

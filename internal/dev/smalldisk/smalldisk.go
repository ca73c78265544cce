// Package smalldisk runs a test on a file system that is soon full: a tmpfs in a mount namespace of a process of its own, the test program run again.
// Where namespaces are refused the test fails and says so.
package smalldisk

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
)

const inside = "CLOISON_SMALL_DISK"

// Disk is the file system.
type Disk struct {
	Dir string
	t   *testing.T
}

// In runs do on a disk of that size ("256k").
func In(t *testing.T, size string, do func(Disk)) {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		dir := t.TempDir()
		err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "") // nobody else sees it
		if err == nil {
			err = syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
		}
		if err != nil {
			t.Fatalf("a small disk is not given here: %v", err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
		do(Disk{Dir: dir, t: t})
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("on a small disk: %v\n%s", err, said)
	}
}

// Fill leaves no room; Empty gives it back.
func (d Disk) Fill() {
	d.t.Helper()
	f, err := os.OpenFile(d.filler(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			d.t.Fatal(fmt.Errorf("filling the disk: %w", err))
		}
	}
}

func (d Disk) Empty() {
	d.t.Helper()
	if err := os.Remove(d.filler()); err != nil {
		d.t.Fatal(err)
	}
}

func (d Disk) filler() string { return filepath.Join(d.Dir, "filler") }

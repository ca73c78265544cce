package vault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/vault"
)

// TestAFullDiskLosesNothing: an upload that the disk takes no further keeps what was acknowledged, leaves nothing half written, says what to
// do, and goes on once there is room.
func TestAFullDiskLosesNothing(t *testing.T) {
	d := newDesk(t)
	dossier := d.open(t)
	const size = 3*envelope.PartSize + 10
	document := d.begin(t, dossier, size)
	objects, grow := smallDisk(t, 40<<20)
	d.Vault = d.NewVaultOn(t, objects)
	who := d.Secretary(t, "sec-01")
	call := func(offset int64) error {
		return d.sendAs(t, d.Vault, who, vault.Upload{Dossier: dossier, Document: document, Offset: offset, Complete: true}, &pattern{at: offset, n: size})
	}
	for _, offset := range []int64{0, 2 * envelope.PartSize} { // the second call finds the disk full from the start
		err := call(offset)
		var said *act.Error
		if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &said) || said.Kind != act.Unavailable || !strings.Contains(said.Sentence, "gardées") {
			t.Fatalf("on a full disk: %v", err)
		}
		if p := d.progress(t, dossier, document); p != (vault.Progress{Offset: 2 * envelope.PartSize}) {
			t.Errorf("on a full disk: %+v", p)
		}
		if marked, err := objects.Unfinished(t.Context()); err != nil || len(marked) != 0 {
			t.Errorf("marks: %v, %v", marked, err)
		}
	}
	grow()
	must(t, call(2*envelope.PartSize))
	d.same(t, dossier, document, size)
}

// smallDisk is a store on a file system of that many bytes, which grow makes larger: a tmpfs in a mount namespace of this thread alone. Where
// namespaces are refused, a store that counts.
func smallDisk(t *testing.T, size int64) (objects vault.Objects, grow func()) {
	t.Helper()
	folder := t.TempDir()
	runtime.LockOSThread() // never unlocked: the thread ends with the test, and its namespace with it
	err := syscall.Unshare(syscall.CLONE_NEWNS)
	if err == nil {
		err = syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	}
	if err == nil {
		err = syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	}
	if err != nil {
		t.Logf("no namespace here (%v): counting instead", err)
		quota := &quota{left: size}
		quota.Directory, err = vault.NewDirectory(folder)
		must(t, err)
		return quota, func() { quota.left = 1 << 40 }
	}
	t.Cleanup(func() { must(t, syscall.Unmount(folder, 0)) })
	directory, err := vault.NewDirectory(folder)
	must(t, err)
	return directory, func() { must(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, "size=200m")) }
}

// quota is a store that says that it is full.
type quota struct {
	*vault.Directory
	left int64
}

func (q *quota) Create(ctx context.Context, name string, write func(io.Writer) error) (int64, error) {
	return q.Directory.Create(ctx, name, func(w io.Writer) error { return write(&metered{w, q}) })
}

type metered struct {
	io.Writer
	of *quota
}

func (m *metered) Write(p []byte) (int, error) {
	if m.of.left -= int64(len(p)); m.of.left < 0 {
		return 0, &os.PathError{Op: "write", Path: filepath.Join("store", "part"), Err: syscall.ENOSPC}
	}
	return m.Writer.Write(p)
}

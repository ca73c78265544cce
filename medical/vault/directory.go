package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"cloison/internal/crash"
)

// Directory stores objects as files, one folder per upload. Each durable step is in the order that a crash needs: mark, temporary file,
// fsync, rename, fsync of the folder. A crash before the rename leaves a temporary file under a marked upload; after it, a part under a
// marked upload; both are found by the mark.
type Directory struct{ root string }

// NewDirectory opens or makes the store in root, readable by its owner only.
func NewDirectory(root string) (*Directory, error) {
	for _, dir := range []string{root, filepath.Join(root, "unfinished"), filepath.Join(root, "parts")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the store: %w", err)
		}
	}
	return &Directory{root}, syncDir(root)
}

func (d *Directory) mark(upload string) string { return filepath.Join(d.root, "unfinished", upload) }

func (d *Directory) folder(upload string) string {
	return filepath.Join(d.root, "parts", upload[:2], upload)
}

// Begin marks an upload and makes its folder.
func (d *Directory) Begin(_ context.Context, upload string) error {
	if !uploadShape.MatchString(upload) {
		return errors.New("beginning an upload: malformed name")
	}
	if err := writeMark(d.mark(upload)); err != nil {
		return fmt.Errorf("marking upload %s: %w", upload, err)
	}
	if err := os.MkdirAll(d.folder(upload), 0o700); err != nil {
		return fmt.Errorf("making the folder of upload %s: %w", upload, err)
	}
	for _, dir := range []string{filepath.Join(d.root, "parts"), filepath.Dir(d.folder(upload))} {
		if err := syncDir(dir); err != nil {
			return fmt.Errorf("making the folder of upload %s: %w", upload, err)
		}
	}
	return nil
}

func writeMark(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func (d *Directory) path(name string) (string, error) {
	if !objectShape.MatchString(name) {
		return "", errors.New("malformed object name")
	}
	return filepath.Join(d.folder(name[:uploadDigits]), name[uploadDigits:]), nil
}

// Create writes one object. What a failed write left goes at once, so that a full disk is not kept full, and at the latest with the upload.
func (d *Directory) Create(_ context.Context, name string, write func(io.Writer) error) (int64, error) {
	path, err := d.path(name)
	if err != nil {
		return 0, fmt.Errorf("creating an object: %w", err)
	}
	stored, err := writeFile(path+".new", write)
	if err != nil {
		_ = os.Remove(path + ".new")
		return 0, fmt.Errorf("writing object %s: %w", name, err)
	}
	crash.Point("object/name.before")
	if err := os.Rename(path+".new", path); err != nil {
		return 0, fmt.Errorf("naming object %s: %w", name, err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return 0, fmt.Errorf("keeping object %s: %w", name, err)
	}
	crash.Point("object/name.after")
	return stored, nil
}

func writeFile(path string, write func(io.Writer) error) (stored int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(&flowing{file: f}); err != nil {
		return 0, err
	}
	crash.Point("object/sync.before")
	if err := f.Sync(); err != nil {
		return 0, err
	}
	return f.Seek(0, io.SeekCurrent)
}

// flowing lets the disk begin while the rest is sealed, so that fsync, without which nothing is durable, has little left to wait for.
type flowing struct {
	file         *os.File
	asked, ended int64
}

// flowStep is large enough that asking costs nothing, and small enough that little is left at the end of a part.
const flowStep = 1 << 20

func (w *flowing) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.ended += int64(n)
	if w.ended-w.asked >= flowStep {
		// What it answers decides nothing: fsync tells every error of the disk, those of this writing too.
		_ = unix.SyncFileRange(int(w.file.Fd()), w.asked, w.ended-w.asked, unix.SYNC_FILE_RANGE_WRITE)
		w.asked = w.ended
	}
	return n, err
}

type file struct {
	*os.File
	size int64
}

func (f file) Size() int64 { return f.size }

// Open reads one object.
func (d *Directory) Open(_ context.Context, name string) (Object, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, fmt.Errorf("opening an object: %w", err)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("opening object %s: %w", name, ErrNoObject)
	}
	if err != nil {
		return nil, fmt.Errorf("opening object %s: %w", name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening object %s: %w", name, err), f.Close())
	}
	return file{f, info.Size()}, nil
}

// List names the objects of an upload, not what an unfinished write left.
func (d *Directory) List(_ context.Context, upload string) ([]string, error) {
	if !uploadShape.MatchString(upload) {
		return nil, errors.New("listing an upload: malformed name")
	}
	entries, err := os.ReadDir(d.folder(upload))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing upload %s: %w", upload, err)
	}
	var names []string
	for _, e := range entries {
		if name := upload + e.Name(); objectShape.MatchString(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// Settle removes what is not to be kept, the mark last: a crash in between finds it again.
func (d *Directory) Settle(_ context.Context, upload string, keep map[string]bool) error {
	if !uploadShape.MatchString(upload) {
		return errors.New("settling an upload: malformed name")
	}
	if err := d.clean(upload, keep); err != nil {
		return fmt.Errorf("settling upload %s: %w", upload, err)
	}
	crash.Point("object/finish.before")
	if err := os.Remove(d.mark(upload)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("settling upload %s: %w", upload, err)
	}
	return syncDir(filepath.Join(d.root, "unfinished"))
}

func (d *Directory) clean(upload string, keep map[string]bool) error {
	if len(keep) == 0 {
		if err := os.RemoveAll(d.folder(upload)); err != nil {
			return err
		}
		return syncExisting(filepath.Dir(d.folder(upload)))
	}
	entries, err := os.ReadDir(d.folder(upload))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if keep[upload+e.Name()] {
			continue
		}
		if err := os.Remove(filepath.Join(d.folder(upload), e.Name())); err != nil {
			return err
		}
	}
	return syncExisting(d.folder(upload))
}

// Unfinished lists what is marked.
func (d *Directory) Unfinished(_ context.Context) ([]string, error) {
	marks, err := os.ReadDir(filepath.Join(d.root, "unfinished"))
	if err != nil {
		return nil, fmt.Errorf("listing unfinished uploads: %w", err)
	}
	var uploads []string
	for _, m := range marks {
		if uploadShape.MatchString(m.Name()) {
			uploads = append(uploads, m.Name())
		}
	}
	return uploads, nil
}

func syncExisting(path string) error {
	if err := syncDir(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

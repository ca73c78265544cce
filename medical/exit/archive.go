package exit

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// File is one file of an archive. Open is called once, when its turn comes.
type File struct {
	Name string
	Size int64
	Open func() (io.ReadCloser, error)
}

// Index is the first file of an archive: what it is, on which ground, for whom, and what it holds.
type Index struct {
	Bundle    string   `json:"bundle"`
	Ground    string   `json:"ground"`
	Recipient string   `json:"recipient"`
	Requester string   `json:"requester"`
	Dossier   string   `json:"dossier"`
	MadeAt    string   `json:"made_at"`
	Files     []string `json:"files"`
	Withheld  []string `json:"withheld,omitempty"` // what has another clock, and which
}

// JSON is a file that holds v, readable as it is.
func JSON(name string, v any) (File, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return File{}, fmt.Errorf("writing %s: not encodable", name) // the error could quote the value
	}
	return Bytes(name, append(b, '\n')), nil
}

// Bytes is a file that is in memory.
func Bytes(name string, b []byte) File {
	return File{Name: name, Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// Blank are files of the same names and sizes that hold nothing: the archive of them has the size of the archive to come. Nothing is
// compressed, and only the day enters.
func Blank(files []File) []File {
	blank := make([]File, len(files))
	for i, f := range files {
		blank[i] = File{Name: f.Name, Size: f.Size, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.LimitReader(zeros{}, f.Size)), nil
		}}
	}
	return blank
}

// Write streams the archive. A file that is shorter or longer than it said ends it with an error: the archive is then not whole, and nobody
// records it.
func Write(w io.Writer, files []File, at time.Time) error {
	archive := zip.NewWriter(w)
	for _, f := range files {
		if err := add(archive, f, at); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("ending an archive: %w", err)
	}
	return nil
}

func add(archive *zip.Writer, f File, at time.Time) error {
	to, err := archive.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store, Modified: at.UTC().Truncate(24 * time.Hour)})
	if err != nil {
		return fmt.Errorf("adding to an archive: %w", err)
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	n, err := io.Copy(to, from)
	if closed := from.Close(); err == nil {
		err = closed
	}
	if err == nil && n != f.Size {
		err = fmt.Errorf("a file of an archive has %d bytes in place of %d", n, f.Size)
	}
	return err
}

// Counter counts what is written to it.
type Counter int64

func (c *Counter) Write(p []byte) (int, error) {
	*c += Counter(len(p))
	return len(p), nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

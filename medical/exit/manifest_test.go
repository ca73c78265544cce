package exit

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"testing"
	"time"
)

// TestTheManifestSaysWhatLeft: it is the last file, its size is known before anything is read, and each line is the digest of what stands there.
func TestTheManifestSaysWhatLeft(t *testing.T) {
	t.Parallel()
	files := WithManifest([]File{Bytes("a.json", []byte("{}")), Bytes("documents/01.pdf", bytes.Repeat([]byte("x"), 70_000))})
	var size Counter
	if err := Write(&size, Blank(files), time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	if err := Write(&archive, files, time.Unix(0, 0)); err != nil || int64(archive.Len()) != int64(size) {
		t.Fatalf("%d bytes, %d said: %v", archive.Len(), size, err)
	}
	read, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil || len(read.File) != 3 || read.File[2].Name != ManifestName {
		t.Fatal(err)
	}
	content := func(f *zip.File) []byte {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var lines []Fingerprint
	if err := json.Unmarshal(content(read.File[2]), &lines); err != nil || len(lines) != 2 {
		t.Fatal(err)
	}
	for i, line := range lines {
		sum := sha256.Sum256(content(read.File[i]))
		if line.Name != read.File[i].Name || line.SHA256 != hex.EncodeToString(sum[:]) || line.Size != int64(read.File[i].UncompressedSize64) {
			t.Errorf("%+v", line)
		}
	}
}

package exit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"strings"
)

// ManifestName is the last file of an archive.
const ManifestName = "manifeste.json"

// Fingerprint is one line of a manifest.
type Fingerprint struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// WithManifest adds a last file: the digest of every other one, taken while it is written, so that nothing is read twice and whoever holds
// the archive can show that what he was given is what left. It stands inside the archive's seal, as the content does.
func WithManifest(files []File) []File {
	lines := make([]Fingerprint, len(files))
	hashed := make([]File, len(files), len(files)+1)
	for i, f := range files {
		lines[i] = Fingerprint{f.Name, f.Size, strings.Repeat("0", 2*sha256.Size)}
		hashed[i] = File{Name: f.Name, Size: f.Size, Open: func() (io.ReadCloser, error) {
			from, err := f.Open()
			if err != nil {
				return nil, err
			}
			return &hashing{from, sha256.New(), &lines[i]}, nil
		}}
	}
	blank, err := encodeManifest(lines)
	return append(hashed, File{Name: ManifestName, Size: int64(len(blank)), Open: func() (io.ReadCloser, error) {
		b, failed := encodeManifest(lines)
		return io.NopCloser(strings.NewReader(string(b))), errors.Join(err, failed)
	}})
}

func encodeManifest(lines []Fingerprint) ([]byte, error) {
	b, err := json.MarshalIndent(lines, "", "  ")
	return append(b, '\n'), err
}

// hashing writes the digest of what was read into its line when it is closed.
type hashing struct {
	io.ReadCloser
	sum  hash.Hash
	line *Fingerprint
}

func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	h.sum.Write(p[:n])
	return n, err
}

func (h *hashing) Close() error {
	h.line.SHA256 = hex.EncodeToString(h.sum.Sum(nil))
	return h.ReadCloser.Close()
}

package envelope

import (
	"crypto/sha256"
	"errors"

	"cloison/crypto/canonical"
)

// Manifest commits a document: which parts, in which order, of which size. It
// is itself a sealed record; the audit entry of the completed document carries
// the digest of its header. The digest of the whole file stands only here,
// inside ciphertext.
type Manifest struct {
	Parts     []PartInfo `json:"parts"`
	Size      int64      `json:"size"`   // content bytes of all parts
	SHA256    []byte     `json:"sha256"` // of the whole content; empty where no process received all of it
	MediaType string     `json:"media_type"`
	Name      string     `json:"name"`
	Label     string     `json:"label"`
	Kind      string     `json:"kind"`
}

// PartInfo is one part as the manifest knows it.
type PartInfo struct {
	Index        int    `json:"index"`
	Size         int64  `json:"size"` // content bytes
	HeaderDigest []byte `json:"header_digest"`
}

// Encode returns the canonical bytes to seal.
func (m Manifest) Encode() ([]byte, error) {
	if err := m.valid(); err != nil {
		return nil, err
	}
	return canonical.Marshal(m)
}

// DecodeManifest reads what Encode wrote, and nothing else.
func DecodeManifest(b []byte) (Manifest, error) {
	var m Manifest
	if err := canonical.Unmarshal(b, &m); err != nil {
		return Manifest{}, err
	}
	return m, m.valid()
}

func (m Manifest) valid() error {
	var total int64
	for i, p := range m.Parts {
		last := i == len(m.Parts)-1
		if p.Index != i || len(p.HeaderDigest) != sha256.Size {
			return errors.New("manifest lists a part out of place")
		}
		if p.Size < 0 || p.Size > PartSize || (!last && p.Size != PartSize) {
			return errors.New("manifest lists a part of a wrong size")
		}
		total += p.Size
	}
	if len(m.Parts) == 0 || total != m.Size {
		return errors.New("manifest does not add up")
	}
	if len(m.SHA256) != 0 && len(m.SHA256) != sha256.Size {
		return errors.New("manifest has a malformed digest")
	}
	return nil
}

package open

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"

	agetest "c2sp.org/CCTV/age"
	"filippo.io/age"

	"cloison/crypto/envelope"
)

// TestAgeVectors runs age's public vectors through the path that a sealed record
// takes here: read the header, have its file key unwrapped, open by file key.
func TestAgeVectors(t *testing.T) {
	t.Parallel()
	ran := 0
	err := fs.WalkDir(agetest.Vectors, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(agetest.Vectors, path)
		if err != nil {
			return err
		}
		v := parseVector(t, b)
		// We write no armor and encrypt to no passphrase outside the keystore.
		if v.armored || v.passphrase {
			return nil
		}
		ran++
		t.Run(path, func(t *testing.T) { v.check(t) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if ran < 60 {
		t.Errorf("ran %d vectors: the module has more", ran)
	}
}

type ageVector struct {
	expect              string
	payload             []byte
	identities          []age.Identity
	armored, passphrase bool
	file                []byte
}

func parseVector(t *testing.T, b []byte) ageVector {
	t.Helper()
	var v ageVector
	compressed := false
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if !ok {
			t.Fatal("vector without a file")
		}
		b = rest
		if len(line) == 0 {
			break
		}
		key, value, _ := strings.Cut(string(line), ": ")
		switch key {
		case "expect":
			v.expect = value
		case "payload":
			v.payload, _ = hex.DecodeString(value)
		case "identity":
			v.identities = append(v.identities, parseIdentity(t, value))
		case "passphrase":
			v.passphrase = true
		case "armored":
			v.armored = true
		case "compressed":
			compressed = true
		}
	}
	v.file = b
	if compressed {
		v.file = inflate(t, b)
	}
	return v
}

func parseIdentity(t *testing.T, text string) age.Identity {
	t.Helper()
	if id, err := age.ParseX25519Identity(text); err == nil {
		return id
	}
	id, err := age.ParseHybridIdentity(text)
	if err != nil {
		t.Fatal("vector with an unknown identity")
	}
	return id
}

func inflate(t *testing.T, b []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (v ageVector) check(t *testing.T) {
	header, err := envelope.Header(v.file)
	if err != nil {
		v.want(t, "header failure")
		return
	}
	key, err := age.DecryptHeader(header, v.identities...)
	if noMatch := new(age.NoIdentityMatchError); errors.As(err, &noMatch) {
		v.want(t, "no match")
		return
	}
	if err != nil {
		v.want(t, "header failure", "HMAC failure")
		return
	}
	plain, size, err := decrypt(key, &source{bytes.NewReader(v.file)}, int64(len(v.file)))
	var content []byte
	if err == nil {
		content, err = io.ReadAll(io.NewSectionReader(named{plain}, 0, size))
	}
	if err != nil {
		// age counts a file cut before its payload as a header failure.
		v.want(t, "payload failure", "header failure")
		if !errors.Is(err, ErrTampered) && !errors.Is(err, ErrTruncated) {
			t.Errorf("error outside the closed list: %v", err)
		}
		return
	}
	v.want(t, "success")
	if sum := sha256.Sum256(content); !bytes.Equal(sum[:], v.payload) {
		t.Error("another payload than expected")
	}
}

func (v ageVector) want(t *testing.T, outcomes ...string) {
	t.Helper()
	for _, o := range outcomes {
		if v.expect == o {
			return
		}
	}
	t.Errorf("got %s, vector expects %q", strings.Join(outcomes, " or "), v.expect)
}

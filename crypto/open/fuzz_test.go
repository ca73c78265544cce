package open

import (
	"bytes"
	"errors"
	"testing"

	"filippo.io/age"

	"cloison/crypto/envelope"
)

// Whatever stands where a record should: it opens to what was sealed for that place, or to nothing, with an error of the closed list.
func FuzzRecord(f *testing.F) {
	ctx := envelope.Context{Zone: "medical", Dossier: "d1", Compartment: envelope.Medical, Kind: "report", ID: "r1", Version: 1}
	prefix, err := ctx.Prefix()
	if err != nil {
		f.Fatal(err)
	}
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		f.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, identity.Recipient())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := w.Write(append(prefix, "rapport"...)); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	header, err := envelope.Header(sealed.Bytes())
	if err != nil {
		f.Fatal(err)
	}
	key, err := age.DecryptHeader(header, identity)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.Bytes())
	f.Add(sealed.Bytes()[:len(header)])
	f.Add(sealed.Bytes()[:sealed.Len()-1])
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := Record(key, ctx, file)
		if err == nil && !bytes.Equal(file, sealed.Bytes()) {
			t.Errorf("%d bytes that nobody sealed opened to %q", len(file), got)
		}
		if err != nil && !closed(err) {
			t.Errorf("%v is in no list", err)
		}
	})
}

func closed(err error) bool {
	for _, known := range []error{ErrTampered, ErrTruncated, ErrSwapped, ErrWrongKey, ErrUnknownVersion} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

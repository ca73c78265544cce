package crypto_test

import (
	"bytes"
	"crypto/ed25519"
	"embed"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/envelope"
	"cloison/crypto/open"
	"cloison/crypto/seal"
)

//go:embed testdata/vectors/*.txt
var vectorFiles embed.FS

// outcomes is the closed list; README.md says what each means.
func outcomes() map[string]error {
	return map[string]error{
		"success":           nil,
		"tampered":          open.ErrTampered,
		"truncated":         open.ErrTruncated,
		"swapped":           open.ErrSwapped,
		"wrong_key":         errors.Join(open.ErrWrongKey, keystore.ErrHeader), // either
		"unknown_version":   open.ErrUnknownVersion,
		"swapped_row":       keystore.ErrElsewhere,
		"unopened":          keystore.ErrWrapped,
		"swapped_recipient": seal.ErrRecipient,
		"fresh_forgery":     keystore.ErrWrapped,
		"removed_key":       keystore.ErrWrapped,
		"downgraded":        errors.Join(seal.ErrRecipient, keystore.ErrHeader, keystore.ErrWrapped), // any of them
	}
}

type vector struct {
	operation, mutation, expect string
	content                     int
}

func readVector(t *testing.T, path string) vector {
	t.Helper()
	b, err := vectorFiles.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v vector
	for line := range strings.Lines(string(b)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "comment":
		case "operation":
			v.operation = value
		case "mutation":
			v.mutation = value
		case "expect":
			v.expect = value
		case "content":
			if v.content, err = strconv.Atoi(value); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("%s: unknown key %q", path, key)
		}
	}
	return v
}

func TestVectors(t *testing.T) {
	t.Parallel()
	paths, err := vectorFiles.ReadDir("testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	z := newZone(t)
	seen := map[string]bool{}
	for _, p := range paths {
		v := readVector(t, "testdata/vectors/"+p.Name())
		seen[v.expect] = true
		t.Run(strings.TrimSuffix(p.Name(), ".txt"), func(t *testing.T) {
			wanted, known := outcomes()[v.expect]
			if !known {
				t.Fatalf("unknown outcome %q", v.expect)
			}
			got := z.run(t, v)
			if (wanted == nil) != (got == nil) || (got != nil && !one(wanted, got)) {
				t.Errorf("got %v, vector expects %s", got, v.expect)
			}
		})
	}
	if len(paths) < 200 {
		t.Errorf("%d vectors, want at least 200", len(paths))
	}
	for o := range outcomes() {
		if !seen[o] {
			t.Errorf("no vector expects %q", o)
		}
	}
}

// one says whether got is wanted, or one of the errors joined in it.
func one(wanted, got error) bool {
	if joined, ok := wanted.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(joined.Unwrap(), func(w error) bool { return errors.Is(got, w) })
	}
	return errors.Is(got, wanted)
}

// zone is a keystore, opened, with the rows of two dossiers.
type zone struct {
	keys  *keystore.Keys
	pub   keystore.Public
	other *keystore.Keys // of another zone's keystore

	turned, bereft *keystore.Keys       // of a keystore with a second epoch, and once its first was destroyed
	early          envelope.Compartment // wrapped there in the first
	rows           map[string]envelope.Compartment
}

func newZone(t *testing.T) *zone {
	t.Helper()
	z := &zone{rows: map[string]envelope.Compartment{}}
	z.keys, z.pub = unlocked(t, "medical")
	z.other, _ = unlocked(t, "medical")
	z.turn(t)
	for _, d := range []string{"d1", "d2"} {
		for _, c := range []string{envelope.Civil, envelope.Medical} {
			row, err := z.keys.Wrap(d, c)
			if err != nil {
				t.Fatal(err)
			}
			z.rows[d+c] = row
		}
	}
	return z
}

// turn makes a keystore that has changed its epoch, and lost the first.
func (z *zone) turn(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	first, _ := unlockedIn(t, dir, "medical")
	var err error
	if z.early, err = first.Wrap("d1", envelope.Medical); err != nil {
		t.Fatal(err)
	}
	recovery, err := keystore.NewRecovery(filepath.Join(dir, "next-recovery.key"))
	if err != nil {
		t.Fatal(err)
	}
	if z.turned, _, err = first.AddEpoch(filepath.Join(dir, "ks"), "2027", recovery); err != nil {
		t.Fatal(err)
	}
	if z.bereft, _, err = z.turned.DropEpoch(filepath.Join(dir, "ks"), "2026"); err != nil {
		t.Fatal(err)
	}
}

func unlocked(t *testing.T, name string) (*keystore.Keys, keystore.Public) {
	t.Helper()
	return unlockedIn(t, t.TempDir(), name)
}

func unlockedIn(t *testing.T, dir, name string) (*keystore.Keys, keystore.Public) {
	t.Helper()
	err := keystore.Init(filepath.Join(dir, "ks"), keystore.Options{
		Environment: "test", Zone: name, Epoch: "2026", N: 1, K: 1, Custodians: dir, Recovery: filepath.Join(dir, "recovery.key"),
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := keystore.ReadPublic(filepath.Join(dir, "ks"))
	if err != nil {
		t.Fatal(err)
	}
	custodian, err := keystore.ReadCustodianKey(filepath.Join(dir, keystore.CustodianFile(1)))
	if err != nil {
		t.Fatal(err)
	}
	onDisk, err := keystore.ReadShare(filepath.Join(dir, "ks"), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	ephemeral, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := custodian.SealShare(p, onDisk, "start", ephemeral.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	share, err := keystore.OpenShare(p, sealed, ephemeral, "start")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keystore.Unlock(filepath.Join(dir, "ks"), p, []keystore.Share{share})
	if err != nil {
		t.Fatal(err)
	}
	return keys, p
}

func (z *zone) run(t *testing.T, v vector) error {
	switch v.operation {
	case "record", "part":
		return z.runFile(t, v)
	case "wrapped":
		return z.runWrapped(t, v)
	case "recipient":
		return z.runRecipient(t, v)
	}
	t.Fatalf("unknown operation %q", v.operation)
	return nil
}

func where() envelope.Context {
	return envelope.Context{Zone: "medical", Dossier: "d1", Compartment: envelope.Medical, Kind: "certificate", ID: "c1", Version: 3, Part: 2}
}

func (z *zone) recipient(t *testing.T) seal.Recipient {
	t.Helper()
	r, err := seal.CheckRecipient(z.pub.Recipients, "medical", "d1", envelope.Medical, z.rows["d1medical"])
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sealed is one age file with the key that keyholder would give for it.
func (z *zone) sealed(t *testing.T, operation string, content []byte) (file, key []byte) {
	t.Helper()
	var out bytes.Buffer
	var digest [32]byte
	var err error
	if operation == "record" {
		var b []byte
		b, digest, err = z.recipient(t).Record(where(), content)
		out.Write(b)
	} else {
		var n int64
		n, digest, err = z.recipient(t).Part(&out, where(), bytes.NewReader(content))
		if n != int64(len(content)) {
			t.Fatalf("sealed %d bytes of %d", n, len(content))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	header, err := envelope.Header(out.Bytes())
	if err != nil || envelope.HeaderDigest(header) != digest {
		t.Fatalf("header %v, or another digest than answered", err)
	}
	return out.Bytes(), z.fileKey(t, header)
}

func (z *zone) fileKey(t *testing.T, header []byte) []byte {
	t.Helper()
	keys, err := z.keys.FileKeys("d1", envelope.Medical, z.rows["d1medical"].Wrapped, [][]byte{header})
	if err != nil {
		t.Fatal(err)
	}
	return keys[0]
}

func (z *zone) runFile(t *testing.T, v vector) error {
	content := bytes.Repeat([]byte("cloison "), v.content/8+1)[:v.content]
	file, key := z.sealed(t, v.operation, content)
	ctx := where()
	words := strings.Fields(v.mutation)
	switch words[0] {
	case "none":
	case "other":
		_, key = z.sealed(t, v.operation, content)
	case "short":
		key = key[:8]
	case "classical":
		return z.classical(t, content)
	case "context":
		ctx = elsewhere(t, ctx, words[1])
	case "envelope", "no":
		file, key = z.handmade(t, words[0] == "envelope", content)
	default:
		file = mutate(t, file, words)
	}
	got, err := reopen(v.operation, key, ctx, file)
	if err == nil && !bytes.Equal(got, content) {
		t.Error("opened to other content")
	}
	return err
}

func reopen(operation string, key []byte, ctx envelope.Context, file []byte) ([]byte, error) {
	if operation == "record" {
		return open.Record(key, ctx, file)
	}
	r, err := open.Part(key, ctx, bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func elsewhere(t *testing.T, c envelope.Context, field string) envelope.Context {
	t.Helper()
	switch field {
	case "zone":
		c.Zone = "server"
	case "dossier":
		c.Dossier = "d2"
	case "compartment":
		c.Compartment = envelope.Civil
	case "kind":
		c.Kind = "report"
	case "id":
		c.ID = "c2"
	case "version":
		c.Version++
	case "part":
		c.Part++
	case "last":
		c.Last = !c.Last
	default:
		t.Fatalf("unknown field %q", field)
	}
	return c
}

// handmade is an age file to the right recipient that crypto/seal did not make.
func (z *zone) handmade(t *testing.T, versioned bool, content []byte) (file, key []byte) {
	t.Helper()
	prefix, err := where().Prefix()
	if err != nil {
		t.Fatal(err)
	}
	if versioned {
		prefix[len("cloison-envelope")] = 2
		content = append(prefix, content...)
	}
	file = encryptTo(t, z.rows["d1medical"].Recipient, content)
	header, err := envelope.Header(file)
	if err != nil {
		t.Fatal(err)
	}
	return file, z.fileKey(t, header)
}

func encryptTo(t *testing.T, recipient string, content []byte) []byte {
	t.Helper()
	r, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	return encryptFor(t, r, content)
}

func encryptFor(t *testing.T, r age.Recipient, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// mutate changes the bytes of an age file: "flip|cut|append|swap" and where.
func mutate(t *testing.T, file []byte, words []string) []byte {
	t.Helper()
	header, err := envelope.Header(file)
	if err != nil {
		t.Fatal(err)
	}
	const nonce, chunk = 16, 64<<10 + 16
	payload := len(header)
	number := func(i int) int {
		if i >= len(words) {
			return 0
		}
		n, err := strconv.Atoi(words[i])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	out := bytes.Clone(file)
	switch strings.Join(words[:min(2, len(words))], " ") {
	case "flip payload":
		out[payload+number(2)] ^= 1
	case "flip end":
		out[len(out)-number(2)] ^= 1
	case "flip start":
		out[number(2)] ^= 1
	case "flip mac":
		// Another letter of base64, so that the header still parses.
		at := payload - 10
		out[at] = map[bool]byte{true: 'B', false: 'A'}[out[at] == 'A']
	case "cut payload":
		return out[:payload+number(2)]
	case "cut chunks":
		return out[:payload+nonce+number(2)*chunk+number(3)]
	case "swap chunks":
		first := bytes.Clone(out[payload+nonce : payload+nonce+chunk])
		copy(out[payload+nonce:], out[payload+nonce+chunk:payload+nonce+2*chunk])
		copy(out[payload+nonce+chunk:], first)
	default:
		switch words[0] {
		case "cut":
			return out[:number(1)]
		case "append":
			return append(out, make([]byte, number(1))...)
		}
		t.Fatalf("unknown mutation %q", words)
	}
	return out
}

func (z *zone) runWrapped(t *testing.T, v vector) error {
	file, _ := z.sealed(t, "record", []byte("x"))
	header, err := envelope.Header(file)
	if err != nil {
		t.Fatal(err)
	}
	wrapped := bytes.Clone(z.rows["d1medical"].Wrapped)
	switch v.mutation {
	case "none":
	case "other dossier":
		wrapped = z.rows["d2medical"].Wrapped
	case "other compartment":
		wrapped = z.rows["d1civil"].Wrapped
	case "forged":
		wrapped, header = z.forged(t, nil)
	case "forged with signature":
		wrapped, header = z.forged(t, z.rows["d1medical"].Signature)
	case "removed epoch", "old epoch":
		return z.ofOldEpoch(t, v.mutation == "removed epoch")
	case "classical":
		wrapped, header = z.forgedTo(t, classicalRecipient(t), nil)
	case "flip":
		wrapped[len(wrapped)-20] ^= 1
	case "cut":
		wrapped = wrapped[:len(wrapped)/2]
	case "empty":
		wrapped = nil
	case "other keystore":
		row, err := z.other.Wrap("d1", envelope.Medical)
		if err != nil {
			t.Fatal(err)
		}
		wrapped = row.Wrapped
	case "other header":
		header, err = envelope.Header(encryptTo(t, z.rows["d2medical"].Recipient, []byte("x")))
		if err != nil {
			t.Fatal(err)
		}
	default:
		t.Fatalf("unknown mutation %q", v.mutation)
	}
	keys, err := z.keys.FileKeys("d1", envelope.Medical, wrapped, [][]byte{header})
	if err != nil && keys != nil {
		t.Error("keys beside an error")
	}
	return err
}

// forged is a wrapped identity of an attacker's own, as anyone who knows the
// zone's public recipient can write it, with a record sealed to it.
func (z *zone) forged(t *testing.T, signature []byte) (wrapped, header []byte) {
	t.Helper()
	r, err := age.ParseHybridRecipient(z.pub.Epochs[0].Recipient)
	if err != nil {
		t.Fatal(err)
	}
	return z.forgedTo(t, r, signature)
}

func (z *zone) forgedTo(t *testing.T, to age.Recipient, signature []byte) (wrapped, header []byte) {
	t.Helper()
	own, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	b, err := canonical.Marshal(struct {
		Zone        string `json:"zone"`
		Dossier     string `json:"dossier"`
		Compartment string `json:"compartment"`
		Epoch       string `json:"epoch"`
		Identity    string `json:"identity"`
		Signature   []byte `json:"signature"`
	}{"medical", "d1", envelope.Medical, "2026", own.String(), signature})
	if err != nil {
		t.Fatal(err)
	}
	header, err = envelope.Header(encryptTo(t, own.Recipient().String(), []byte("un faux certificat")))
	if err != nil {
		t.Fatal(err)
	}
	return encryptFor(t, to, b), header
}

func (z *zone) runRecipient(t *testing.T, v vector) error {
	row, pinned, name := z.rows["d1medical"], ed25519.PublicKey(z.pub.Recipients), "medical"
	switch v.mutation {
	case "none":
	case "own recipient":
		own, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		row.Recipient = own.Recipient().String()
	case "other dossier":
		row = z.rows["d2medical"]
	case "other compartment":
		row = z.rows["d1civil"]
	case "other zone":
		name = "server"
	case "other epoch":
		row.Epoch = "2027"
	case "no signature":
		row.Signature = nil
	case "own signature":
		_, key, _ := ed25519.GenerateKey(nil)
		row.Signature = ed25519.Sign(key, envelope.RecipientStatement("medical", "d1", envelope.Medical, row.Epoch, row.Recipient))
	case "no pinned key":
		pinned = nil
	case "classical":
		own, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		row.Recipient = own.Recipient().String()
		row.Signature = z.keys.Recipients.Sign(envelope.RecipientStatement("medical", "d1", envelope.Medical, row.Epoch, row.Recipient))
	default:
		t.Fatalf("unknown mutation %q", v.mutation)
	}
	_, err := seal.CheckRecipient(pinned, name, "d1", envelope.Medical, row)
	return err
}

func classicalRecipient(t *testing.T) age.Recipient {
	t.Helper()
	own, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return own.Recipient()
}

// classical is a record under the right envelope and a recipient that a quantum computer would open: keyholder gives no file key for it.
func (z *zone) classical(t *testing.T, content []byte) error {
	t.Helper()
	prefix, err := where().Prefix()
	if err != nil {
		t.Fatal(err)
	}
	header, err := envelope.Header(encryptFor(t, classicalRecipient(t), append(prefix, content...)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = z.keys.FileKeys("d1", envelope.Medical, z.rows["d1medical"].Wrapped, [][]byte{header})
	return err
}

// ofOldEpoch opens what was wrapped in the first epoch, with the second current, and with the first destroyed.
func (z *zone) ofOldEpoch(t *testing.T, destroyed bool) error {
	t.Helper()
	header, err := envelope.Header(encryptTo(t, z.early.Recipient, []byte("x")))
	if err != nil {
		t.Fatal(err)
	}
	keys := z.turned
	if destroyed {
		keys = z.bereft
	}
	_, err = keys.FileKeys("d1", envelope.Medical, z.early.Wrapped, [][]byte{header})
	return err
}

// Two hundred at least, so that a folder that is not found does not pass.
func TestThereAreTwoHundredVectors(t *testing.T) {
	t.Parallel()
	paths, err := vectorFiles.ReadDir("testdata/vectors")
	if err != nil || len(paths) < 200 {
		t.Errorf("%d vectors, %v", len(paths), err)
	}
}

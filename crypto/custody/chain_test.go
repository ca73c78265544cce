package custody_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"cloison/crypto/canonical"
	"cloison/crypto/custody"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

func (w *world) chainFile() []byte {
	w.t.Helper()
	b, err := os.ReadFile(w.path("state/chain"))
	must(w.t, err)
	return b
}

// Every call but the nonce of a session, which OpenSession's line stands for.
func TestEveryCallStandsInTheChain(t *testing.T) {
	t.Parallel()
	w := opened(t)
	h := w.signIn("med-a")
	_, err := w.openMedical(h, w.dossier("d1"))
	must(t, err)
	_, err = w.Index(t.Context(), keyholder.IndexNameBirth, "DURAND 1980-01-01")
	must(t, err)
	_, err = w.openMedical("dead", w.dossier("d2"))
	want(t, err, keyholder.ErrUnauthenticated)
	w.shutdown()
	var ops []string
	for line := range strings.Lines(string(w.chainFile())) {
		var r chain.Record
		must(t, json.Unmarshal([]byte(strings.SplitN(line, " ", 3)[2]), &r))
		ops = append(ops, r.Op+" "+r.Outcome)
	}
	got := strings.Join(ops, ", ")
	wanted := "Start DONE, Unseal DONE, Unseal DONE, Draw DONE, SetRoster DONE, IssuerKey DONE, OpenSession DONE, " +
		"CreateDossier DONE, Open DONE, Index DONE, CreateDossier DONE, Open REFUSED"
	if got != wanted {
		t.Errorf("got  %s\nwant %s", got, wanted)
	}
	for _, secret := range []string{"DURAND", h} {
		if bytes.Contains(w.chainFile(), []byte(secret)) {
			t.Errorf("the chain file holds %q", secret)
		}
	}
}

func TestChangedChainRefusesToStart(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func([]byte) []byte{
		"a changed byte": func(b []byte) []byte { return bytes.Replace(b, []byte(`"OpenSession"`), []byte(`"OpenSessiom"`), 1) },
		"a line dropped": func(b []byte) []byte { i := bytes.IndexByte(b, '\n'); return b[i+1:] },
		"two lines swapped": func(b []byte) []byte {
			l := bytes.SplitAfter(b, []byte("\n"))
			l[1], l[2] = l[2], l[1]
			return bytes.Join(l, nil)
		},
		"a line repeated": func(b []byte) []byte {
			l := bytes.SplitAfter(b, []byte("\n"))
			return append(bytes.Join(l, nil), l[len(l)-2]...)
		},
		"a line changed, its own hash mended": func(b []byte) []byte {
			return mend(b, func(r *chain.Record) { r.Peer++ })
		},
		"a line renumbered, every hash mended": func(b []byte) []byte {
			l := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
			last := len(l) - 1
			return append([]byte(strings.Join(l[:last], "\n")+"\n"), mend([]byte(l[last]), func(r *chain.Record) { r.Seq++ })...)
		},
		"an empty line": func(b []byte) []byte { return append(b, '\n') },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			w.signIn("med-a")
			w.shutdown()
			must(t, os.WriteFile(w.path("state/chain"), change(w.chainFile()), 0o600))
			s, err := custody.New(w.opts)
			want(t, err, chain.ErrBroken)
			if err == nil {
				s.Close()
			}
		})
	}
}

// mend edits the first record and its hash.
func mend(b []byte, edit func(*chain.Record)) []byte {
	line, rest, _ := strings.Cut(string(b), "\n")
	f := strings.SplitN(line, " ", 3)
	var r chain.Record
	if json.Unmarshal([]byte(f[2]), &r) != nil {
		return nil
	}
	edit(&r)
	record, err := canonical.Marshal(r)
	if err != nil {
		return nil
	}
	return []byte(hashed(record) + " " + f[1] + " " + string(record) + "\n" + rest)
}

func TestTornLineIsCut(t *testing.T) {
	t.Parallel()
	w := opened(t)
	ids := w.approveAll(opinionFor("r-1", 1, "FAVORABLE", today), "d1", "med-a", "med-b", "med-c")
	w.shutdown()
	whole := w.chainFile()
	torn := strings.Repeat("torn", 5000) // longer than what is written after it
	must(t, os.WriteFile(w.path("state/chain"), append(whole, torn...), 0o600))
	w.startup()
	w.unseal()
	_, err := w.SignOpinion(t.Context(), opinionFor("r-1", 1, "FAVORABLE", today).request("d1", ids...))
	must(t, err)
	if after := w.chainFile(); !bytes.HasPrefix(after, whole) || bytes.Contains(after, []byte("torntorn")) {
		t.Error("more or less than the torn line was cut")
	}
}

// Someone who can write the file recomputes every hash, but not the MACs: a
// forged approval, roster or tombstone does not survive the unseal.
func TestForgedChainRefusesUnseal(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(lines []string) []string{
		"a record of its own": func(lines []string) []string {
			data, err := canonical.Marshal(map[string]any{})
			must(t, err)
			b, err := canonical.Marshal(chain.Record{Seq: uint64(len(lines) + 1), Op: wire.OpShred, Outcome: chain.Done, Data: data, Prev: lines[len(lines)-1][:64]})
			must(t, err)
			return append(lines, hashed(b)+" - "+string(b))
		},
		"a record changed, its MAC kept": func(lines []string) []string {
			return rehash(t, lines, "med-d", "med-e", func(mac string) string { return mac })
		},
		"a record changed, its MAC dropped": func(lines []string) []string {
			return rehash(t, lines, "med-d", "med-e", func(string) string { return "-" })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			w.shutdown()
			lines := strings.Split(strings.TrimSuffix(string(w.chainFile()), "\n"), "\n")
			must(t, os.WriteFile(w.path("state/chain"), []byte(strings.Join(forge(lines), "\n")+"\n"), 0o600))
			w.startup()
			err := operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(1), w.custodian(2))
			wantRule(t, err, wire.RuleChain)
			if st, _ := w.Status(t.Context()); !st.Sealed {
				t.Error("open on a forged chain")
			}
		})
	}
}

func hashed(record []byte) string {
	sum := sha256.Sum256(canonical.Fields("cloison-chain-1", record))
	return hex.EncodeToString(sum[:])
}

// rehash edits records and mends every hash after them.
func rehash(t *testing.T, lines []string, from, to string, mac func(string) string) []string {
	t.Helper()
	prev, found := "", false
	out := make([]string, len(lines))
	for i, line := range lines {
		f := strings.SplitN(line, " ", 3)
		var r chain.Record
		must(t, json.Unmarshal([]byte(f[2]), &r))
		found = found || strings.Contains(f[2], from)
		r.Data, r.Prev = json.RawMessage(strings.ReplaceAll(string(r.Data), from, to)), prev
		b, err := canonical.Marshal(r)
		must(t, err)
		prev = hashed(b)
		out[i] = prev + " " + mac(f[1]) + " " + string(b)
	}
	if !found {
		t.Fatalf("no record holds %q", from)
	}
	return out
}

func TestTwoKeyholdersNeverShareAChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startup()
	s, err := custody.New(w.opts)
	if err == nil {
		s.Close()
		t.Error("a second keyholder started on the same state")
	}
}

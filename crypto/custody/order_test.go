package custody_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"
)

func (w *world) orderNonce() []byte {
	w.t.Helper()
	var drawn wire.DrawReply
	must(w.t, raw(w.t, w.path("custody.sock"), wire.OpDraw, keyholder.None{}, &drawn))
	return drawn.Nonce
}

func (w *world) signed(op string, content any, nonce []byte, custodians ...int) wire.Quorum {
	w.t.Helper()
	st, err := operator.Status(w.t.Context(), w.path("custody.sock"))
	must(w.t, err)
	message, err := wire.Order(st.Keystore, op, content, nonce)
	must(w.t, err)
	q := wire.Quorum{Nonce: nonce}
	for _, n := range custodians {
		key, err := keystore.ReadCustodianKey(w.custodian(n))
		must(w.t, err)
		q.Signatures = append(q.Signatures, wire.Signature{Custodian: n, Value: key.Sign(message)})
	}
	return q
}

func TestOrdersNeedAQuorum(t *testing.T) {
	t.Parallel()
	w := opened(t)
	roster, other := usualRoster(), wire.Roster{Lines: []wire.Line{secretary("sec-a")}}
	send := func(q wire.Quorum, r wire.Roster) error {
		var none keyholder.None
		return raw(t, w.path("custody.sock"), wire.OpSetRoster, wire.SetRosterArgs{Roster: r, Quorum: q}, &none)
	}
	n := w.orderNonce()
	good := w.signed(wire.OpSetRoster, roster, n, 1, 2)
	twice := w.signed(wire.OpSetRoster, roster, n, 1, 1)
	swapped := w.signed(wire.OpSetRoster, roster, n, 1, 2)
	swapped.Signatures[0].Custodian, swapped.Signatures[1].Custodian = 2, 1
	for name, c := range map[string]struct {
		q    wire.Quorum
		r    wire.Roster
		rule string
	}{
		"one custodian":              {w.signed(wire.OpSetRoster, roster, n, 1), roster, wire.RuleQuorum},
		"one custodian twice":        {twice, roster, wire.RuleQuorum},
		"under each other's numbers": {swapped, roster, wire.RuleQuorum},
		"for another roster":         {good, other, wire.RuleQuorum},
		"for another operation":      {w.signed(wire.OpSetBudget, roster, n, 1, 2), roster, wire.RuleQuorum},
		"a nonce of their own":       {w.signed(wire.OpSetRoster, roster, bytes.Repeat([]byte{1}, 32), 1, 2), roster, wire.RuleOrderNonce},
		"no nonce":                   {w.signed(wire.OpSetRoster, roster, nil, 1, 2), roster, wire.RuleOrderNonce},
	} {
		t.Run(name, func(t *testing.T) { wantRule(t, send(c.q, c.r), c.rule) })
	}
	// None of the refused orders spoilt the nonce for the right one.
	must(t, send(good, roster))
	wantRule(t, send(good, roster), wire.RuleOrderNonce)

	n = w.orderNonce()
	late := w.signed(wire.OpSetRoster, roster, n, 1, 2)
	w.clock.forward(10 * time.Minute)
	wantRule(t, send(late, roster), wire.RuleOrderNonce)
}

func TestRosterThatGivesTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	w := opened(t)
	edit := func(f func(*wire.Line)) wire.Roster {
		l := physician("med-x", "99790000077")
		f(&l)
		return wire.Roster{Lines: []wire.Line{l}}
	}
	key := passkeytest.New(t, portal).Key(t)
	many := make([]passkey.Key, 9)
	for i := range many {
		many[i] = passkeytest.New(t, portal).Key(t)
	}
	holds := func(l *wire.Line, keys ...passkey.Key) { l.Passkeys = slices.Clone(keys) }
	listing := func(f func(*wire.Listing)) wire.Roster {
		l := listed(physician("med-z", "99790000079"), 1)
		f(&l.Listings[0])
		return wire.Roster{Lines: []wire.Line{l}}
	}
	for name, r := range map[string]wire.Roster{
		"a clerk with medical": edit(func(l *wire.Line) { l.Class = keyholder.ClassSecretariat }),
		"an unknown class":     edit(func(l *wire.Line) { l.Class = "nurse" }),
		"no national id":       edit(func(l *wire.Line) { l.NationalID = "" }),
		"no start":             edit(func(l *wire.Line) { l.From = "" }),
		"an end before":        edit(func(l *wire.Line) { l.To = "2025-01-01" }),
		"no compartment":       edit(func(l *wire.Line) { l.Compartments = nil }),
		"unknown compartment":  edit(func(l *wire.Line) { l.Compartments = []string{"all"} }),
		"twice a compartment":  edit(func(l *wire.Line) { l.Compartments = []string{envelope.Civil, envelope.Civil} }),
		"no subject":           edit(func(l *wire.Line) { l.Subject = "" }),

		"a clerk with a listing":         {Lines: []wire.Line{listed(secretary("sec-a"), 1)}},
		"a listing of no line":           {Lines: []wire.Line{listed(physician("med-x", "99790000077"), 0)}},
		"a listing of no decision":       listing(func(l *wire.Listing) { l.Decision = "" }),
		"a listing with a story":         listing(func(l *wire.Listing) { l.Decision = "la décision du 3" }),
		"a digest cut short":             listing(func(l *wire.Listing) { l.Digest = l.Digest[2:] }),
		"a digest in capitals":           listing(func(l *wire.Listing) { l.Digest = strings.ToUpper(l.Digest) }),
		"an unknown kind":                listing(func(l *wire.Listing) { l.Kind = "JURY" }),
		"a listing without start":        listing(func(l *wire.Listing) { l.From = "" }),
		"a listing that ends first":      listing(func(l *wire.Listing) { l.To = "2025-12-31" }),
		"two lines of one decision":      {Lines: []wire.Line{listed(listed(physician("med-x", "99790000077"), 1), 2)}},
		"one line of one decision twice": {Lines: []wire.Line{listed(listed(physician("med-x", "99790000077"), 1), 1)}},
		"one line for two persons": {Lines: []wire.Line{
			listed(physician("med-x", "99790000077"), 1), listed(physician("med-y", "99790000078"), 1),
		}},
		"one person under two lines, by two accounts": {Lines: []wire.Line{
			listed(physician("med-x", "99790000077"), 1), listed(physician("med-x-bis", "99790000077"), 2),
		}},
		"one decision of two kinds": {Lines: []wire.Line{
			listed(physician("med-x", "99790000077"), 1),
			listing(func(l *wire.Listing) { l.Kind, l.Line = wire.KindSingle, 2 }).Lines[0],
		}},
		"a passkey of another portal than its own": edit(func(l *wire.Line) { holds(l, key); l.Passkeys[0].RPID = "ofii.example" }),
		"a passkey that verifies nothing":          edit(func(l *wire.Line) { holds(l, key); l.Passkeys[0].PublicKey = nil }),
		"one passkey twice":                        edit(func(l *wire.Line) { holds(l, key, key) }),
		"more passkeys than a person has":          edit(func(l *wire.Line) { holds(l, many...) }),
		"one passkey of two persons": {Lines: []wire.Line{
			edit(func(l *wire.Line) { holds(l, key) }).Lines[0],
			edit(func(l *wire.Line) { holds(l, key); l.Subject, l.NationalID = "med-y", "99790000078" }).Lines[0],
		}},
		"one passkey with two keys": {Lines: []wire.Line{
			edit(func(l *wire.Line) { holds(l, key); l.To = "2026-06-30" }).Lines[0],
			edit(func(l *wire.Line) {
				holds(l, key)
				l.From, l.Passkeys[0].PublicKey = "2026-07-01", many[0].PublicKey
			}).Lines[0],
		}},
	} {
		t.Run(name, func(t *testing.T) {
			// The tool refuses to send it; keyholder refuses it from any tool.
			if operator.SetRoster(t.Context(), w.path("custody.sock"), r, w.custodian(1), w.custodian(2)) == nil {
				t.Error("the tool sent it")
			}
			q := w.signed(wire.OpSetRoster, r, w.orderNonce(), 1, 2)
			var none keyholder.None
			wantRule(t, raw(t, w.path("custody.sock"), wire.OpSetRoster, wire.SetRosterArgs{Roster: r, Quorum: q}, &none), wire.RuleRoster)
		})
	}
	w.signIn("med-a") // the roster is the one before
}

func TestDestroyNeverEndsTheCurrentEpoch(t *testing.T) {
	t.Parallel()
	w := opened(t)
	socket := w.path("custody.sock")
	wantRule(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1), w.custodian(2)), wire.RuleEpochInUse)
	wantRule(t, operator.Destroy(t.Context(), socket, "2025", w.custodian(1), w.custodian(2)), wire.RuleEpochUnknown)
	wantRule(t, operator.Destroy(t.Context(), socket, "2026", w.custodian(1)), wire.RuleQuorum)
}

func TestRosterFile(t *testing.T) {
	t.Parallel()
	const text = `
[[line]]
issuer = "https://psc.example"
subject = "s"
national_id = "99790000001"
class = "physician"
compartments = ["civil", "medical"]
from = "2026-01-01"
`
	r, err := operator.ParseRoster(text)
	must(t, err)
	if len(r.Lines) != 1 || r.Lines[0].Person() != "national_id:99790000001" {
		t.Errorf("roster %+v", r)
	}
	const in = `
[[line.listing]]
decision = "DEC-2026-01"
digest = "` + collegeDigest + `"
kind = "COLLEGE"
line = 3
from = "2026-01-01"
`
	r, err = operator.ParseRoster(text + in)
	must(t, err)
	if len(r.Lines[0].Listings) != 1 || r.Lines[0].Listings[0].Line != 3 {
		t.Errorf("roster %+v", r)
	}
	if _, err := operator.ParseRoster(text + in + `lines = 4`); err == nil {
		t.Error("an unknown key of a listing was taken")
	}
	if _, err := operator.ParseRoster(text + `untill = "2026-02-01"`); err == nil {
		t.Error("a misspelt end was taken for no end")
	}
}

func TestCheckpoints(t *testing.T) {
	t.Parallel()
	w := opened(t)
	checkpoint := func(size, root string) []byte {
		sum := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(root), 32))
		return []byte("cloison.test.medical\n" + size + "\n" + sum + "\n")
	}
	signed, err := w.SignCheckpoint(t.Context(), checkpoint("7", "a"))
	must(t, err)
	st, err := keystore.ReadPublic(w.path("keystore"))
	must(t, err)
	key, err := note.NewEd25519VerifierKey("cloison.test.medical", st.Checkpoints)
	must(t, err)
	verifier, err := note.NewVerifier(key)
	must(t, err)
	if _, err := note.Open(signed, note.VerifierList(verifier)); err != nil {
		t.Errorf("the note does not verify: %v", err)
	}
	w.restart()
	for name, c := range map[string]struct {
		text []byte
		rule string
	}{
		"a smaller tree":    {checkpoint("6", "a"), keyholder.RuleCheckpoint},
		"a second root":     {checkpoint("7", "b"), keyholder.RuleCheckpoint},
		"another log":       {[]byte(strings.Replace(string(checkpoint("8", "a")), "medical", "server", 1)), keyholder.RuleMalformed},
		"a size with zeros": {checkpoint("08", "a"), keyholder.RuleMalformed},
		"an extra line":     {append(checkpoint("8", "a"), "x\n"...), keyholder.RuleMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.SignCheckpoint(t.Context(), c.text)
			wantRule(t, err, c.rule)
		})
	}
	for _, size := range []string{"7", "8"} {
		root := "a"
		if size == "8" {
			root = "b"
		}
		_, err := w.SignCheckpoint(t.Context(), checkpoint(size, root))
		must(t, err)
	}
}

func TestKeystoreFilesAreNarrow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"keystore/sealed.age", "keystore/share-1.age", "custodians/custodian-1.key", "recovery.key"} {
		info, err := os.Stat(w.path(name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

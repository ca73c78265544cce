package custody_test

import (
	"crypto/rand"
	"encoding/json"
	"net"
	"os"
	"testing"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/custody"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/frame"
	"cloison/crypto/keyholder"
)

func TestSealedStartAnswersStatusOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startup()
	ctx := t.Context()
	st, err := w.Status(ctx)
	must(t, err)
	if !st.Sealed || st.Environment != "test" || st.Epoch != "" {
		t.Errorf("status %+v", st)
	}
	calls := map[string]func() error{
		"Nonce":          func() error { _, err := w.Nonce(ctx, keyholder.ActSession, "", nil); return err },
		"Approve":        func() error { _, err := w.Approve(ctx, "n", "t"); return err },
		"OpenSession":    func() error { _, _, err := w.OpenSession(ctx, "t"); return err },
		"CloseSession":   func() error { return w.CloseSession(ctx, "h") },
		"CreateDossier":  func() error { _, err := w.CreateDossier(ctx, "d1"); return err },
		"Open":           func() error { _, err := w.Open(ctx, keyholder.OpenRequest{}); return err },
		"Index":          func() error { _, err := w.Index(ctx, keyholder.IndexAGDREF, "1"); return err },
		"Rewrap":         func() error { _, err := w.Rewrap(ctx, nil); return err },
		"SignOpinion":    func() error { _, err := w.SignOpinion(ctx, keyholder.SignOpinionRequest{}); return err },
		"Shredded":       func() error { _, err := w.Shredded(ctx, []string{"d1"}); return err },
		"SignCheckpoint": func() error { _, err := w.SignCheckpoint(ctx, nil); return err },
		"SetRoster": func() error {
			return operator.SetRoster(ctx, w.path("custody.sock"), usualRoster(), w.custodian(1), w.custodian(2))
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) { want(t, call(), keyholder.ErrSealed) })
	}
}

func TestFewerThanKSharesOpenNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startup()
	// The same share twice is one share.
	err := operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(2), w.custodian(2))
	want(t, err, keystore.ErrNotEnoughShares)
	if st, _ := w.Status(t.Context()); !st.Sealed {
		t.Fatal("one custodian opened keyholder")
	}
	must(t, operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(1)))
	if st, _ := w.Status(t.Context()); st.Sealed || st.Epoch != "2026" {
		t.Fatalf("two custodians did not open keyholder: %+v", st)
	}
}

// Any two of the three.
func TestEveryQuorumOpens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, pair := range [][2]int{{1, 2}, {2, 3}, {3, 1}} {
		w.startup()
		must(t, operator.Unseal(t.Context(), w.path("custody.sock"), w.path("keystore"), w.custodian(pair[0]), w.custodian(pair[1])))
		w.shutdown()
	}
}

func TestWrongSharesAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startup()
	socket := w.path("custody.sock")
	st, err := operator.Status(t.Context(), socket)
	must(t, err)
	public, err := keystore.ReadPublic(w.path("keystore"))
	must(t, err)
	right := func(n int, start string) []byte {
		key, err := keystore.ReadCustodianKey(w.custodian(n))
		must(t, err)
		onDisk, err := keystore.ReadShare(w.path("keystore"), public, n)
		must(t, err)
		share, err := key.SealShare(public, onDisk, start, st.Recipient)
		must(t, err)
		return share
	}
	wrong := map[string][]byte{
		"noise":                   []byte(rand.Text()),
		"sealed to someone else":  sealTo(t, newRecipient(t), []byte("{}")),
		"not a share":             sealTo(t, st.Recipient, []byte("{}")),
		"for another start":       right(1, "an earlier start"),
		"a value of its own":      forgedShare(t, public.ID, st, 1),
		"of a number beyond n":    forgedShare(t, public.ID, st, 9),
		"of another keystore":     forgedShare(t, "another", st, 1),
		"of the number of no one": forgedShare(t, public.ID, st, 0),
	}
	// The first right share is in; nothing below may set it back.
	_, err = unsealWith(t, socket, right(1, st.Start))
	must(t, err)
	for name, share := range wrong {
		t.Run(name, func(t *testing.T) {
			_, err := unsealWith(t, socket, share)
			wantRule(t, err, wire.RuleShare)
		})
	}
	st, err = operator.Status(t.Context(), socket)
	must(t, err)
	if st.Wrong != len(wrong) || len(st.Given) != 1 || !st.Sealed {
		t.Errorf("wrong %d given %v sealed %v", st.Wrong, st.Given, st.Sealed)
	}
	reply, err := unsealWith(t, socket, right(2, st.Start))
	must(t, err)
	if reply.Sealed {
		t.Error("wrong shares set an unseal back")
	}
}

func newRecipient(t *testing.T) string {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	must(t, err)
	return id.Recipient().String()
}

func forgedShare(t *testing.T, id string, st wire.Status, number int) []byte {
	t.Helper()
	value := make([]byte, 32)
	value[0] = 7 // a scalar, but not the share
	b, err := canonical.Marshal(struct {
		Keystore  string `json:"keystore"`
		Start     string `json:"start"`
		Custodian int    `json:"custodian"`
		Value     []byte `json:"value"`
	}{id, st.Start, number, value})
	must(t, err)
	return sealTo(t, st.Recipient, b)
}

func sealTo(t *testing.T, recipient string, plain []byte) []byte {
	t.Helper()
	r, err := age.ParseHybridRecipient(recipient)
	must(t, err)
	var out writer
	enc, err := age.Encrypt(&out, r)
	must(t, err)
	_, err = enc.Write(plain)
	must(t, err)
	must(t, enc.Close())
	return out
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

func unsealWith(t *testing.T, socket string, share []byte) (wire.UnsealReply, error) {
	t.Helper()
	var reply wire.UnsealReply
	return reply, raw(t, socket, wire.OpUnseal, wire.UnsealArgs{Share: share}, &reply)
}

// raw does one call that the clients would not make.
func raw(t *testing.T, socket, op string, args, reply any) error {
	t.Helper()
	body, ok := args.(json.RawMessage)
	if !ok {
		b, err := canonical.Marshal(args)
		must(t, err)
		body = b
	}
	conn, err := net.Dial("unix", socket)
	must(t, err)
	defer conn.Close()
	must(t, frame.Write(conn, keyholder.Request{Op: op, Args: body}))
	var resp keyholder.Response
	if err := frame.Read(conn, &resp); err != nil {
		return err
	}
	if err := resp.Failure.Err(); err != nil {
		return err
	}
	return canonical.Unmarshal(resp.Reply, reply)
}

func TestSealEndsTheProcess(t *testing.T) {
	t.Parallel()
	w := opened(t)
	must(t, operator.Seal(t.Context(), w.path("custody.sock")))
	want(t, <-w.ended, custody.ErrSeal)
	w.startup()
	if st, err := w.Status(t.Context()); err != nil || !st.Sealed {
		t.Errorf("after Seal: %+v, %v", st, err)
	}
}

func TestOtherAccountsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.opts.UseUIDs = []uint32{uint32(os.Getuid()) + 1}
	w.startup()
	_, err := w.Status(t.Context())
	want(t, err, keyholder.ErrUnavailable)
	if _, err := operator.Status(t.Context(), w.path("custody.sock")); err != nil {
		t.Errorf("the account that may: %v", err)
	}
}

func TestSocketsKeepToTheirOperations(t *testing.T) {
	t.Parallel()
	w := opened(t)
	var none keyholder.None
	wantRule(t, raw(t, w.path("use.sock"), wire.OpSeal, none, &none), keyholder.RuleUnknownOperation)
	wantRule(t, raw(t, w.path("use.sock"), "Start", none, &none), keyholder.RuleUnknownOperation)
	wantRule(t, raw(t, w.path("custody.sock"), keyholder.OpOpen, none, &none), keyholder.RuleUnknownOperation)
	wantRule(t, raw(t, w.path("use.sock"), keyholder.OpNonce, json.RawMessage(`{"act":"session","dossier":"","digest":"","more":1}`), &none), keyholder.RuleMalformed)
}

func TestStartRefusesContradictions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, edit := range map[string]func(*custody.Options){
		"environment": func(o *custody.Options) { o.Environment = "production" },
		"zone":        func(o *custody.Options) { o.Zone = "server" },
		"empty amr":   func(o *custody.Options) { o.Issuers = []custody.Issuer{o.Issuers[0]}; o.Issuers[0].AMR = []string{""} },
		"no issuer":   func(o *custody.Options) { o.Issuers = nil },
		"no budget":   func(o *custody.Options) { o.Budgets = wire.Budgets{} },
	} {
		t.Run(name, func(t *testing.T) {
			o := w.opts
			edit(&o)
			if s, err := custody.New(o); err == nil {
				s.Close()
				t.Error("started")
			}
		})
	}
}

package custody_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
	"cloison/crypto/keyfile"
	"cloison/crypto/keyholder"
	"cloison/crypto/open"
	"cloison/crypto/seal"
)

// sealedDossier is a dossier with one medical record.
type sealedDossier struct {
	id     string
	keys   keyholder.Keys
	ctx    envelope.Context
	sealed []byte
	header []byte
}

var content = []byte("certificat médical confidentiel")

func (w *world) dossier(id string) sealedDossier {
	w.t.Helper()
	keys, err := w.CreateDossier(w.t.Context(), id)
	must(w.t, err)
	pem, err := os.ReadFile(w.path("keystore/recipient.pub"))
	must(w.t, err)
	pub, err := keyfile.ParsePublic(pem)
	must(w.t, err)
	r, err := seal.CheckRecipient(pub, "medical", id, envelope.Medical, keys.Medical)
	must(w.t, err)
	d := sealedDossier{id: id, keys: keys, ctx: envelope.Context{
		Zone: "medical", Dossier: id, Compartment: envelope.Medical, Kind: "certificate", ID: "c1", Version: 1,
	}}
	var digest [32]byte
	d.sealed, digest, err = r.Record(d.ctx, content)
	must(w.t, err)
	d.header, err = envelope.Header(d.sealed)
	must(w.t, err)
	if envelope.HeaderDigest(d.header) != digest {
		w.t.Fatal("seal answered another header digest")
	}
	return d
}

func (d sealedDossier) item() keyholder.OpenItem {
	return keyholder.OpenItem{Dossier: d.id, Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped, Headers: [][]byte{d.header}}
}

func (w *world) openMedical(handle string, d sealedDossier) ([]byte, error) {
	w.t.Helper()
	keys, err := w.Open(w.t.Context(), keyholder.OpenRequest{Handle: handle, Entry: "e1", Items: []keyholder.OpenItem{d.item()}})
	if err != nil {
		return nil, err
	}
	return open.Record(keys.FileKeys[0][0], d.ctx, d.sealed)
}

func TestOpenGivesTheContent(t *testing.T) {
	t.Parallel()
	w := opened(t)
	got, err := w.openMedical(w.signIn("med-a"), w.dossier("d1"))
	must(t, err)
	if !bytes.Equal(got, content) {
		t.Errorf("got %q", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d1, d2 := w.dossier("d1"), w.dossier("d2")
	doctor, clerk := w.signIn("med-a"), w.signIn("sec-a")
	edit := func(f func(*keyholder.OpenItem)) keyholder.OpenRequest {
		i := d1.item()
		f(&i)
		return keyholder.OpenRequest{Handle: doctor, Entry: "e1", Items: []keyholder.OpenItem{i}}
	}
	rule := func(r string) error { return keyholder.ErrRefused{Rule: r} }
	for name, c := range map[string]struct {
		req  keyholder.OpenRequest
		want error
	}{
		"no handle":                          {keyholder.OpenRequest{Handle: "x", Entry: "e1", Items: []keyholder.OpenItem{d1.item()}}, keyholder.ErrUnauthenticated},
		"a clerk's medical":                  {keyholder.OpenRequest{Handle: clerk, Entry: "e1", Items: []keyholder.OpenItem{d1.item()}}, rule(keyholder.RuleCompartment)},
		"another dossier's wrapped identity": {edit(func(i *keyholder.OpenItem) { i.Wrapped = d2.keys.Medical.Wrapped }), rule(keyholder.RuleWrappedElsewhere)},
		"another compartment's":              {edit(func(i *keyholder.OpenItem) { i.Wrapped = d1.keys.Civil.Wrapped }), rule(keyholder.RuleWrappedElsewhere)},
		"another dossier's name":             {edit(func(i *keyholder.OpenItem) { i.Dossier = "d2" }), rule(keyholder.RuleWrappedElsewhere)},
		"another dossier's header":           {edit(func(i *keyholder.OpenItem) { i.Headers = [][]byte{d2.header} }), rule(keyholder.RuleHeader)},
		"a header that is none":              {edit(func(i *keyholder.OpenItem) { i.Headers = [][]byte{content} }), rule(keyholder.RuleHeader)},
		"a wrapped identity that is none":    {edit(func(i *keyholder.OpenItem) { i.Wrapped = content }), rule(keyholder.RuleWrapped)},
		"a compartment that is none":         {edit(func(i *keyholder.OpenItem) { i.Compartment = "all" }), rule(keyholder.RuleMalformed)},
		"no header":                          {edit(func(i *keyholder.OpenItem) { i.Headers = nil }), rule(keyholder.RuleMalformed)},
		"no entry":                           {keyholder.OpenRequest{Handle: doctor, Items: []keyholder.OpenItem{d1.item()}}, rule(keyholder.RuleMalformed)},
		"no item":                            {keyholder.OpenRequest{Handle: doctor, Entry: "e1"}, rule(keyholder.RuleMalformed)},
	} {
		t.Run(name, func(t *testing.T) {
			keys, err := w.Open(t.Context(), c.req)
			want(t, err, c.want)
			if keys.FileKeys != nil {
				t.Error("keys were given")
			}
		})
	}
}

// One bad item and nothing is given of the others.
func TestOpenIsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d1, d2 := w.dossier("d1"), w.dossier("d2")
	bad := d2.item()
	bad.Wrapped = d1.keys.Medical.Wrapped
	keys, err := w.Open(t.Context(), keyholder.OpenRequest{Handle: w.signIn("med-a"), Entry: "e1", Items: []keyholder.OpenItem{d1.item(), bad}})
	wantRule(t, err, keyholder.RuleWrappedElsewhere)
	if keys.FileKeys != nil {
		t.Error("keys were given")
	}
}

// The world's medical budget: 3 an hour and 5 a day for a person, 7 a day for
// the zone.
func TestBudgets(t *testing.T) {
	t.Parallel()
	w := opened(t)
	var dossiers []sealedDossier
	for n := range 9 {
		dossiers = append(dossiers, w.dossier(fmt.Sprint("d", n)))
	}
	a := w.signIn("med-a")
	read := func(h string, n int, wanted error) {
		t.Helper()
		_, err := w.openMedical(h, dossiers[n])
		want(t, err, wanted)
	}
	for n := range 3 {
		read(a, n, nil)
	}
	read(a, 3, keyholder.ErrOverBudget)
	read(a, 0, nil) // one that counts already costs nothing

	w.restart() // neither does a restart give anything back
	a = w.signIn("med-a")
	read(a, 3, keyholder.ErrOverBudget)

	w.clock.forward(time.Hour)
	a = w.signIn("med-a")
	read(a, 3, nil)
	read(a, 4, nil)
	read(a, 5, keyholder.ErrOverBudget) // the day's five

	b := w.signIn("med-b")
	read(b, 0, nil) // counted for the zone already
	read(b, 5, nil)
	read(b, 6, nil)
	c := w.signIn("med-c")
	read(c, 7, keyholder.ErrOverBudget) // the zone's seven
	// All or nothing: two at once over the limit open none.
	_, err := w.Open(t.Context(), keyholder.OpenRequest{Handle: c, Entry: "e1", Items: []keyholder.OpenItem{dossiers[0].item(), dossiers[8].item()}})
	want(t, err, keyholder.ErrOverBudget)

	w.clock.forward(14 * time.Hour) // another day in Paris
	c = w.signIn("med-c")
	read(c, 7, nil)
}

func TestSetBudget(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d1, d2 := w.dossier("d1"), w.dossier("d2")
	narrow := wire.Budgets{Civil: wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}, Medical: wire.Limits{PersonHour: 1, PersonDay: 1, ZoneDay: 1}}
	must(t, operator.SetBudget(t.Context(), w.path("custody.sock"), narrow, w.custodian(1), w.custodian(2)))
	w.restart()
	h := w.signIn("med-a")
	_, err := w.openMedical(h, d1)
	must(t, err)
	_, err = w.openMedical(h, d2)
	want(t, err, keyholder.ErrOverBudget)
}

func TestShreddedOpensNothing(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d := w.dossier("d1")
	socket := w.path("custody.sock")
	wantRule(t, operator.Shred(t.Context(), socket, "d1", "visa-7", w.custodian(1)), wire.RuleQuorum)
	_, err := w.openMedical(w.signIn("med-a"), d)
	must(t, err)
	tombstones := func(want ...string) {
		t.Helper()
		got, err := w.Shredded(t.Context(), []string{"d2", "d1"})
		must(t, err)
		if !slices.Equal(got, want) {
			t.Errorf("shredded: %q, want %q", got, want)
		}
	}
	tombstones()
	must(t, operator.Shred(t.Context(), socket, "d1", "visa-7", w.custodian(1), w.custodian(2)))
	for range 2 {
		tombstones("d1")
		_, err = w.openMedical(w.signIn("med-a"), d)
		wantRule(t, err, keyholder.RuleShredded)
		_, err = w.CreateDossier(t.Context(), "d1")
		wantRule(t, err, keyholder.RuleShredded)
		_, err = w.Rewrap(t.Context(), []keyholder.RewrapItem{{Dossier: "d1", Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}})
		wantRule(t, err, keyholder.RuleShredded)
		w.restart()
	}
}

func TestRewrapKeepsTheIdentity(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d := w.dossier("d1")
	got, err := w.Rewrap(t.Context(), []keyholder.RewrapItem{{Dossier: "d1", Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}})
	must(t, err)
	if got[0].Recipient != d.keys.Medical.Recipient || bytes.Equal(got[0].Wrapped, d.keys.Medical.Wrapped) {
		t.Error("not the same identity, or not wrapped anew")
	}
	d.keys.Medical = got[0]
	_, err = w.openMedical(w.signIn("med-a"), d)
	must(t, err)
	_, err = w.Rewrap(t.Context(), []keyholder.RewrapItem{{Dossier: "d2", Compartment: envelope.Medical, Wrapped: d.keys.Medical.Wrapped}})
	wantRule(t, err, keyholder.RuleWrappedElsewhere)
}

func TestIndex(t *testing.T) {
	t.Parallel()
	w := opened(t)
	tag := func(class, value string) string {
		t.Helper()
		b, err := w.Index(t.Context(), class, value)
		must(t, err)
		return string(b)
	}
	first := tag(keyholder.IndexAGDREF, "9900000001")
	if first == tag(keyholder.IndexNameBirth, "9900000001") {
		t.Error("two classes share a tag")
	}
	w.restart()
	if first != tag(keyholder.IndexAGDREF, "9900000001") {
		t.Error("a tag changed with the process")
	}
	tag(keyholder.IndexAGDREF, "1")
	tag(keyholder.IndexAGDREF, "2")
	_, err := w.Index(t.Context(), keyholder.IndexAGDREF, "3") // three an hour here
	want(t, err, keyholder.ErrRateLimited)
	w.clock.forward(20 * time.Minute)
	tag(keyholder.IndexAGDREF, "3")
	_, err = w.Index(t.Context(), "diagnosis", "x")
	wantRule(t, err, keyholder.RuleMalformed)
}

package openings_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/audit/openings"
	"cloison/crypto/custody/chain"
	"cloison/crypto/keyholder"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// both are a log and a chain, filled by hand: what either of them alone would hold.
type both struct {
	t     *testing.T
	app   *pgxpool.Pool
	chain *chain.File
	path  string
	at    time.Time
}

func newBoth(t *testing.T) *both {
	t.Helper()
	_, app := pgtest.Database(t, "medical")
	b := &both{t: t, app: app, path: filepath.Join(t.TempDir(), "chain"), at: noon}
	b.reopen()
	return b
}

func (b *both) reopen() {
	b.t.Helper()
	var err error
	if b.chain, err = chain.Open(b.path); err != nil {
		b.t.Fatal(err)
	}
	file := b.chain
	b.t.Cleanup(func() { _ = file.Close() })
}

// opens is a line of the chain.
func (b *both) opens(outcome, entry string, dossiers ...string) {
	b.t.Helper()
	items := make([]map[string]any, len(dossiers))
	for i, dossier := range dossiers {
		items[i] = map[string]any{"dossier": dossier, "compartment": "medical", "headers": 1}
	}
	data, err := json.Marshal(map[string]any{"entry": entry, "person": "national_id:8", "items": items})
	if err != nil {
		b.t.Fatal(err)
	}
	b.line(chain.Record{At: b.at, Op: keyholder.OpOpen, Outcome: outcome, Data: data})
}

func (b *both) line(r chain.Record) {
	b.t.Helper()
	wait, err := b.chain.Append(r)
	if err == nil {
		err = wait()
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// intends is the entry of a reading that was allowed; of a list, it shows dossiers.
func (b *both) intends(kind, object string, shown ...string) string {
	b.t.Helper()
	return b.entry(audit.Entry{Outcome: audit.Intent, ObjectKind: kind, Object: object}, shown)
}

func (b *both) serves(intent, dossier string, bytes int64) {
	b.t.Helper()
	b.entry(audit.Entry{Outcome: audit.Served, Intent: intent, ObjectKind: "dossier", Object: dossier, Bytes: bytes}, nil)
}

func (b *both) entry(e audit.Entry, shown []string) string {
	b.t.Helper()
	e.ID, e.At, e.Subject, e.Session, e.Role, e.Purpose = audit.NewID(), b.at, audit.NewID(), "s-1", "MEDECIN", "INSTRUCTION"
	e.Action, e.Decision, e.Rule, e.Policy, e.RequestID, e.Retention = "document.read", audit.Allow, "ALLOW_RAPPORTEUR", digest, audit.NewID(), audit.Access
	err := db.InTx(b.t.Context(), b.app, func(tx pgx.Tx) error {
		return errors.Join(audit.Append(b.t.Context(), tx, e), audit.AppendShown(b.t.Context(), tx, e, "dossier", shown))
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return e.ID
}

const digest = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"

// differs runs a round and answers rule and entry of each difference.
func (b *both) differs(r *openings.Reconciler) []string {
	b.t.Helper()
	var found []string
	if err := r.Round(b.t.Context(), b.at, func(d openings.Difference) { found = append(found, d.Rule+" "+d.Entry+" "+d.Dossier) }); err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func (b *both) wants(r *openings.Reconciler, want ...string) {
	b.t.Helper()
	slices.Sort(want)
	if got := b.differs(r); !slices.Equal(got, want) {
		b.t.Errorf("differences %q, want %q", got, want)
	}
}

func (b *both) reconciler() *openings.Reconciler {
	return openings.New(b.app, b.path, noon.Add(-time.Hour), time.Minute)
}

// What both say is no difference, however it came: of one dossier, of the names of a list, in several calls, stopped before its end, or refused.
func TestWhatBothSayIsNoDifference(t *testing.T) {
	t.Parallel()
	b := newBoth(t)
	r := b.reconciler()
	one, two := audit.NewID(), audit.NewID()
	b.line(chain.Record{At: b.at, Op: "Start", Outcome: chain.Done})
	read := b.intends("dossier", one)
	b.opens(chain.Done, read, one)
	b.serves(read, one, 10)
	b.opens(chain.Done, read, one) // another range of the same document
	list := b.intends("list", "", one, two)
	b.opens(chain.Done, list, one, two)
	b.serves(list, "", 20)
	b.opens(chain.Refused, b.intends("dossier", two), two)
	b.intends("dossier", two) // the program died before it asked
	b.serves(b.intends("dossier", two), two, 0)
	b.at = b.at.Add(10 * time.Minute)
	b.wants(r)
	b.serves(read, one, 5)
	b.at = b.at.Add(10 * time.Minute)
	b.wants(r)
}

// A taken-over web program asks keyholder without an entry, or under the entry of another dossier; or the log says that it served what keyholder never opened.
// Each is told once.
func TestWhatOneOfBothSaysIsADifference(t *testing.T) {
	t.Parallel()
	b := newBoth(t)
	r := b.reconciler()
	one, two, never := audit.NewID(), audit.NewID(), audit.NewID()
	b.opens(chain.Done, never, one)
	b.opens(chain.Refused, "w-1", one) // no entry has this shape
	under := b.intends("dossier", one)
	b.opens(chain.Done, under, one, two)
	served := b.intends("dossier", two)
	b.serves(served, two, 10)
	refused := b.intends("dossier", one)
	b.opens(chain.Refused, refused, one)
	b.serves(refused, one, 10)
	other := b.entry(audit.Entry{Outcome: audit.Done, ObjectKind: "dossier", Object: one}, nil)
	b.opens(chain.Done, other, one) // an entry, but not of a reading
	b.at = b.at.Add(30 * time.Second)
	b.wants(r) // the clocks of both may differ by that much
	b.at = b.at.Add(time.Minute)
	b.wants(r, "OPENED_WITHOUT_ENTRY "+never+" ", "OPENED_WITHOUT_ENTRY w-1 ", "OPENED_WITHOUT_ENTRY "+other+" ", "OPENED_ELSEWHERE "+under+" "+two, "SERVED_UNOPENED "+served+" "+two,
		"SERVED_UNOPENED "+refused+" "+one)
	b.wants(r)
}

// More than a page of them, and each difference among them is found.
func TestManyOpeningsAreCompared(t *testing.T) {
	t.Parallel()
	b := newBoth(t)
	one := audit.NewID()
	read := b.intends("dossier", one)
	var want []string
	for n := range 2500 {
		if n%500 == 0 {
			never := audit.NewID()
			b.opens(chain.Done, never, one)
			want = append(want, "OPENED_WITHOUT_ENTRY "+never+" ")
			continue
		}
		b.opens(chain.Done, read, one)
	}
	b.at = b.at.Add(10 * time.Minute)
	b.wants(b.reconciler(), want...)
}

// A chain that was cut, or changed, is told, and nothing is compared by it.
func TestAChangedChainIsNotCompared(t *testing.T) {
	t.Parallel()
	b := newBoth(t)
	r := b.reconciler()
	one := audit.NewID()
	read := b.intends("dossier", one)
	b.opens(chain.Done, read, one)
	b.opens(chain.Done, read, one)
	b.at = b.at.Add(10 * time.Minute)
	b.wants(r)
	whole, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(whole)
	changed[len(changed)/4] ^= 1
	for name, content := range map[string][]byte{"cut": whole[:len(whole)/2], "changed": changed} {
		if err := os.WriteFile(b.path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		again := r
		if name == "changed" {
			again = b.reconciler()
		}
		if err := again.Round(t.Context(), b.at, func(openings.Difference) {}); !errors.Is(err, chain.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package bench

import (
	"fmt"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/rotation"
	"cloison/medical/store"
	"cloison/medical/vault/vaulttest"
)

const (
	rotatedDossiers = 10_000 // fewer would not show a page whose cost grows with what was rotated before
	openedHeaders   = 512    // what one call takes
)

// BenchmarkKeys is P10, and what keyholder costs beside age on the same headers.
func BenchmarkKeys(b *testing.B) {
	for range b.N {
		owner, app := pgtest.Database(b, "medical")
		world := vaulttest.New(b, app, time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC))
		opened := openings(b, world)
		fillKeys(b, world, owner, rotatedDossiers)
		publish(b, "keys", []row{opened, rotated(b, world)})
	}
}

// openings: one call for all the headers of a large document, over the socket, its line on disk; beside age's own loop in memory.
func openings(b *testing.B, w *vaulttest.World) row {
	b.Helper()
	made, err := w.Keys.CreateDossier(b.Context(), "d-bench")
	must(b, err)
	to, err := seal.CheckRecipient(w.Keys.Public, vaulttest.Zone, "d-bench", envelope.Medical, made.Medical)
	must(b, err)
	identity, err := age.GenerateHybridIdentity()
	must(b, err)
	headers, bare := make([][]byte, openedHeaders), make([][]byte, openedHeaders)
	for i := range headers {
		sealed, _, err := to.Record(envelope.Context{Zone: vaulttest.Zone, Dossier: "d-bench", Compartment: envelope.Medical, Kind: "report", ID: fmt.Sprint(i), Version: 1}, []byte("x"))
		must(b, err)
		headers[i], err = envelope.Header(sealed)
		must(b, err)
		var out buffer
		enc, err := age.Encrypt(&out, identity.Recipient())
		must(b, err)
		must(b, enc.Close())
		bare[i], err = envelope.Header(out.b)
		must(b, err)
	}
	handle := w.Keys.SignIn(b, "med-12")
	call := keyholder.OpenRequest{Handle: handle, Entry: "entry-1", Items: []keyholder.OpenItem{{Dossier: "d-bench", Compartment: envelope.Medical, Wrapped: made.Medical.Wrapped, Headers: headers}}}
	ours, ages := best(b, rounds, timed, func() {
		_, err := w.Keys.Open(b.Context(), call)
		must(b, err)
	}, func() {
		for _, h := range bare {
			_, err := age.DecryptHeader(h, identity)
			must(b, err)
		}
	})
	return atLeast("keys", fmt.Sprintf("%d headers opened by keyholder, in one call | age in a loop", openedHeaders), perSecond(openedHeaders, ours), perSecond(openedHeaders, ages), "1/s", 0.85)
}

func perSecond(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }

// fillKeys makes dossiers: rows and keys alone.
func fillKeys(b *testing.B, w *vaulttest.World, owner db.Beginner, n int) {
	b.Helper()
	ids, keys := make([]string, n), make([]keyholder.Keys, n)
	var g errgroup.Group
	g.SetLimit(64)
	for i := range ids {
		ids[i] = store.NewID()
		g.Go(func() (err error) {
			keys[i], err = w.Keys.CreateDossier(b.Context(), ids[i])
			return err
		})
	}
	must(b, g.Wait())
	at := time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)
	must(b, db.InTx(b.Context(), owner, func(tx pgx.Tx) error {
		for i, id := range ids {
			err := store.CreateDossier(b.Context(), tx, store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: at,
				Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
				Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
					Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}})
			if err != nil {
				return err
			}
			row := func(name string, c keyholder.Compartment) store.Key {
				return store.Key{Compartment: name, Epoch: c.Epoch, Recipient: c.Recipient, Signature: c.Signature, Wrapped: c.Wrapped}
			}
			if err := store.InsertKeys(b.Context(), tx, id, []store.Key{row(store.Civil, keys[i].Civil), row(store.Medical, keys[i].Medical)}, at); err != nil {
				return err
			}
		}
		return nil
	}))
}

// rotated is P10: identities moved and read back through PostgreSQL, beside age's unwrap and wrap in a loop. A rotation unwraps twice, since it reads
// back; and wraps to two, the epoch and its recovery.
func rotated(b *testing.B, w *vaulttest.World) row {
	b.Helper()
	w.Keys.NewEpoch(b, "2027")
	begin := time.Now()
	report, err := rotation.Run(b.Context(), rotation.Options{Keys: w.Keys, RecipientKey: w.Keys.Public, Pool: w.Pool, Zone: vaulttest.Zone, Clock: w.Clock, Batch: 50})
	must(b, err)
	took := time.Since(begin)
	if report.Rotated != 2*rotatedDossiers {
		b.Fatalf("%d identities were rotated", report.Rotated)
	}
	identity, err := age.GenerateHybridIdentity()
	must(b, err)
	key := make([]byte, 16)
	const loops = 500
	bare := timed(func() {
		for range loops {
			stanzas, err := identity.Recipient().Wrap(key)
			must(b, err)
			_, err = identity.Unwrap(stanzas)
			must(b, err)
		}
	})
	return atLeast("P10", fmt.Sprintf("rotation of %d identities, read back | age unwrap + wrap in a loop", report.Rotated), perSecond(report.Rotated, took), perSecond(loops, bare), "1/s", 0.85)
}

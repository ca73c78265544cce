package rotation_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/rotation"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
	"cloison/policy"
)

// Make soak asks for a hundred thousand.
var dossiers = flag.Int("dossiers", 1000, "how many dossiers are rotated")

var start = time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)

const readerID = "med-12"

type zone struct {
	*vaulttest.World
	owner *pgxpool.Pool
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newZone(t *testing.T) *zone {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	return &zone{vaulttest.New(t, app, start), owner}
}

// written makes a dossier through the gate, with one sealed record of the rapporteur's.
func (z *zone) written(t *testing.T) string {
	t.Helper()
	id := store.NewID()
	_, err := z.Gate.Do(t.Context(), act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: store.NewID()}}, func(ctx context.Context, tx *act.Tx) error {
		tx.SetObject("dossier", id)
		if err := store.CreateDossier(ctx, tx, newDossier(id, tx.Now)); err != nil {
			return err
		}
		if err := z.Vault.CreateKeys(ctx, tx, id); err != nil {
			return err
		}
		if _, err := store.AppendEvents(ctx, tx, id, []medical.Event{{At: tx.Now, Actor: "system", Data: medical.SaisineRecue{}},
			{At: tx.Now, Actor: "sec-01", Data: medical.CertificatRecu{Accepted: true}},
			{At: tx.Now, Actor: "sec-01", Stage: medical.StageReport, Data: medical.RapporteurDesigne{Rapporteur: readerID}}}, store.With{}); err != nil {
			return err
		}
		_, err := z.Vault.SealRecord(ctx, tx, vault.Sealing{Dossier: id, Compartment: store.Medical, Kind: store.KindReport, ID: "report", Author: readerID, Plain: []byte("rapport de " + id)})
		return err
	})
	must(t, err)
	return id
}

func newDossier(id string, at time.Time) store.NewDossier {
	return store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: at,
		Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
		Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
			Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}}
}

func (z *zone) read(t *testing.T, who act.Subject, id string) error {
	t.Helper()
	a := act.Act{Action: "dossier.open", Object: act.Object{Kind: "dossier", ID: id}, Purpose: "INSTRUCTION", Context: policy.Context{Open: "medical"},
		Load: func(ctx context.Context, tx pgx.Tx) (any, error) {
			loaded, err := store.LoadDossier(ctx, tx, id)
			return loaded.Policy, err
		}}
	permit, err := z.Gate.Read(t.Context(), who, a)
	if err != nil {
		return err
	}
	return z.Vault.OpenRecords(t.Context(), permit, []vault.Ref{{Kind: store.KindReport, ID: "report"}}, func(_ int, plain []byte) error {
		if !bytes.Equal(plain, []byte("rapport de "+id)) {
			return errors.New("opened to something else")
		}
		return nil
	})
}

// fill makes the other dossiers: rows and keys alone.
func (z *zone) fill(t *testing.T, n int) {
	t.Helper()
	ids := make([]string, n)
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
		for i := range ids {
			ids[i] = store.NewID()
			if err := store.CreateDossier(t.Context(), tx, newDossier(ids[i], start)); err != nil {
				return err
			}
		}
		return nil
	}))
	keys := make([]keyholder.Keys, n)
	var g errgroup.Group
	g.SetLimit(64) // they share the fsyncs of keyholder's file
	for i, id := range ids {
		g.Go(func() (err error) {
			keys[i], err = z.Keys.CreateDossier(t.Context(), id)
			return err
		})
	}
	must(t, g.Wait())
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
		for i, id := range ids {
			row := func(name string, c keyholder.Compartment) store.Key {
				return store.Key{Compartment: name, Epoch: c.Epoch, Recipient: c.Recipient, Signature: c.Signature, Wrapped: c.Wrapped}
			}
			if err := store.InsertKeys(t.Context(), tx, id, []store.Key{row(store.Civil, keys[i].Civil), row(store.Medical, keys[i].Medical)}, start); err != nil {
				return err
			}
		}
		return nil
	}))
}

const payload = `SELECT coalesce(md5(string_agg(md5(r.sealed) || encode(r.header_digest, 'hex') || r.xmin::text, '' ORDER BY r.dossier, r.kind, r.id, r.version)), '') FROM medical.records r`

// sealedBytes stands for every sealed byte of the database, and for the version of each row.
func (z *zone) sealedBytes(t *testing.T) (sum string) {
	t.Helper()
	must(t, z.owner.QueryRow(t.Context(), payload).Scan(&sum))
	return sum
}

func (z *zone) options(t *testing.T) rotation.Options {
	return rotation.Options{Keys: z.Keys, RecipientKey: z.Keys.Public, Pool: z.Pool, Zone: vaulttest.Zone, Clock: z.Clock, Batch: 40}
}

// Rotated in a process that is killed three times on the way, while a physician reads: no reading fails, every identity is of the new epoch and
// the one it was, no sealed byte is touched; then the old epoch goes, and nothing is missed.
func TestARotationThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	read := []string{z.written(t), z.written(t), z.written(t)}
	z.fill(t, *dossiers)
	before, sealed := z.recipients(t), z.sealedBytes(t)
	z.Keys.NewEpoch(t, "2027")

	stop, reads := z.reading(t, read)
	identities := 2 * (*dossiers + len(read))
	for part := 1; part <= 3; part++ {
		z.killedAt(t, identities*part/5)
	}
	report, err := rotation.Run(t.Context(), z.options(t))
	must(t, err)
	if n := stop(); n == 0 {
		t.Error("nobody read meanwhile")
	} else {
		t.Logf("%d identities, %d by the last run, %d readings meanwhile", identities, report.Rotated, reads.Load())
	}
	if report.Left["2027"] != identities || len(report.Left) != 1 || len(report.Unreadable) != 0 || report.Rotated == identities {
		t.Errorf("report %+v of %d identities", report, identities)
	}
	after := z.recipients(t)
	for at, recipient := range before {
		if after[at] != recipient {
			t.Errorf("the identity of %v changed", at)
		}
	}
	if z.sealedBytes(t) != sealed {
		t.Error("a sealed byte, or its row, was touched")
	}
	if report, err = rotation.Run(t.Context(), z.options(t)); err != nil || report.Rotated != 0 {
		t.Errorf("a further run rotated %d, %v", report.Rotated, err)
	}

	z.Keys.Destroy(t, "2026")
	var gone int64
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) (err error) {
		gone, err = store.DeleteEpoch(t.Context(), tx, "2026")
		return err
	}))
	if gone != int64(identities) {
		t.Errorf("%d old rows went of %d", gone, identities)
	}
	who := z.Physician(t, readerID)
	for _, id := range read {
		must(t, z.read(t, who, id))
	}
}

// recipients are every compartment's current recipient, by keyholder's word.
func (z *zone) recipients(t *testing.T) map[store.KeyAfter]string {
	t.Helper()
	all := map[store.KeyAfter]string{}
	var after store.KeyAfter
	for {
		page, err := store.FindCurrentKeys(t.Context(), z.Pool, after, 200)
		must(t, err)
		if len(page) == 0 {
			return all
		}
		var items []keyholder.RewrapItem
		for _, k := range page {
			items = append(items, keyholder.RewrapItem{Dossier: k.Dossier, Compartment: k.Compartment, Wrapped: k.Wrapped})
		}
		got, err := z.Keys.Check(t.Context(), items)
		must(t, err)
		for i, k := range page {
			after = store.KeyAfter{Dossier: k.Dossier, Compartment: k.Compartment}
			if all[after] = got[i]; got[i] != k.Recipient {
				t.Errorf("the row of %v names another recipient", after)
			}
		}
	}
}

// reading reads a few dossiers over and over until stop, which answers how many readings there were. None may fail.
func (z *zone) reading(t *testing.T, ids []string) (stop func() int64, n *atomic.Int64) {
	t.Helper()
	who := z.Physician(t, readerID)
	done, n := make(chan struct{}), &atomic.Int64{}
	var reader sync.WaitGroup
	reader.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			if err := z.read(t, who, ids[i%len(ids)]); err != nil {
				t.Errorf("a reading during the rotation: %v", err)
				return
			}
			n.Add(1)
		}
	})
	return func() int64 { close(done); reader.Wait(); return n.Load() }, n
}

const rotated = `SELECT count(*) FROM medical.dossier_keys k WHERE k.epoch = '2027'`

// killedAt runs the rotation in a process of its own, and kills it with SIGKILL once that many rows stand.
func (z *zone) killedAt(t *testing.T, rows int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRotatingProcess$", "-test.timeout=60m")
	cmd.Env = append(os.Environ(), "CLOISON_ROTATE_DSN="+z.Pool.Config().ConnString(), "CLOISON_ROTATE_SOCKET="+z.Keys.UseSocket(),
		"CLOISON_ROTATE_KEY="+hex.EncodeToString(z.Keys.Public))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		var n int
		asked := time.Now()
		must(t, z.owner.QueryRow(t.Context(), rotated).Scan(&n))
		if n >= rows {
			_ = cmd.Process.Kill()
			<-ended
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("the rotation ended by itself at %d rows: %v\n%s", n, err, said.String())
		case <-time.After(max(5*time.Millisecond, 10*time.Since(asked))): // counting a hundred thousand rows must not be what is measured
		}
	}
}

// TestRotatingProcess is the process that killedAt kills.
func TestRotatingProcess(t *testing.T) {
	dsn := os.Getenv("CLOISON_ROTATE_DSN")
	if dsn == "" {
		return // run as a test of its own it has nothing to do
	}
	pool, err := pgxpool.New(t.Context(), dsn)
	must(t, err)
	defer pool.Close()
	pinned, err := hex.DecodeString(os.Getenv("CLOISON_ROTATE_KEY"))
	must(t, err)
	keys := keyholder.Dial(os.Getenv("CLOISON_ROTATE_SOCKET"))
	_, err = rotation.Run(t.Context(), rotation.Options{Keys: keys, RecipientKey: pinned, Pool: pool, Zone: vaulttest.Zone, Clock: clock.Machine{}, Batch: 20})
	must(t, err)
	// Whoever runs it meant to kill it before.
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
}

// A row that opens nothing is named and left; one that custodians destroyed is left alone; neither holds back the others.
func TestARotationLeavesWhatItCantRotate(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	ids := []string{z.written(t), z.written(t), z.written(t)}
	_, err := z.owner.Exec(t.Context(), `UPDATE medical.dossier_keys SET wrapped = decode('00', 'hex') WHERE dossier = $1 AND compartment = 'medical'`, ids[0])
	must(t, err)
	z.Keys.Shred(t, ids[1])
	z.Keys.NewEpoch(t, "2027")
	report, err := rotation.Run(t.Context(), z.options(t))
	must(t, err)
	if report.Rotated != 3 || report.Destroyed != 2 || len(report.Unreadable) != 1 || report.Unreadable[0].Dossier != ids[0] {
		t.Errorf("report %+v", report)
	}
	if fmt.Sprint(report.Left) != "map[2026:3 2027:3]" {
		t.Errorf("left %v", report.Left)
	}
	// The old rows that none replaces stay, whoever asks.
	must(t, db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error {
		gone, err := store.DeleteEpoch(t.Context(), tx, "2026")
		if gone != 3 {
			t.Errorf("%d rows went", gone)
		}
		return err
	}))
}

// swapping answers another identity for what it is given, as a keyholder that is not the zone's would.
type swapping struct {
	*vaulttest.Keyholder
	t *testing.T
}

func (s swapping) Check(ctx context.Context, items []keyholder.RewrapItem) ([]string, error) {
	got, err := s.Keyholder.Check(ctx, items)
	if len(got) > 1 {
		got[0], got[1] = got[1], got[0]
	}
	return got, err
}

func TestARotationStopsAtAnIdentityThatIsNotTheOneWritten(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.written(t)
	z.Keys.NewEpoch(t, "2027")
	o := z.options(t)
	o.Keys = swapping{z.Keys, t}
	if _, err := rotation.Run(t.Context(), o); !errors.Is(err, rotation.ErrUnverified) {
		t.Errorf("got %v", err)
	}
}

package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/desk"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// portal is the medical one over HTTP, with a real keyholder, a real PostgreSQL that syncs, and a folder of the repository's disk. Only
// signing in is left out: a header says who asks.
type portal struct {
	*vaulttest.World
	client    *http.Client
	base      string
	dossier   string
	physician act.Subject
	clerk     act.Subject
}

func newPortal(b *testing.B) *portal {
	b.Helper()
	names := pgtest.New(b, "medical")
	super, app := pgtest.Open(b, names.SuperURL), pgtest.Open(b, names.RoleURL)
	for _, sql := range []string{"ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET synchronous_commit = on", "SELECT pg_catalog.pg_reload_conf()"} {
		_, err := super.Exec(b.Context(), sql)
		must(b, err)
	}
	world := vaulttest.New(b, app, time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC))
	d := &portal{World: world, client: &http.Client{}, physician: world.Physician(b, "med-12"), clerk: world.Secretary(b, "sec-01")}
	d.disk(b)
	d.openDossier(b)
	d.serve(b)
	return d
}

// disk puts the store beside the repository: a temporary folder may be memory.
func (d *portal) disk(b *testing.B) {
	b.Helper()
	folder, err := filepath.Abs("../.data/bench")
	must(b, err)
	must(b, os.RemoveAll(folder))
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	d.Folder = folder
	d.Objects, err = vault.NewDirectory(folder)
	must(b, err)
	d.Vault = d.NewVault(b, d.Keys.Public)
}

func (d *portal) openDossier(b *testing.B) {
	b.Helper()
	d.dossier = store.NewID()
	_, err := d.Gate.Do(b.Context(), act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: store.NewID()}}, func(ctx context.Context, tx *act.Tx) error {
		tx.SetObject("dossier", d.dossier)
		n := store.NewDossier{ID: d.dossier, Group: store.NewID(), Channel: "ANEF", ReceivedAt: tx.Now,
			Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
			Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
				Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}}
		if err := store.CreateDossier(ctx, tx, n); err != nil {
			return err
		}
		if err := d.Vault.CreateKeys(ctx, tx, d.dossier); err != nil {
			return err
		}
		_, err := store.AppendEvents(ctx, tx, d.dossier, []medical.Event{{At: tx.Now, Actor: "system", Data: medical.SaisineRecue{}},
			{At: tx.Now, Actor: "sec-01", Data: medical.CertificatRecu{Accepted: true}},
			{At: tx.Now, Actor: "sec-01", Stage: medical.StageReport, Data: medical.RapporteurDesigne{Rapporteur: d.physician.ID}}}, store.With{})
		return err
	})
	must(b, err)
}

func (d *portal) serve(b *testing.B) {
	b.Helper()
	work := desk.New(desk.Options{Gate: d.Gate, Pool: d.Pool, Vault: d.Vault, Keys: d.Keys.Client, Clock: d.Clock, Zone: vaulttest.Zone, Released: func() {}})
	var ops []web.Operation
	for _, op := range work.Operations() {
		if op.ID == "uploadDocument" || op.ID == "getDocumentContent" {
			ops = append(ops, op)
		}
	}
	app, err := web.New(web.Options{Name: "bench", Ops: ops, Gate: d.Gate, PublicURL: "http://127.0.0.1",
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if c.Get("X-Bench") == "physician" {
				return d.physician, nil
			}
			return d.clerk, nil
		}})
	must(b, err)
	listener, err := web.Listen("127.0.0.1:0", nil)
	must(b, err)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown(); <-ended })
	d.base = "http://" + listener.Addr().String()
}

func (d *portal) url(document string) string {
	return fmt.Sprintf("%s%s/dossiers/%s/documents/%s/content", d.base, web.Prefix, d.dossier, document)
}

// announce begins a document of a size.
func (d *portal) announce(b *testing.B, size int64) (id string) {
	b.Helper()
	a := act.Act{Action: "document.create", Object: act.Object{Kind: "dossier", ID: d.dossier}, Context: policy.Context{Open: "medical"},
		Load: func(ctx context.Context, tx pgx.Tx) (any, error) {
			loaded, err := store.LoadDossier(ctx, tx, d.dossier)
			return loaded.Policy, err
		}}
	_, err := d.Gate.Do(b.Context(), d.clerk, a, func(ctx context.Context, tx *act.Tx) (err error) {
		id, err = d.Vault.BeginDocument(ctx, tx, vault.NewDocument{Dossier: d.dossier, Author: d.clerk.ID,
			Input: medical.DocumentInput{Kind: "IMAGERIE", Medical: true, Label: "scanner", DeclaredName: "scanner.dcm", MediaType: "application/dicom",
				Size: size, ReceivedOn: medical.Date{Year: 2026, Month: 1, Day: 16}, Stage: "RAPPORT"}})
		return err
	})
	must(b, err)
	return id
}

func (d *portal) upload(b *testing.B, document string, size int64) {
	b.Helper()
	req, err := http.NewRequest(http.MethodPut, d.url(document)+"?offset=0&complete=true", io.NopCloser(&repeated{size: size}))
	must(b, err)
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := d.client.Do(req)
	must(b, err)
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("uploading: %d, %s, %v", resp.StatusCode, said, err)
	}
}

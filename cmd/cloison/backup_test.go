package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault/vaulttest"
)

// aZone is a medical zone with two dossiers, and what its operator has at hand.
type aZone struct {
	*vaulttest.World
	names    pgtest.Names
	dossiers []string
	dir      string
}

func newMedicalZone(t *testing.T) *aZone {
	t.Helper()
	names := pgtest.New(t, "medical")
	z := &aZone{World: vaulttest.New(t, pgtest.Open(t, names.RoleURL), time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)), names: names, dir: t.TempDir()}
	for range 2 {
		id := store.NewID()
		_, err := z.Gate.Do(t.Context(), act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: store.NewID()}}, func(ctx context.Context, tx *act.Tx) error {
			tx.SetObject("dossier", id)
			err := store.CreateDossier(ctx, tx, store.NewDossier{ID: id, Group: store.NewID(), Channel: "ANEF", ReceivedAt: tx.Now,
				Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
				Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
					Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}})
			if err != nil {
				return err
			}
			return z.Vault.CreateKeys(ctx, tx, id)
		})
		if err != nil {
			t.Fatal(err)
		}
		z.dossiers = append(z.dossiers, id)
	}
	return z
}

// empty makes a database with nothing in it, and answers the file of its owner's connection.
func (z *aZone) empty(t *testing.T) (urlFile string, open func() *pgx.Conn) {
	t.Helper()
	super, err := pgx.Connect(t.Context(), z.names.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	name := "r_" + strings.ReplaceAll(store.NewID(), "-", "")
	if _, err := super.Exec(t.Context(), "CREATE DATABASE "+name+" OWNER cloison_owner TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = super.Exec(context.WithoutCancel(t.Context()), "DROP DATABASE "+name+" WITH (FORCE)")
		super.Close(context.WithoutCancel(t.Context()))
	})
	url := strings.Replace(z.names.OwnerURL, z.names.Database, name, 1)
	return secretFile(t, url), func() *pgx.Conn {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
		return conn
	}
}

func (z *aZone) backup(t *testing.T, name string) string {
	t.Helper()
	out := filepath.Join(z.dir, name)
	said, err := tool(t, "backup", "--zone", "medical", "--database-url-file", secretFile(t, z.names.OwnerURL), "--out", out, "--store", z.Folder,
		"--custody-socket", z.Keys.CustodySocket(), "--use-socket", z.Keys.UseSocket(), "--recipient-key", filepath.Join(z.Keys.Keystore(), keystore.RecipientKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "cursor.referrals : 0") {
		t.Errorf("said %s", said)
	}
	return out
}

// older gives the log the transaction numbers of a cluster that has done far more than this one.
func (z *aZone) older(t *testing.T) {
	t.Helper()
	super, err := pgx.Connect(t.Context(), z.names.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(t.Context())
	if done, err := super.Exec(t.Context(), `UPDATE audit.entries SET xid = (xid::text::bigint + 1000000000)::text::xid8`); err != nil || done.RowsAffected() == 0 {
		t.Fatalf("%d entries were moved: %v", done.RowsAffected(), err)
	}
}

// A dossier destroyed after the backup: from the backup, restored, no identity of it opens, and the other does.
func TestARestoreOpensNothingThatWasDestroyed(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	z.older(t)
	from := z.backup(t, "backup")
	z.Keys.Shred(t, z.dossiers[0])
	since := filepath.Join(z.dir, "since.json")
	if _, err := tool(t, "keys", "tombstones", "--socket", z.Keys.CustodySocket(), "--out", since); err != nil {
		t.Fatal(err)
	}
	url, open := z.empty(t)
	if _, err := tool(t, "restore", "--zone", "medical", "--database-url-file", url, "--from", from); err == nil || !strings.Contains(err.Error(), "custody-socket") {
		t.Errorf("restored without keyholder: %v", err)
	}
	said, err := tool(t, "restore", "--zone", "medical", "--database-url-file", url, "--from", from, "--store", filepath.Join(z.dir, "store"),
		"--custody-socket", z.Keys.CustodySocket(), "--tombstones", since)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "1 destructions rendues") || !strings.Contains(said, "docs/runbooks/restore.md") {
		t.Errorf("said %s", said)
	}
	conn := open()
	var ahead bool
	err = conn.QueryRow(t.Context(), `SELECT audit.placed(pg_catalog.pg_current_xact_id()) > max(e.xid::text::bigint)::text::xid8 FROM audit.entries e`).Scan(&ahead)
	if err != nil || !ahead {
		t.Errorf("what is done from now on does not come after all that was restored: %v", err)
	}
	for i, want := range []error{keyholder.ErrRefused{Rule: keyholder.RuleShredded}, nil} {
		k, err := store.GetKey(t.Context(), conn, z.dossiers[i], store.Medical)
		if err != nil {
			t.Fatal(err)
		}
		_, err = z.Keys.Check(t.Context(), []keyholder.RewrapItem{{Dossier: z.dossiers[i], Compartment: k.Compartment, Wrapped: k.Wrapped}})
		if !errors.Is(err, want) {
			t.Errorf("dossier %d of the backup: %v, want %v", i, err, want)
		}
	}
	if _, err := tool(t, "restore", "--zone", "medical", "--database-url-file", url, "--from", from, "--custody-socket", z.Keys.CustodySocket()); err == nil || !strings.Contains(err.Error(), "pas vide") {
		t.Errorf("restored over a database: %v", err)
	}
}

// The drill's report is the custodian's who signs it, and says what opened.
func TestADrillIsSigned(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	from := z.backup(t, "backup")
	z.Keys.Shred(t, z.dossiers[0])
	url, _ := z.empty(t)
	recovery := filepath.Join(filepath.Dir(z.Keys.Keystore()), "recovery.key")
	said, err := tool(t, "drill", "--zone", "medical", "--database-url-file", url, "--from", from, "--scratch", filepath.Join(z.dir, "scratch"),
		"--use-socket", z.Keys.UseSocket(), "--recovery", recovery, "--sign", z.Keys.Custodian())
	if err != nil {
		t.Fatal(err)
	}
	var signed signedReport
	if err := json.Unmarshal([]byte(said), &signed); err != nil {
		t.Fatal(err)
	}
	if r := signed.Report; r.Identities != 2 || r.Destroyed != 2 || !r.Planted || r.Files < 3 {
		t.Errorf("report %+v", r)
	}
	public, err := keystore.ReadPublic(z.Keys.Keystore())
	if err != nil {
		t.Fatal(err)
	}
	custodian, _ := public.Custodian(signed.Signature.Custodian)
	message, err := wire.Order(signed.Keystore, "DrillReport", signed.Report, nil)
	if err != nil || !ed25519.Verify(custodian.Approval, message, signed.Signature.Value) {
		t.Errorf("the signature does not hold: %v", err)
	}
}

// A backup that was changed, cut or added to is not restored, nor one of the other zone.
func TestABackupIsRestoredWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	z := newMedicalZone(t)
	for name, spoil := range map[string]func(from string) error{
		"a byte of the dump": func(from string) error {
			path := filepath.Join(from, dumpFile)
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(path, b, 0o600)
		},
		"a dump cut short":   func(from string) error { return os.Truncate(filepath.Join(from, dumpFile), 1000) },
		"a file less":        func(from string) error { return os.Remove(filepath.Join(from, tombstoneFile)) },
		"a file more":        func(from string) error { return os.WriteFile(filepath.Join(from, "more"), nil, 0o600) },
		"without a manifest": func(from string) error { return os.Remove(filepath.Join(from, manifestFile)) },
	} {
		from := z.backup(t, name)
		if err := spoil(from); err != nil {
			t.Fatal(err)
		}
		if _, err := readBackup(from, "medical"); err == nil {
			t.Errorf("%s: taken for a backup", name)
		}
	}
	if _, err := readBackup(z.backup(t, "whole"), "server"); err == nil {
		t.Error("a backup of one zone was taken for the other's")
	}
}

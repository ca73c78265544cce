package vault_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/envelope"
	"cloison/crypto/seal"
	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
	"cloison/policy"
)

const rapporteur = "med-12"

var start = time.Date(2026, 1, 16, 14, 20, 0, 0, time.UTC)

// desk is a zone with the owner's hand on its tables: the database administrator of the tests.
type desk struct {
	*vaulttest.World
	owner *pgxpool.Pool
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	return &desk{vaulttest.New(t, app, start), owner}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open makes a dossier with its keys, a certificate, and a rapporteur.
func (d *desk) open(t testing.TB) (dossier string) {
	t.Helper()
	dossier = store.NewID()
	d.do(t, act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: store.NewID()}}, func(ctx context.Context, tx *act.Tx) error {
		tx.SetObject("dossier", dossier)
		n := store.NewDossier{ID: dossier, Group: store.NewID(), Channel: "ANEF", ReceivedAt: tx.Now,
			Referrals: []store.Referral{{ID: store.NewID(), Requester: "patient", Prefecture: "75"}},
			Case: medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Country: medical.Country{Role: "PAYS_ORIGINE", Country: "CIV"},
				Liberty: []medical.LibertyPeriod{{Status: medical.Free}}}}
		if err := store.CreateDossier(ctx, tx, n); err != nil {
			return err
		}
		if err := d.Vault.CreateKeys(ctx, tx, dossier); err != nil {
			return err
		}
		if _, err := d.Vault.SealRecord(ctx, tx, vault.Sealing{Dossier: dossier, Compartment: store.Civil, Kind: store.KindApplicant, ID: store.KindApplicant,
			Author: "relay", Plain: []byte("nom de " + dossier)}); err != nil {
			return err
		}
		_, err := store.AppendEvents(ctx, tx, dossier, []medical.Event{{At: tx.Now, Actor: "system", Data: medical.SaisineRecue{}},
			{At: tx.Now, Actor: "sec-01", Data: medical.CertificatRecu{Accepted: true}},
			{At: tx.Now, Actor: "sec-01", Stage: medical.StageReport, Data: medical.RapporteurDesigne{Rapporteur: rapporteur}}}, store.With{})
		return err
	})
	return dossier
}

func (d *desk) do(t testing.TB, who act.Subject, a act.Act, fn func(context.Context, *act.Tx) error) {
	t.Helper()
	if _, err := d.Gate.Do(t.Context(), who, a, fn); err != nil {
		t.Fatal(err)
	}
}

func on(action, dossier, item string) act.Act {
	return act.Act{Action: action, Object: act.Object{Kind: "dossier", ID: dossier, Item: item}, Purpose: "INSTRUCTION", Context: policy.Context{Open: "medical"},
		Load: func(ctx context.Context, tx pgx.Tx) (any, error) {
			loaded, err := store.LoadDossier(ctx, tx, dossier)
			if err != nil || item == "" {
				return loaded.Policy, err
			}
			document, err := store.GetDocument(ctx, tx, dossier, item)
			loaded.Policy.Document = &policy.Document{ID: item, Author: document.Author, Excluded: document.Excluded.Reason}
			return loaded.Policy, err
		}}
}

// write seals one record as the rapporteur.
func (d *desk) write(t testing.TB, dossier, kind, id, plain string) {
	t.Helper()
	d.do(t, d.Physician(t, rapporteur), on("report.save", dossier, ""), func(ctx context.Context, tx *act.Tx) error {
		_, err := d.Vault.SealRecord(ctx, tx, vault.Sealing{Dossier: dossier, Compartment: store.Medical, Kind: kind, ID: id, Author: rapporteur, Plain: []byte(plain)})
		return err
	})
}

func (d *desk) permit(t testing.TB, who act.Subject, a act.Act) *act.Permit {
	t.Helper()
	p, err := d.Gate.Read(t.Context(), who, a)
	must(t, err)
	return p
}

// read opens records as the rapporteur.
func (d *desk) read(t testing.TB, dossier string, refs ...vault.Ref) (got []string, err error) {
	t.Helper()
	permit := d.permit(t, d.Physician(t, rapporteur), on("dossier.open", dossier, ""))
	err = d.Vault.OpenRecords(t.Context(), permit, refs, func(_ int, plain []byte) error {
		got = append(got, string(plain))
		return nil
	})
	return got, err
}

func (d *desk) outcomes(t testing.TB, dossier, action string) []string {
	t.Helper()
	entries, err := audit.Find(t.Context(), d.Pool, audit.Filter{Object: dossier, Action: action})
	must(t, err)
	var list []string
	for _, e := range entries {
		list = append(list, e.Outcome)
	}
	return list
}

func (d *desk) admin(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := d.owner.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

var reportRef = vault.Ref{Kind: store.KindReport, ID: "report"}

func TestRecordsThereAndBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	d.write(t, dossier, store.KindReport, "report", "premier état")
	d.write(t, dossier, store.KindReport, "report", "second état")
	d.write(t, dossier, store.KindCertificate, "certificate", "certificat")
	got, err := d.read(t, dossier, reportRef, vault.Ref{Kind: store.KindReport, ID: "report", Version: 1}, vault.Ref{Kind: store.KindCertificate, ID: "certificate"})
	must(t, err)
	if want := "second état|premier état|certificat"; strings.Join(got, "|") != want {
		t.Errorf("got %q", got)
	}
	if list := d.outcomes(t, dossier, "dossier.open"); strings.Join(list, " ") != "INTENT SERVED" {
		t.Errorf("entries: %v", list)
	}
}

func TestPermitOpensOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	d.write(t, dossier, store.KindReport, "report", "rapport")
	permit := d.permit(t, d.Physician(t, rapporteur), on("dossier.open", dossier, ""))
	ignore := func(int, []byte) error { return nil }
	must(t, d.Vault.OpenRecords(t.Context(), permit, []vault.Ref{reportRef}, ignore))
	if err := d.Vault.OpenRecords(t.Context(), permit, []vault.Ref{reportRef}, ignore); !errors.Is(err, act.ErrRedeemed) {
		t.Errorf("second opening: %v", err)
	}
}

func TestPermitIsForOneCompartment(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	if _, err := d.read(t, dossier, vault.Ref{Kind: store.KindApplicant, ID: store.KindApplicant}); !act.IsKind(err, act.Forbidden) {
		t.Errorf("names against a medical permit: %v", err)
	}
	d.write(t, dossier, store.KindReport, "report", "rapport")
	civil := on("dossier.open", dossier, "")
	civil.Context.Open = "civil"
	err := d.Vault.OpenRecords(t.Context(), d.permit(t, d.Secretary(t, "sec-01"), civil), []vault.Ref{reportRef}, func(int, []byte) error { return nil })
	if !act.IsKind(err, act.Forbidden) {
		t.Errorf("a report against a civil permit: %v", err)
	}
}

// TestStoredBytesAreNotTrusted: what a database administrator does to the rows is refused as not whole, shows nothing, and ends BROKEN.
func TestStoredBytesAreNotTrusted(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, d *desk, dossier, other string){
		"changed byte": func(t *testing.T, d *desk, dossier, _ string) {
			d.admin(t, "UPDATE medical.records SET sealed = set_byte(sealed, octet_length(sealed) - 1, get_byte(sealed, octet_length(sealed) - 1) # 1) WHERE dossier = $1 AND kind = 'report'", dossier)
		},
		"cut": func(t *testing.T, d *desk, dossier, _ string) {
			d.admin(t, "UPDATE medical.records SET sealed = substring(sealed FOR octet_length(sealed) - 20) WHERE dossier = $1 AND kind = 'report'", dossier)
		},
		"digest of the row": func(t *testing.T, d *desk, dossier, _ string) {
			d.admin(t, "UPDATE medical.records SET header_digest = set_byte(header_digest, 0, get_byte(header_digest, 0) # 1) WHERE dossier = $1 AND kind = 'report'", dossier)
		},
		// A forgery: anyone can seal to the dossier's recipient; no act has recorded that header.
		"freshly sealed forgery": func(t *testing.T, d *desk, dossier, _ string) { d.forge(t, dossier) },
		// A swap: whole bytes, recorded in the log, of another version.
		"other version": func(t *testing.T, d *desk, dossier, _ string) {
			d.admin(t, "DELETE FROM medical.records WHERE dossier = $1 AND kind = 'report' AND version = 2", dossier)
			d.admin(t, "UPDATE medical.records SET version = 2 WHERE dossier = $1 AND kind = 'report'", dossier)
		},
		"other kind": func(t *testing.T, d *desk, dossier, _ string) {
			d.admin(t, "DELETE FROM medical.records WHERE dossier = $1 AND kind = 'report'", dossier)
			d.admin(t, "UPDATE medical.records SET kind = 'report', id = 'report' WHERE dossier = $1 AND kind = 'certificate'", dossier)
		},
		"other dossier": func(t *testing.T, d *desk, dossier, other string) {
			d.admin(t, "DELETE FROM medical.records WHERE dossier = $1 AND kind = 'report'", dossier)
			d.admin(t, "UPDATE medical.records SET dossier = $1 WHERE dossier = $2 AND kind = 'report'", dossier, other)
		},
		"other dossier with its keys": func(t *testing.T, d *desk, dossier, other string) {
			d.admin(t, "DELETE FROM medical.records WHERE dossier = $1 AND kind = 'report'", dossier)
			d.admin(t, "UPDATE medical.records SET dossier = $1 WHERE dossier = $2 AND kind = 'report'", dossier, other)
			d.admin(t, "UPDATE medical.dossier_keys k SET wrapped = o.wrapped FROM medical.dossier_keys o WHERE k.dossier = $1 AND o.dossier = $2 AND o.compartment = k.compartment", dossier, other)
		},
		"wrapped identity of another dossier": func(t *testing.T, d *desk, dossier, other string) {
			d.admin(t, "UPDATE medical.dossier_keys k SET wrapped = o.wrapped FROM medical.dossier_keys o WHERE k.dossier = $1 AND o.dossier = $2 AND o.compartment = k.compartment", dossier, other)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			dossier, other := d.open(t), d.open(t)
			for _, id := range []string{dossier, other} {
				d.write(t, id, store.KindReport, "report", "premier")
				d.write(t, id, store.KindReport, "report", "second")
				d.write(t, id, store.KindCertificate, "certificate", "certificat")
			}
			harm(t, d, dossier, other)
			got, err := d.read(t, dossier, reportRef)
			if !errors.Is(err, vault.ErrNotWhole) || !act.IsKind(err, act.Internal) || len(got) != 0 {
				t.Errorf("opened %q: %v", got, err)
			}
			if list := d.outcomes(t, dossier, "dossier.open"); strings.Join(list, " ") != "INTENT BROKEN" {
				t.Errorf("entries: %v", list)
			}
		})
	}
}

// forgePart replaces a part's file by one that is right in everything but its header.
func (d *desk) forgePart(t testing.TB, document string) {
	t.Helper()
	var dossier string
	must(t, d.Pool.QueryRow(t.Context(), "SELECT p.dossier::text FROM medical.documents p WHERE p.id = $1", document).Scan(&dossier))
	var sealed bytes.Buffer
	_, _, err := d.recipient(t, dossier).Part(&sealed, envelope.Context{Zone: vaulttest.Zone, Dossier: dossier, Compartment: store.Medical, Kind: vault.KindPart, ID: document, Version: 1},
		&pattern{n: envelope.PartSize})
	must(t, err)
	must(t, os.WriteFile(d.object(t, document, 0), sealed.Bytes(), 0o600))
}

func (d *desk) recipient(t testing.TB, dossier string) seal.Recipient {
	t.Helper()
	k, err := store.GetKey(t.Context(), d.Pool, dossier, store.Medical)
	must(t, err)
	r, err := seal.CheckRecipient(d.Keys.Public, vaulttest.Zone, dossier, store.Medical, seal.Compartment{Recipient: k.Recipient, Signature: k.Signature, Epoch: k.Epoch})
	must(t, err)
	return r
}

// forge writes a record that is right in everything but that no act wrote it.
func (d *desk) forge(t testing.TB, dossier string) {
	t.Helper()
	sealed, digest, err := d.recipient(t, dossier).Record(envelope.Context{Zone: vaulttest.Zone, Dossier: dossier, Compartment: store.Medical, Kind: store.KindReport, ID: "report", Version: 2}, []byte("faux"))
	must(t, err)
	d.admin(t, "UPDATE medical.records SET sealed = $2, header_digest = $3 WHERE dossier = $1 AND kind = 'report' AND version = 2", dossier, sealed, digest[:])
}

// TestSwappedRecipientIsRefused: sealing goes to no key but the one that keyholder signed for this dossier and compartment.
func TestSwappedRecipientIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier, other := d.open(t), d.open(t)
	for name, sql := range map[string]string{
		"another dossier's":     "UPDATE medical.dossier_keys k SET recipient = o.recipient, signature = o.signature FROM medical.dossier_keys o WHERE k.dossier = '" + dossier + "' AND k.compartment = 'medical' AND o.dossier = '" + other + "' AND o.compartment = 'medical'",
		"the other compartment": "UPDATE medical.dossier_keys k SET recipient = o.recipient, signature = o.signature FROM medical.dossier_keys o WHERE k.dossier = '" + dossier + "' AND k.compartment = 'medical' AND o.dossier = '" + dossier + "' AND o.compartment = 'civil'",
		"signature changed":     "UPDATE medical.dossier_keys SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE dossier = '" + dossier + "'",
	} {
		d.admin(t, sql)
		_, err := d.Gate.Do(t.Context(), d.Physician(t, rapporteur), on("report.save", dossier, ""), func(ctx context.Context, tx *act.Tx) error {
			_, err := d.Vault.SealRecord(ctx, tx, vault.Sealing{Dossier: dossier, Compartment: store.Medical, Kind: store.KindReport, ID: "report", Author: rapporteur, Plain: []byte("x")})
			return err
		})
		if !errors.Is(err, vault.ErrNotWhole) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger, _, err := ed25519.GenerateKey(nil)
	must(t, err)
	v := d.NewVault(t, stranger)
	_, err = d.Gate.Do(t.Context(), act.System("relay"), act.Act{Action: "referral.receive", Object: act.Object{Kind: "referral", ID: "x"}}, func(ctx context.Context, tx *act.Tx) error {
		return v.CreateKeys(ctx, tx, store.NewID())
	})
	if !errors.Is(err, vault.ErrNotWhole) {
		t.Errorf("a key that is not the pinned one: %v", err)
	}
}

func TestKeyholderRefusals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	d.write(t, dossier, store.KindReport, "report", "rapport")
	who := d.Physician(t, rapporteur)
	opening := func() error {
		return d.Vault.OpenRecords(t.Context(), d.permit(t, who, on("dossier.open", dossier, "")), []vault.Ref{reportRef}, func(int, []byte) error { return nil })
	}
	for range vaulttest.MedicalBudget - 1 {
		id := d.open(t)
		d.write(t, id, store.KindReport, "report", "rapport")
		_, err := d.read(t, id, reportRef)
		must(t, err)
	}
	must(t, opening()) // the last of the budget; the same dossier again costs nothing
	must(t, opening())
	more := d.open(t)
	d.write(t, more, store.KindReport, "report", "rapport")
	if _, err := d.read(t, more, reportRef); !act.IsKind(err, act.OverBudget) {
		t.Errorf("over the budget: %v", err)
	}
	d.Keys.Restart(t)
	if err := opening(); !act.IsKind(err, act.Sealed) {
		t.Errorf("sealed: %v", err)
	}
	d.Keys.Unseal(t)
	if err := opening(); !act.IsKind(err, act.Unauthenticated) {
		t.Errorf("dead handle: %v", err)
	}
	who = d.Physician(t, rapporteur)
	must(t, opening())
}

func TestCivilPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := []string{d.open(t), d.open(t), d.open(t)}
	a := act.Act{Action: "dossier.list", Object: act.Object{Kind: "portal", ID: "medical"}, Purpose: "SECRETARIAT", Context: policy.Context{Open: "civil"}}
	var got []string
	must(t, d.Vault.OpenCivil(t.Context(), d.permit(t, d.Secretary(t, "sec-01"), a), page, func(_, _ string, plain []byte) error {
		got = append(got, strings.TrimPrefix(string(plain), "nom de "))
		return nil
	}))
	if strings.Join(got, " ") != strings.Join(page, " ") {
		t.Errorf("got %v", got)
	}
}

// TestNothingRestsInClear looks for what was written in every column and file.
func TestNothingRestsInClear(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dossier := d.open(t)
	const token = "CNRYAAAAAAAAAA"
	d.write(t, dossier, store.KindReport, "report", strings.Repeat(token, 50))
	content := strings.Repeat(token, 50)
	document := d.begin(t, dossier, int64(len(content)))
	must(t, d.upload(t, dossier, document, strings.NewReader(content), nil))
	must(t, filepath.WalkDir(d.Folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(token)) {
			t.Errorf("%s holds the token", path)
		}
		return err
	}))
	rows, err := d.owner.Query(t.Context(), "SELECT r.sealed FROM medical.records r")
	must(t, err)
	sealed, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	must(t, err)
	for _, b := range sealed {
		if bytes.Contains(b, []byte(token)) || bytes.Contains(b, []byte("bilan")) {
			t.Error("a record holds the token")
		}
	}
}

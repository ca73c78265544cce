package sweep_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
)

// closed makes a dossier with a document, closed on 16 January 2026: kept to the end of 16 January 2031.
func (z *zone) closed(t *testing.T) string {
	t.Helper()
	id := z.open(t, noChange)
	z.document(t, id)
	z.append(t, id, "sec-01", medical.CertificatRecu{Accepted: true}, medical.RapporteurDesigne{Rapporteur: "med-12"},
		medical.Cloture{ReasonCode: "AVIS_TRANSMIS"})
	return id
}

// document stores one part.
func (z *zone) document(t *testing.T, dossier string) {
	t.Helper()
	var document string
	a := act.Act{Action: "document.create", Object: act.Object{Kind: "dossier", ID: dossier}, Load: z.load(dossier)}
	secretary := z.Secretary(t, "sec-01")
	_, err := z.Gate.Do(t.Context(), secretary, a, func(ctx context.Context, tx *act.Tx) (err error) {
		document, err = z.Vault.BeginDocument(ctx, tx, vault.NewDocument{Dossier: dossier, Author: "sec-01", Input: medical.DocumentInput{
			Kind: "ANALYSE", Medical: true, Label: "bilan", DeclaredName: "bilan.pdf", MediaType: "application/pdf", Size: 5, ReceivedOn: day(2026, 1, 16), Stage: "CERTIFICAT"}})
		return err
	})
	must(t, err)
	received, err := z.Vault.Receive(t.Context(), vault.Upload{Dossier: dossier, Document: document, Complete: true}, bytes.NewReader([]byte("bilan")))
	must(t, err)
	a.Action = "document.upload"
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		d, err := store.LoadDossier(ctx, tx, dossier)
		d.Policy.Document = &policy.Document{ID: document, Author: "sec-01"}
		return d.Policy, err
	}
	_, err = z.Gate.Do(t.Context(), secretary, a, func(ctx context.Context, tx *act.Tx) error { return received.Complete(ctx, tx, "sec-01") })
	must(t, err)
	must(t, received.Close(t.Context()))
}

func (z *zone) load(dossier string) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		d, err := store.LoadDossier(ctx, tx, dossier)
		return d.Policy, err
	}
}

// decisions lists what the assessments said.
func (z *zone) decisions(t *testing.T, id string) (said []string) {
	t.Helper()
	for _, e := range z.dossier(t, id).Case.Events {
		switch d := e.Data.(type) {
		case medical.PurgeEvaluee:
			said = append(said, d.PurgeDecision)
		case medical.PurgeExecutee:
			said = append(said, "EXECUTEE")
		}
	}
	return said
}

var lastDay = paris(2031, 1, 16, 23, 59)

func TestAHoldSuspendsThePurge(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	z.append(t, id, "dpo-01", medical.GelConservation{HoldReason: "CONTENTIEUX"})
	z.Keys.Shred(t, id) // whatever the custodians did, the hold is stronger here
	z.round(t, lastDay)
	if said := z.decisions(t, id); said != nil {
		t.Errorf("on the last day: %q", said)
	}
	for range 2 {
		z.round(t, paris(2031, 1, 17, 2, 30))
	}
	if said := z.decisions(t, id); len(said) != 1 || said[0] != "REFUSEE_GEL" {
		t.Errorf("under the hold: %q", said)
	}
	z.wantTasks(t, id, "GEL_A_REVOIR 6")
	if state := z.dossier(t, id).Policy.State; state != "CLOS" {
		t.Errorf("state %s", state)
	}
	z.append(t, id, "dpo-01", medical.LeveeGel{HoldReason: "CONTENTIEUX"})
	z.round(t, paris(2031, 1, 18, 2, 30))
	if said := z.decisions(t, id); len(said) != 3 || said[1] != "AUTORISEE" || said[2] != "EXECUTEE" {
		t.Errorf("once lifted: %q", said)
	}
}

// An appeal that is pending is a hold that nobody had to set.
func TestAPendingAppealSuspendsThePurge(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	z.append(t, id, "system", medical.RecoursDepose{})
	z.Keys.Shred(t, id)
	z.round(t, paris(2031, 1, 17, 2, 30))
	if said := z.decisions(t, id); len(said) != 1 || said[0] != "REFUSEE_GEL" {
		t.Errorf("appeal pending: %q", said)
	}
	z.append(t, id, "sec-01", medical.Jugement{Outcome: "REJET"})
	z.round(t, paris(2031, 1, 18, 2, 30))
	if said := z.decisions(t, id); len(said) != 3 || said[2] != "EXECUTEE" {
		t.Errorf("judged: %q", said)
	}
}

// The custodians destroy first. Then one act takes the rows, and the files follow; what stays says neither who nor what.
func TestAPurgeFollowsTheCustodians(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id, other := z.closed(t), z.open(t, noChange)
	files := z.files(t)
	copied := z.copyOf(t, id)

	z.round(t, paris(2031, 1, 17, 0, 0))
	z.wantTasksAnyOrder(t, id, "DESTRUCTION_A_FAIRE 5")
	if files != 1 || z.files(t) != files || z.sealedRows(t, id) == 0 {
		t.Fatalf("%d files, %d sealed rows: gone before the custodians", files, z.sealedRows(t, id))
	}
	z.Keys.Shred(t, id)
	if got := z.round(t, paris(2031, 1, 17, 0, 1)); got != "map[purge:1]" {
		t.Errorf("the round after: %s", got)
	}
	d := z.dossier(t, id)
	if d.Policy.State != "PURGE" || z.sealedRows(t, id) != 0 || z.files(t) != 0 {
		t.Errorf("state %s, %d sealed rows, %d files", d.Policy.State, z.sealedRows(t, id), z.files(t))
	}
	z.wantTasksAnyOrder(t, id, "DESTRUCTION_A_FAIRE 5 PURGE_EXECUTEE system")
	var of int // what the report of the destruction says of the keys, which are gone
	must(t, z.Pool.QueryRow(t.Context(), "SELECT count(*) FROM medical.destructions x WHERE x.dossier = $1::uuid AND x.destroyed_at = $2 AND cardinality(x.epochs) = 1",
		id, z.Clock.Now()).Scan(&of))
	if of != 1 {
		t.Error("the destruction left no date, or no epoch, to report")
	}
	if z.sealedRows(t, other) == 0 {
		t.Error("another dossier lost its rows")
	}
	if told, err := store.NextShredding(t.Context(), z.Pool); err != nil || told != id {
		t.Errorf("the other zone is to be told of %q, %v", told, err)
	}
	before := z.entries(t, "")
	z.round(t, paris(2031, 1, 17, 0, 2))
	if after := z.entries(t, ""); after != before {
		t.Errorf("a purged dossier still leaves %d entries", after-before)
	}
	z.openFromCopy(t, id, copied)
}

// files counts the stored parts.
func (z *zone) files(t *testing.T) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(filepath.Join(z.Folder, "parts"), func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}

const sealedRows = `
SELECT (SELECT count(*) FROM medical.records WHERE dossier = $1::uuid) + (SELECT count(*) FROM medical.dossier_keys WHERE dossier = $1::uuid)
     + (SELECT count(*) FROM medical.documents WHERE dossier = $1::uuid) + (SELECT count(*) FROM medical.uploads WHERE dossier = $1::uuid)
     + (SELECT count(*) FROM medical.document_parts WHERE dossier = $1::uuid) + (SELECT count(*) FROM medical.search_tags WHERE dossier = $1::uuid)`

func (z *zone) sealedRows(t *testing.T, id string) (n int) {
	t.Helper()
	must(t, z.owner.QueryRow(t.Context(), sealedRows, id).Scan(&n))
	return n
}

// copyOf is a backup: the keys and records of a dossier.
func (z *zone) copyOf(t *testing.T, id string) map[string]string {
	t.Helper()
	copied := map[string]string{}
	for _, table := range []string{"medical.dossier_keys", "medical.records"} {
		var rows string
		must(t, z.owner.QueryRow(t.Context(), "SELECT coalesce(json_agg(r)::text, '[]') FROM "+table+" r WHERE r.dossier = $1::uuid", id).Scan(&rows))
		copied[table] = rows
	}
	return copied
}

// openFromCopy puts the rows of a backup back, and the same reading as before is refused: keyholder opens it from no database.
func (z *zone) openFromCopy(t *testing.T, id string, copied map[string]string) {
	t.Helper()
	for table, rows := range copied {
		_, err := z.owner.Exec(t.Context(), "INSERT INTO "+table+" SELECT * FROM json_populate_recordset(null::"+table+", $1::text::json)", rows)
		must(t, err)
	}
	a := act.Act{Action: "dossier.open", Object: act.Object{Kind: "dossier", ID: id}, Purpose: "INSTRUCTION",
		Context: policy.Context{Open: "medical"}, Load: z.load(id)}
	permit, err := z.Gate.Read(t.Context(), z.Physician(t, "med-12"), a)
	must(t, err)
	opened := false
	err = z.Vault.OpenRecords(t.Context(), permit, []vault.Ref{{Kind: store.KindCertificate, ID: "certificate"}}, func(int, []byte) error {
		opened = true
		return nil
	})
	if opened || !errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleShredded}) {
		t.Fatalf("opened %t: %v", opened, err)
	}
}

// The same copy opens while there is no tombstone: the test above can fail.
func TestACopyOpensUntilItsDossierIsShredded(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	a := act.Act{Action: "dossier.open", Object: act.Object{Kind: "dossier", ID: id}, Purpose: "INSTRUCTION",
		Context: policy.Context{Open: "medical"}, Load: z.load(id)}
	permit, err := z.Gate.Read(t.Context(), z.Physician(t, "med-12"), a)
	must(t, err)
	opened := false
	must(t, z.Vault.OpenRecords(t.Context(), permit, []vault.Ref{{Kind: store.KindCertificate, ID: "certificate"}}, func(int, []byte) error {
		opened = true
		return nil
	}))
	if !opened {
		t.Error("not opened")
	}
}

// Sealed, keyholder cannot say what was destroyed: nothing goes, nothing fails.
func TestASealedKeyholderHoldsThePurge(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	z.Keys.Shred(t, id)
	z.Keys.Restart(t)
	z.sweeps = newSweeps(z)
	if got := z.round(t, paris(2031, 1, 17, 0, 0)); got != "map[retention:1]" {
		t.Errorf("sealed: %s", got)
	}
	z.Keys.Unseal(t)
	if got := z.round(t, paris(2031, 1, 17, 0, 1)); got != "map[purge:1]" {
		t.Errorf("unsealed: %s", got)
	}
}

// A process that dies between the commit and the files leaves the list: the next round removes them.
func TestFilesAreFoundAgainAfterACrash(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	z.round(t, paris(2031, 1, 17, 0, 0))
	z.Keys.Shred(t, id)
	must(t, db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
		d, err := store.LoadDossier(t.Context(), tx, id)
		if err != nil {
			return err
		}
		_, err = store.Purge(t.Context(), tx, d, "system", z.Clock.Now())
		return err
	}))
	if z.files(t) != 1 {
		t.Fatal("the files went with the rows")
	}
	z.round(t, paris(2031, 1, 17, 0, 1))
	if z.files(t) != 0 || z.entries(t, "purge.files") != 1 {
		t.Errorf("%d files, %d entries", z.files(t), z.entries(t, "purge.files"))
	}
}

// The database alone refuses: the program cannot destroy what is not purged, nor purge what is held or not assessed.
func TestTheDatabaseRefusesAPurge(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.closed(t)
	late := paris(2031, 1, 17, 0, 0)
	z.Clock.Set(late)
	purge := func(data ...medical.EventData) error {
		return db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
			var events []medical.Event
			for _, d := range data {
				events = append(events, medical.Event{At: late, Actor: "system", Data: d})
			}
			if _, err := store.AppendEvents(t.Context(), tx, id, events, store.With{}); err != nil {
				return err
			}
			return errRollback
		})
	}
	authorised := medical.PurgeEvaluee{PurgeDecision: medical.PurgeAuthorised}
	for name, c := range map[string]struct {
		err        error
		constraint string
	}{
		"not assessed":                      {purge(medical.PurgeExecutee{}), "purge_authorised"},
		"refused":                           {purge(medical.PurgeEvaluee{PurgeDecision: medical.PurgeRefused}, medical.PurgeExecutee{}), "purge_authorised"},
		"held since":                        {purge(authorised, medical.GelConservation{HoldReason: "CONTENTIEUX"}, medical.PurgeExecutee{}), "purge_authorised"},
		"appeal since":                      {purge(authorised, medical.RecoursDepose{}, medical.PurgeExecutee{}), "purge_authorised"},
		"closed again":                      {purge(authorised, medical.Cloture{}, medical.PurgeExecutee{}), "purge_authorised"},
		"held, and authorised all the same": {purge(medical.GelConservation{HoldReason: "CONTENTIEUX"}, authorised), "purge_not_held"},
		"an appeal pending, authorised all the same":  {purge(medical.RecoursDepose{}, authorised), "purge_not_held"},
		"closed again today, authorised all the same": {purge(medical.Cloture{}, authorised), "purge_after_its_term"},
		"destroyed first": {z.exec(t, "SELECT medical.destroy($1::uuid)", id), "destroy_purged_only"},
	} {
		if got, _ := db.Constraint(c.err); got != c.constraint {
			t.Errorf("%s: %v, want %s", name, c.err, c.constraint)
		}
	}
	if err := purge(authorised, medical.PurgeExecutee{}); !errors.Is(err, errRollback) {
		t.Errorf("authorised: %v", err)
	}
	for _, table := range []string{"records", "dossier_keys", "documents", "document_parts", "uploads", "search_tags", "releases"} {
		if err := z.exec(t, "DELETE FROM medical."+table+" WHERE dossier = $1::uuid", id); err == nil {
			t.Errorf("the program deletes from %s", table)
		}
	}
}

var errRollback = errors.New("rolled back on purpose")

func (z *zone) exec(t *testing.T, sql string, args ...any) error {
	t.Helper()
	_, err := z.Pool.Exec(t.Context(), sql, args...)
	return err
}

// Every table of the zone that holds sealed bytes is emptied of a purged dossier: one that is added later must be named in destroy.
func TestEverySealedTableIsDestroyed(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	var source string
	must(t, z.owner.QueryRow(t.Context(), "SELECT prosrc FROM pg_catalog.pg_proc WHERE proname = 'destroy'").Scan(&source))
	rows, err := z.owner.Query(t.Context(), `SELECT DISTINCT c.table_name FROM information_schema.columns c
		WHERE c.table_schema = 'medical' AND c.data_type = 'bytea' ORDER BY 1`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	if len(tables) < 4 {
		t.Errorf("only %q hold bytes", tables)
	}
	var columns string
	must(t, z.owner.QueryRow(t.Context(), `SELECT string_agg(c.column_name || ' ' || c.data_type, ', ' ORDER BY c.ordinal_position) FROM information_schema.columns c
		WHERE c.table_schema = 'medical' AND c.table_name = 'statistics'`).Scan(&columns))
	if columns != "slot bytea, year integer, mark bytea, sealed bytea" {
		t.Errorf("the records of the statistics say %s", columns)
	}
	for _, table := range tables {
		if table == "statistics" { // of no dossier, so that none can be found in it; it goes when its year is counted (decision 65)
			continue
		}
		deleted := strings.Contains(source, "DELETE FROM medical."+table+" ")
		if !deleted && !strings.Contains(source, "UPDATE medical."+table+" ") { // a column of a row that stays
			t.Errorf("medical.%s keeps its sealed bytes after a purge", table)
		}
	}
}

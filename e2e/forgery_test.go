package e2e_test

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloison/crypto/envelope"
	"cloison/crypto/keyfile"
	"cloison/crypto/seal"

	"github.com/jackc/pgx/v5"
)

// What the owner of the database can write, and what comes of it: nothing is served, and the log says that the reading broke. Every attack has
// two dossiers of its own; before it, the same reading succeeds.
func TestWhatTheDatabaseOwnerWritesIsNotServed(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	medical := func(l *line) call { return l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION") }
	civil := func(l *line) call { return l.with("getDossier", nil, "open", "civil", "purpose", "INSTRUCTION") }
	content := func(l *line) call { return l.reading(0) }

	for _, attack := range []struct {
		name  string
		read  func(*line) call
		write func(*testing.T, *environment, *line, *line)
	}{
		{"the sealed certificates of two dossiers change places", medical, swap("records", "kind = 'certificate'", "sealed", "header_digest")},
		{"only their bytes change places, under the digests that the log knows", medical, swap("records", "kind = 'certificate'", "sealed")},
		{"the names of two persons change places", civil, swap("records", "kind = 'applicant'", "sealed", "header_digest")},
		{"a dossier is given another's wrapped key", medical, swap("dossier_keys", "compartment = 'medical'", "wrapped")},
		{"a dossier is given another's recipient, signature and key", medical, swap("dossier_keys", "compartment = 'medical'", "recipient", "signature", "wrapped")},
		{"a certificate is sealed afresh, rightly, by no act", medical, forgeCertificate},
		{"a byte of a sealed record is changed", medical, flipByte},
		{"a byte of a stored part is changed", content, flipStored},
		{"the parts of two documents change places", content, swapStored},
	} {
		t.Run(attack.name, func(t *testing.T) {
			l := e.line(t, "case-01", false).to(t, "assignRapporteur")
			other := e.line(t, "case-01", false).to(t, "assignRapporteur")
			reader := e.as(t, "med-12")
			reader.do(t, attack.read(l))
			attack.write(t, e, l, other)
			e.isBroken(t, l, reader.call(t, attack.read(l)))
		})
	}
}

// isBroken: an error that says so, nothing of the dossier in it, and an entry BROKEN.
func (e *environment) isBroken(t *testing.T, l *line, a answer) {
	t.Helper()
	if a.Status != 500 && a.Status != 503 {
		t.Fatalf("want 500 or 503, got %s", a)
	}
	e.isProblem(t, a)
	if a.Status == 500 && !strings.Contains(a.Problem.Detail, "ne correspond plus à ce qui a été enregistré") {
		t.Errorf("%s: the sentence does not say that the piece is not what was recorded", a)
	}
	for _, secret := range l.secretsOf(t) {
		if strings.Contains(string(a.Body), secret) {
			t.Errorf("%s: the answer holds %q", a, secret)
		}
	}
	var outcomes []string
	for _, one := range e.entries(t, a) {
		outcomes = append(outcomes, one.Outcome)
	}
	if strings.Join(outcomes, " ") != "INTENT BROKEN" && strings.Join(outcomes, " ") != "BROKEN INTENT" {
		t.Errorf("%s: want INTENT and BROKEN in the log, got %v", a, outcomes)
	}
}

// asOwner runs a statement as the owner, with triggers off: he could drop them.
func (e *environment) asOwner(t *testing.T, query string, args ...any) {
	t.Helper()
	conn := e.database(t, medicalZone)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "SET session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	done, err := conn.Exec(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	if done.RowsAffected() == 0 {
		t.Fatal("the attack changed no row")
	}
}

// swap exchanges columns of the rows of two dossiers. A digest is unique, so the first row is written over and back.
func swap(table, where string, columns ...string) func(*testing.T, *environment, *line, *line) {
	return func(t *testing.T, e *environment, l, other *line) {
		t.Helper()
		list := strings.Join(columns, ", ")
		row := "medical." + table + " WHERE dossier = $1 AND " + where
		read := func(dossier string) []any {
			conn := e.database(t, medicalZone)
			defer conn.Close(t.Context())
			rows, err := conn.Query(t.Context(), "SELECT "+list+" FROM "+row, dossier)
			if err != nil {
				t.Fatal(err)
			}
			values, err := pgx.CollectExactlyOneRow(rows, func(r pgx.CollectableRow) ([]any, error) { return r.Values() })
			if err != nil {
				t.Fatal(err)
			}
			return values
		}
		mine, theirs := read(l.dossier), read(other.dossier)
		for _, column := range columns {
			if column == "header_digest" {
				blank := sha256.Sum256([]byte(other.dossier))
				e.asOwner(t, "UPDATE medical."+table+" SET header_digest = $2 WHERE dossier = $1 AND "+where, other.dossier, blank[:])
			}
		}
		for i, column := range columns {
			e.asOwner(t, "UPDATE medical."+table+" SET "+column+" = $2 WHERE dossier = $1 AND "+where, l.dossier, theirs[i])
		}
		for i, column := range columns {
			e.asOwner(t, "UPDATE medical."+table+" SET "+column+" = $2 WHERE dossier = $1 AND "+where, other.dossier, mine[i])
		}
	}
}

// forgeCertificate seals a certificate as the program would, to the right recipient and for the right place, and enters it as the last version.
// Only an act is missing: no entry names its header.
func forgeCertificate(t *testing.T, e *environment, l, _ *line) {
	t.Helper()
	pem, err := os.ReadFile(e.recipientKey(t))
	if err != nil {
		t.Fatal(err)
	}
	public, err := keyfile.ParsePublic(pem)
	if err != nil {
		t.Fatal(err)
	}
	var c seal.Compartment
	conn := e.database(t, medicalZone)
	defer conn.Close(t.Context())
	err = conn.QueryRow(t.Context(), "SELECT recipient, signature, epoch FROM medical.dossier_keys WHERE dossier = $1 AND compartment = 'medical'", l.dossier).
		Scan(&c.Recipient, &c.Signature, &c.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.CheckRecipient(public, "medical", l.dossier, "medical", c)
	if err != nil {
		t.Fatal(err)
	}
	certificate := l.given.CertificateBody()
	certificate["stage"] = "Tout va bien."
	plain, err := json.Marshal(certificate)
	if err != nil {
		t.Fatal(err)
	}
	sealed, digest, err := to.Record(envelope.Context{Zone: "medical", Dossier: l.dossier, Compartment: "medical", Kind: "certificate", ID: "certificate", Version: 2}, plain)
	if err != nil {
		t.Fatal(err)
	}
	e.asOwner(t, `INSERT INTO medical.records (dossier, compartment, kind, id, version, author, written_at, header_digest, sealed)
		SELECT dossier, compartment, kind, id, 2, author, written_at, $2, $3 FROM medical.records WHERE dossier = $1 AND kind = 'certificate' AND version = 1`,
		l.dossier, digest[:], sealed)
}

// recipientKey is the file that the program itself is told to check recipients with.
func (e *environment) recipientKey(t *testing.T) string {
	t.Helper()
	config, err := os.ReadFile(filepath.Join(e.dir, "config", "medical.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(config)) {
		if name, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == "recipient_public_key_file" {
			return strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	t.Fatal("the configuration names no key of recipients")
	return ""
}

func flipByte(t *testing.T, e *environment, l, _ *line) {
	t.Helper()
	e.asOwner(t, `UPDATE medical.records SET sealed = set_byte(sealed, length(sealed) - 20, get_byte(sealed, length(sealed) - 20) # 1)
		WHERE dossier = $1 AND kind = 'certificate'`, l.dossier)
}

// stored is the file of the first part of the first document.
func (l *line) stored(t *testing.T) string {
	t.Helper()
	conn := l.env.database(t, medicalZone)
	defer conn.Close(t.Context())
	var name string
	if err := conn.QueryRow(t.Context(), "SELECT object FROM medical.document_parts WHERE document = $1 AND part = 0", l.documents[0]).Scan(&name); err != nil {
		t.Fatal(err)
	}
	found := ""
	err := filepath.WalkDir(filepath.Join(l.env.dir, "store", "parts"), func(path string, d os.DirEntry, err error) error {
		// The folder of a part begins its name, its file ends it.
		if err == nil && !d.IsDir() && strings.HasSuffix(name, filepath.Base(path)) && strings.HasPrefix(name, filepath.Base(filepath.Dir(path))) {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("the store holds no file of that part: %v", err)
	}
	return found
}

func flipStored(t *testing.T, _ *environment, l, _ *line) {
	t.Helper()
	path := l.stored(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-20] ^= 1
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func swapStored(t *testing.T, _ *environment, l, other *line) {
	t.Helper()
	one, two := l.stored(t), other.stored(t)
	for _, move := range [][2]string{{one, one + ".x"}, {two, one}, {one + ".x", two}} {
		if err := os.Rename(move[0], move[1]); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever can write a recipient can not have the next record sealed to it: the signature of keyholder stands over dossier and compartment.
func TestNothingIsSealedToARecipientThatKeyholderDidNotSign(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	for _, attack := range []struct {
		name    string
		columns []string
	}{
		{"another's recipient under one's own signature", []string{"recipient"}},
		{"another's recipient with its signature", []string{"recipient", "signature"}},
	} {
		t.Run(attack.name, func(t *testing.T) {
			l := e.line(t, "case-01", false).to(t, "assignRapporteur")
			other := e.line(t, "case-01", false).to(t, "assignRapporteur")
			swap("dossier_keys", "compartment = 'medical'", attack.columns...)(t, e, l, other)
			before := l.state(t)
			a := e.as(t, "med-12").call(t, l.call("saveReport", l.given.ReportBody()))
			if a.Status != 500 && a.Status != 503 {
				t.Fatalf("want 500 or 503, got %s", a)
			}
			e.isProblem(t, a)
			if after := l.state(t); after != before {
				t.Errorf("something was written: before %+v, after %+v", before, after)
			}
			found := e.entries(t, a)
			if len(found) != 1 || found[0].Outcome != "FAILED" {
				t.Errorf("%s: want one entry FAILED, got %+v", a, found)
			}
		})
	}
}

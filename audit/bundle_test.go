package audit_test

import (
	"encoding/csv"
	"flag"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pb33f/jsonschema/v6"
	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/internal/dev/pgtest"
)

var exported = flag.Int("exported", 8_000, "entries that TestAnExportHoldsAFewEntriesAtATime exports")

// signedMany is a log of many entries, numbered and signed.
func signedMany(t *testing.T, count int) (*pgxpool.Pool, note.Verifier) {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	fillMany(t, owner, count)
	for integrated := int64(0); integrated < int64(count); {
		integrate(t, app)
		var err error
		if integrated, err = audit.Size(t.Context(), app); err != nil {
			t.Fatal(err)
		}
	}
	signer, log := ownLog(t)
	signHead(t, app, signer, log)
	return app, log
}

func export(t *testing.T, app *pgxpool.Pool, s audit.Search, format string) string {
	t.Helper()
	var out strings.Builder
	if _, err := s.Export(t.Context(), app, "medical", format, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A bundle proves each of its entries with the log's public key alone; whatever is changed, cut or taken out of it is found, at its line.
func TestABundleIsCheckedToItsEnd(t *testing.T) {
	t.Parallel()
	app, log := signedMany(t, 700)
	search := audit.Search{Subject: "00000000-0000-4000-8000-000000000001"}
	found, err := audit.Search{Subject: search.Subject, Limit: 200}.Find(t.Context(), app)
	if err != nil || len(found) < 2 {
		t.Fatalf("%d entries, %v", len(found), err)
	}
	o := audit.VerifyOptions{Log: log}
	verify := func(text string) audit.BundleReport {
		t.Helper()
		r, err := audit.VerifyBundle(strings.NewReader(text), o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, s := range []audit.Search{search, {}, {Rule: "NOTHING"}} {
		whole := export(t, app, s, audit.ProofBundle)
		if r := verify(whole); r.Line != 0 || r.Entries != int64(strings.Count(whole, "\n")-3) || r.Head.Size != 700 {
			t.Errorf("%+v: %+v", s, r)
		}
	}
	whole := export(t, app, search, audit.ProofBundle)
	lines := strings.SplitAfter(whole, "\n")
	lines = lines[:len(lines)-1]
	without := func(i int) string { return strings.Join(lines[:i], "") + strings.Join(lines[i+1:], "") }
	for name, c := range map[string]struct {
		text string
		line int64
		why  string
	}{
		"cut before its end":   {strings.Join(lines[:len(lines)-1], ""), int64(len(lines)), audit.BundleShape},
		"cut within a line":    {whole[:len(whole)-1], int64(len(lines)), audit.BundleShape},
		"an entry taken out":   {without(3), int64(len(lines) - 1), audit.BundleDigest},
		"an entry twice":       {strings.Join(lines[:3], "") + strings.Join(lines[2:], ""), 4, audit.BundleShape},
		"something after":      {whole + "x", int64(len(lines) + 1), audit.BundleShape},
		"no checkpoint":        {without(1), 2, audit.BundleShape},
		"another checkpoint":   {lines[0] + "Ym9uam91cgo=\n" + strings.Join(lines[2:], ""), 2, audit.BundleCheckpoint},
		"another file":         {"bonjour\n", 1, audit.BundleShape},
		"an entry out of line": {lines[0] + lines[1] + lines[3] + lines[2] + strings.Join(lines[4:], ""), 4, audit.BundleShape},
	} {
		if r := verify(c.text); r.Line != c.line || r.Broken != c.why {
			t.Errorf("%s: line %d, %q; want %d, %q", name, r.Line, r.Broken, c.line, c.why)
		}
	}
	for range 2000 {
		changed := []byte(whole)
		at := rand.IntN(len(changed))
		changed[at] ^= byte(1 + rand.IntN(255))
		if r := verify(string(changed)); r.Line == 0 || r.Line > int64(strings.Count(whole[:at], "\n")+1) && r.Broken != audit.BundleDigest {
			t.Fatalf("byte %d changed from %q to %q: %+v", at, whole[at], changed[at], r)
		}
	}
	_, other := ownLog(t)
	if r, err := audit.VerifyBundle(strings.NewReader(whole), audit.VerifyOptions{Log: other}); err != nil || r.Broken != audit.BundleCheckpoint {
		t.Errorf("under another key: %+v, %v", r, err)
	}
}

// Every AuditEvent fits the closed schema, which can refuse.
func TestExportedAuditEventsFitTheirSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile("testdata/auditevent.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	_, app := pgtest.Database(t, "server")
	intent := audit.NewID()
	for _, change := range []func(*audit.Entry){
		func(*audit.Entry) {},
		func(e *audit.Entry) {
			e.ID, e.Outcome, e.Retention, e.Digests = intent, audit.Intent, audit.Access, nil
		},
		func(e *audit.Entry) {
			e.Outcome, e.Intent, e.Bytes, e.Retention = audit.Served, intent, 9, audit.Access
		},
		func(e *audit.Entry) { e.Outcome, e.Intent, e.Retention = audit.Broken, intent, audit.Access },
		func(e *audit.Entry) { e.Outcome, e.Decision, e.Rule = audit.Refused, audit.Deny, "NOT_ASSIGNED" },
		func(e *audit.Entry) { e.Outcome, e.Rule = audit.Failed, "INTERNAL" },
		func(e *audit.Entry) { e.Outcome, e.Action = audit.Replayed, "referral.create" },
		func(e *audit.Entry) {
			e.Action, e.ObjectKind, e.Object, e.Item = "certificate.receive", "referral", audit.NewID(), ""
		},
		func(e *audit.Entry) {
			e.Subject, e.Session, e.Role, e.Purpose, e.Object, e.ObjectKind, e.RequestID = "sweep", "", "SYSTEM", "", "", "", ""
		},
	} {
		e := entry()
		change(&e)
		mustAdd(t, app, e)
	}
	integrateAll(t, app)
	signer, log := ownLog(t)
	signHead(t, app, signer, log)
	lines := strings.Split(strings.TrimSuffix(export(t, app, audit.Search{}, audit.FHIR), "\n"), "\n")
	if len(lines) != 9 {
		t.Fatalf("%d events", len(lines))
	}
	fits := func(text string) error {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return schema.Validate(value)
	}
	for _, line := range lines {
		if err := fits(line); err != nil {
			t.Errorf("%v: %s", err, line)
		}
	}
	for _, change := range [][2]string{ // each makes of the second event, a reading, what is none
		{`"110152"`, `"110150"`}, {`"IRCP"`, `"AUT"`}, {`"requestor":true`, `"requestor":false`}, {`"action":"R"`, `"action":"E"`}, {`"code":"read"`, `"code":"search"`},
		{`"outcome":"0"`, `"outcome":"4"`}, {`"resourceType"`, `"diagnosis":"x","resourceType"`}, {`"type":"Patient",`, ``}, {`"recorded":"2026`, `"recorded":"26`},
		{`"meta":{"profile":["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"]},`, ``},
	} {
		broken := strings.Replace(lines[1], change[0], change[1], 1)
		if broken == lines[1] || fits(broken) == nil {
			t.Errorf("the schema takes %s for %s in %s", change[1], change[0], lines[1])
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	e := entry()
	e.Object, e.Item = "-1.cmd", "plain"
	mustAdd(t, app, e)
	integrateAll(t, app)
	signer, log := ownLog(t)
	signHead(t, app, signer, log)
	reader := csv.NewReader(strings.NewReader(export(t, app, audit.Search{}, audit.CSV)))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != 20 {
		t.Fatalf("%v, %v", rows, err)
	}
	for i, cell := range rows[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
			t.Errorf("%s: %q", rows[0][i], cell)
		}
	}
	if rows[1][9] != "'-1.cmd" || rows[1][0] != "0" || rows[1][2] != e.ID {
		t.Errorf("%q", rows[1])
	}
}

// watched measures the memory of the program now and then while it takes what is written.
type watched struct{ written, next, most uint64 }

func (w *watched) Write(p []byte) (int, error) {
	w.written += uint64(len(p))
	if w.written >= w.next {
		w.next = w.written + 1<<20
		w.most = max(w.most, heap())
	}
	return len(p), nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// An export with proofs, and its verification, hold a few entries at a time: under 64 MiB for a million (-exported 1000000).
func TestAnExportHoldsAFewEntriesAtATime(t *testing.T) {
	app, log := signedMany(t, *exported)
	bound := uint64(64 << 20)
	if *exported < 1_000_000 {
		bound = 4 << 20 // less than what is written
	}
	for _, format := range []string{audit.CSV, audit.FHIR, audit.ProofBundle} {
		var out watched
		before, begun := heap(), time.Now()
		n, err := audit.Search{}.Export(t.Context(), app, "medical", format, &out)
		if err != nil || n != int64(*exported) {
			t.Fatalf("%s: %d entries, %v", format, n, err)
		}
		t.Logf("%s: %d entries, %d MiB, %v; %d MiB of memory", format, n, out.written>>20, time.Since(begun).Round(time.Millisecond), (max(out.most, before)-before)>>20)
		if out.most > before+bound {
			t.Errorf("%s: %d MiB of memory", format, (out.most-before)>>20)
		}
	}
	reader, writer := io.Pipe()
	go func() {
		_, err := audit.Search{}.Export(t.Context(), app, "medical", audit.ProofBundle, writer)
		writer.CloseWithError(err)
	}()
	before, begun := heap(), time.Now()
	var out watched
	r, err := audit.VerifyBundle(io.TeeReader(reader, &out), audit.VerifyOptions{Log: log})
	if err != nil || r.Line != 0 || r.Entries != int64(*exported) {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("exported and verified: %v; %d MiB of memory", time.Since(begun).Round(time.Millisecond), (max(out.most, before)-before)>>20)
	if out.most > before+bound {
		t.Errorf("verifying: %d MiB of memory", (out.most-before)>>20)
	}
}

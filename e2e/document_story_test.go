package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The opinion as a document: what the last member sees before he signs is what the prefecture downloads, but for the seal; a reader that is
// not ours shows the seal as valid; and the names were opened once, by the one who signed last, under an entry of its own.
func TestThePrefectureDownloadsTheDocumentThatTheCollegeSaw(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "settleOpinion")
	var signed answer
	var seen []byte
	for !strings.HasPrefix(l.steps()[l.next].name, "getOpinion") {
		if strings.HasPrefix(l.steps()[l.next].name, "signOpinion") {
			seen = e.as(t, l.steps()[l.next].who).do(t, l.call("previewOpinionPdf", nil)).Body
		}
		l.one(t)
		signed = l.last
	}
	var names []string
	for _, one := range e.entries(t, signed) {
		if one.Action == "dossier.open" {
			names = append(names, one.Outcome+" "+one.Purpose)
		}
	}
	if strings.Join(names, ", ") != "INTENT COLLEGE, SERVED COLLEGE" && strings.Join(names, ", ") != "SERVED COLLEGE, INTENT COLLEGE" {
		t.Errorf("entries of the names' opening: %v", names)
	}
	l.to(t, "getOpinion")
	download := call{op: "getOpinionPdf", path: map[string]string{"referral": l.referral}}
	document := e.at(t, serverZone, l.agent).do(t, download).Body
	gap := regexp.MustCompile(`/Contents <[0-9a-f]*>`)
	if !bytes.Equal(gap.ReplaceAll(document, nil), gap.ReplaceAll(seen, nil)) || bytes.Equal(document, seen) {
		t.Error("the document is not the one that the college saw, with a seal")
	}
	e.isSealed(t, document)
	if v := e.at(t, serverZone, l.agent).do(t, call{op: "verifyOpinion", path: map[string]string{"referral": l.referral}}).object(t); v["holds"] != true {
		t.Errorf("verification: %v", v)
	}
	e.isProven(t, l)
	want := refusal{status: 404, code: "not_found", rule: "WRONG_PREFECTURE", hidden: true}
	all(t, l, e.as(t, "pref-93"), want,
		asking{"downloading the document", func(*line) call { return download }},
		asking{"verifying it", func(l *line) call { return call{op: "verifyOpinion", path: map[string]string{"referral": l.referral}} }},
	)
	e.logsTellNothing(t, l)
}

// isSealed asks poppler and qpdf, with the authority of this environment as the only one that is trusted.
func (e *environment) isSealed(t *testing.T, document []byte) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "avis.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	run("qpdf", "--check", path)
	run("certutil", "-N", "-d", "sql:"+dir, "--empty-password")
	run("certutil", "-A", "-d", "sql:"+dir, "-n", "seal", "-t", "C,C,C", "-i", filepath.Join(e.dir, "keys", "keystore", "opinion-ca.pem"))
	said := run("pdfsig", "-nssdir", "sql:"+dir, path)
	for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed"} {
		if !strings.Contains(said, want) {
			t.Errorf("pdfsig does not say %q:\n%s", want, said)
		}
	}
}

// An opinion whose document the other zone renders otherwise is set aside: nobody there sees it, what comes after it is delivered, and once the
// cause is mended and the medical program started anew, it arrives.
func TestAnOpinionThatTheOtherZoneRendersOtherwiseWaitsAside(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "settleOpinion")
	rename := func(from, to string) {
		t.Helper()
		conn := e.database(t, serverZone)
		defer conn.Close(t.Context())
		done, err := conn.Exec(t.Context(), "UPDATE server.decision_lines SET given_name = $2 WHERE given_name = $1 AND ref = 'DEC-2026-01'", from, to)
		if err != nil || done.RowsAffected() != 1 {
			t.Fatalf("%v, %d rows", err, done.RowsAffected())
		}
	}
	rename("Bertrand", "Bertrande")
	for l.steps()[l.next].name != "getOpinion" {
		l.one(t)
	}
	e.calm(t)
	if codes := l.codes(t); codes["N6"] != 0 || codes["N3"] != 1 {
		t.Errorf("the prefecture has %v", codes)
	}
	e.alarmed(t, "ALARM: an opinion was set aside", "ALARM: the other zone set an opinion aside")
	next := e.line(t, "case-01", false).to(t, "receiveCertificate")
	e.calm(t)
	if codes := next.codes(t); codes["N1"] != 1 {
		t.Errorf("what came after it was held back: %v", codes)
	}

	rename("Bertrande", "Bertrand")
	e.kill(t, "medical")
	e.forget()
	l.to(t, "acknowledgeRelease")
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.quarantines q WHERE EXISTS (SELECT 1 FROM medical.quarantine_ends e WHERE e.seq = q.seq)"); n != 1 {
		t.Errorf("%d quarantines have ended, want 1", n)
	}
	e.logsTellNothing(t, l)
}

// alarmed: each text stands in a log.
func (e *environment) alarmed(t *testing.T, texts ...string) {
	t.Helper()
	var all strings.Builder
	for _, file := range e.logs(t) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	for _, text := range texts {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no log says %q", text)
		}
	}
}

package e2e_test

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cloison/crypto/custody/keystore"
)

// An auditor says who opened a dossier and what an account opened, and whether today's policy would still allow it; he hands over a bundle, which another
// machine that has nothing but the public key finds whole, and broken once a byte of it is another.
func TestAnAuditorAnswersAndHandsOverABundle(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "saveReport")
	auditor := e.at(t, medicalZone, "aud-01")
	search := func(filters ...string) []object {
		t.Helper()
		query := url.Values{"ground": {"PLAINTE"}, "limit": {"200"}}
		for i := 0; i < len(filters); i += 2 {
			query.Set(filters[i], filters[i+1])
		}
		return auditor.do(t, call{op: "searchAuditEntries", query: query}).items(t)
	}

	opened := search("object", l.dossier, "result", "OPENED", "action", "document.read")
	if len(opened) == 0 {
		t.Fatal("who opened this dossier: nobody is found")
	}
	first := opened[0]
	if first["name"] != "Rachid BENHAMLATI" || first["role"] != "MEDECIN" || first["object"] != l.dossier {
		t.Errorf("who opened this dossier: %v", first)
	}
	account, _ := first["subject"].(string)
	found := false
	for _, one := range search("account", "r.benhamlati", "result", "OPENED") {
		found = found || one["object"] == l.dossier
		if one["subject"] != account {
			t.Errorf("what did this account open: %v", one)
		}
	}
	if !found {
		t.Error("what did this account open: the dossier is not found")
	}
	entry, _ := first["id"].(string)
	why := auditor.do(t, call{op: "explainDecision", path: map[string]string{"entry": entry}}).object(t)
	now, _ := why["now"].(object)
	if why["kept"] != true || now["decision"] != "ALLOW" || now["rule"] != "ALLOW_RAPPORTEUR" {
		t.Errorf("would today's policy still allow it: %v", why)
	}

	var bundle answer
	eventually(t, "the openings of this dossier stand under a signed checkpoint", func() bool {
		bundle = auditor.do(t, call{op: "exportAudit", query: url.Values{"ground": {"PLAINTE"}, "format": {"bundle"}, "object": {l.dossier}, "result": {"OPENED"}}})
		return strings.Count(string(bundle.Body), "\n") >= 3+len(opened)
	})
	e.verifiesElsewhere(t, bundle.Body)
}

// verifiesElsewhere runs the tool in a folder that holds the public key of the medical log, what was handed over, and nothing else.
func (e *environment) verifiesElsewhere(t *testing.T, bundle []byte) {
	t.Helper()
	dir := t.TempDir()
	public, err := os.ReadFile(filepath.Join(e.dir, "keys", "keystore", keystore.CheckpointKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	tool := func(args ...string) (string, int) {
		t.Helper()
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), theWorld.program("cloison"), append([]string{"audit"}, args...)...)
		cmd.Dir, cmd.Env = dir, []string{"PATH=/nowhere"}
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	put := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("log.pub", public)
	key, code := tool("key", "--origin", "testclock.cloison.development.medical", "--public", "log.pub")
	if code != 0 {
		t.Fatal(key)
	}
	put("log.vkey", []byte(key))
	put("bundle", bundle)
	if said, code := tool("verify", "--testclock", "--key", "log.vkey", "bundle"); code != 0 || !strings.Contains(said, "entier") {
		t.Errorf("the bundle elsewhere: %d %s", code, said)
	}
	if said, code := tool("verify", "--key", "log.vkey", "bundle"); code != 2 {
		t.Errorf("a log kept under a test clock, taken for a real one: %d %s", code, said)
	}
	lines := bytes.SplitAfter(bundle, []byte("\n"))
	put("cut", bytes.Join(append(lines[:2:2], lines[3:]...), nil))
	if said, code := tool("verify", "--testclock", "--key", "log.vkey", "cut"); code != 1 || !strings.Contains(said, "rompu") {
		t.Errorf("a bundle that lacks an entry: %d %s", code, said)
	}
	changed := bytes.Clone(bundle)
	changed[len(lines[0])+len(lines[1])+40]++
	put("changed", changed)
	if said, code := tool("verify", "--testclock", "--key", "log.vkey", "changed"); code != 1 || !strings.Contains(said, "à la ligne 3") {
		t.Errorf("a bundle with another entry: %d %s", code, said)
	}
}

// The auditors' pages, as they are reached: no axe violation, at both widths and in both lights.
func TestTheAuditorsDeskByItsPages(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "saveReport")
	auditor := e.at(t, medicalZone, "aud-01")
	query := url.Values{"ground": {"DROITS"}, "object": {l.dossier}, "result": {"OPENED"}}
	var entry string
	eventually(t, "an opening of this dossier has its proof", func() bool {
		entry, _ = auditor.do(t, call{op: "searchAuditEntries", query: query}).items(t)[0]["id"].(string)
		return auditor.call(t, call{op: "getAuditProof", path: map[string]string{"entry": entry}}).Status == 200
	})
	r := e.browse(t, medicalZone, "aud-01")
	defer r.leave()
	for _, page := range []struct{ name, path, says string }{
		{"audit-journal", "/", "Le journal est-il entier"},
		{"audit-search", "/journal/recherche?" + query.Encode(), "Rachid BENHAMLATI"},
		{"audit-proof", "/journal/" + entry + "/preuve", "La politique d’aujourd’hui le permettrait encore."},
		{"audit-replay", "/journal/rejeu", "Décisions rejouées"},
		{"audit-alarms", "/journal/alertes", "Une alerte n’accuse personne"},
		{"audit-incident", "/journal/incident?ground=INCIDENT&account=r.benhamlati", "Pour la notification à la CNIL"},
		{"audit-samples", "/journal/tirages", "Tirer un mois"},
	} {
		r.open(page.path)
		if text := r.text(); !strings.Contains(text, page.says) {
			t.Errorf("%s does not say %q: %s", page.path, page.says, text[:min(len(text), 2000)])
		}
		r.inspect(page.name)
	}
}

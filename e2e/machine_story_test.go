package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of docs/machine-api.md, in its order, by the system of a prefecture for which an opinion has come.
func TestTheCommandsOfTheMachinePageRun(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(theWorld.root, "docs", "machine-api.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 6 {
		t.Fatalf("%d blocks of commands", len(blocks))
	}
	script := "set -euo pipefail\n"
	for i, block := range blocks {
		script += fmt.Sprintf("echo '== block %d'\n%s", i+1, block[1])
	}
	e := start(t, options{clock: sharedClock, machines: true})
	l := e.line(t, "case-01", false)
	l.to(t, "signOpinion "+l.lastSigner(t))
	e.calm(t)
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = t.TempDir()
	keys := filepath.Join(e.dir, "keys", "machines")
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "CLOISON_URL=" + strings.Replace(e.url(6), "http:", "https:", 1), "CLOISON_CA=" + filepath.Join(keys, "authority.pem"),
		"CLOISON_CERT=" + filepath.Join(keys, "si-75.pem"), "CLOISON_KEY=" + filepath.Join(keys, "si-75.key"), "OPINION_OF=" + l.referral}
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, lastLines(string(said), 20))
	}
	head := make([]byte, 5)
	file, err := os.Open(filepath.Join(cmd.Dir, "opinion.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Read(head); err != nil || string(head) != "%PDF-" {
		t.Errorf("the document begins with %q, %v", head, err)
	}
	if got := e.count(t, serverZone, "SELECT count(*) FROM server.acknowledgements WHERE referral = $1", l.referral); got != 1 {
		t.Errorf("%d acknowledgements", got)
	}
	if got := e.count(t, serverZone, "SELECT count(*) FROM server.referrals WHERE agdref IN ('9975100130', '9975100147', '9975100154')"); got != 3 {
		t.Errorf("%d referrals of the page", got)
	}
	e.calm(t)
	if got := e.count(t, medicalZone, "SELECT count(*) FROM medical.dossiers"); got != 4 {
		t.Errorf("%d dossiers", got)
	}
}

// lastSigner is the member whose signature issues the opinion.
func (l *line) lastSigner(t *testing.T) string {
	t.Helper()
	who := ""
	for _, s := range l.steps() {
		if strings.HasPrefix(s.name, "signOpinion ") {
			who = s.who
		}
	}
	return who
}

package e2e_test

import (
	"flag"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// largeFile is 500 MiB when a long run asks for it (make soak).
var largeFile = flag.Int64("large-file", 40<<20, "bytes of the piece in the file that leaves for a judge")

const leavingLimit = 64 << 20 // of the resident memory of medical, while a file leaves

// A medical file of any size is frozen for the judge, and handed over, in bounded memory: nothing of it is whole in one place but sealed.
func TestALargeFileLeavesForTheJudgeInLittleMemory(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock, maxDocument: *largeFile})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	content := generated{seed: 7, size: *largeFile}
	if a := l.send(t, l.announce(t, content), content, 0, nil); a.Status != http.StatusOK {
		t.Fatal(a)
	}
	l.to(t, "acknowledgeRelease")
	author, agent := e.as(t, l.who("saveReport")), e.as(t, l.agent)
	agent.do(t, l.about("recordDecision", object{"type": "DECISION_PREFET", "outcome": "REFUS"}))
	agent.do(t, l.about("declareAppeal", object{"type": "RECOURS_DEPOSE", "court": "Tribunal administratif de Paris", "case_number": "2601234"}))
	l.awaitEvent(t, "RECOURS_DEPOSE")
	e.as(t, l.secretary).do(t, l.call("recordSecrecyLifting", object{"type": "LEVEE_SECRET", "scope": "DOSSIER_COMPLET", "proof": "mémoire signé"}))

	toCourt := l.disclosure(object{"bundle": "L2", "requester": "ext:juridiction"})
	author.stepUp(t, author.call(t, toCourt))
	medical := memoryOf{t, e.pid("medical")}
	before := medical.now()
	var made answer
	frozen := medical.peak(func() { made = author.do(t, toCourt) })
	var handed int64
	served := medical.peak(func() { handed = l.handOver(t, author, made.object(t)["id"].(string)) })
	t.Logf("a file of %s: medical at %s before, at its highest %s while it is frozen, %s while it is handed over", mib(handed), mib(before), mib(frozen), mib(served))
	if handed < *largeFile {
		t.Errorf("%d bytes were handed over of a piece of %d", handed, *largeFile)
	}
	if highest := max(frozen, served); highest-before > leavingLimit {
		t.Errorf("medical grew by %s, more than %s", mib(highest-before), mib(leavingLimit))
	}
}

// handOver reads an archive to its end, and keeps none of it.
func (l *line) handOver(t *testing.T, who *person, disclosure string) int64 {
	t.Helper()
	path := strings.NewReplacer("{dossier}", l.dossier, "{disclosure}", disclosure).Replace(who.portal.ops["getDisclosure"].path)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, who.portal.base+path+"?"+url.Values{"purpose": {"CONTENTIEUX"}}.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := who.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("handing over: %d, %d bytes, %v", resp.StatusCode, n, err)
	}
	return n
}

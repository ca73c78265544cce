package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A court takes PDF alone: an image leaves under its number as it is printed, and beside as it came. A piece that was set aside is named with its
// reason, and is not there.
func TestAnImageLeavesForTheJudgeAsAPDF(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	clerk, author, agent := e.as(t, l.secretary), e.as(t, l.who("saveReport")), e.as(t, l.agent)
	scan, err := os.ReadFile(filepath.Join(theWorld.sample(), "documents", "c03-passeport-specimen.png"))
	if err != nil {
		t.Fatal(err)
	}
	give := func() string {
		body := with(with(with(l.given.Documents[0].Body(), "size", len(scan)), "declared_name", "passeport.png"), "media_type", "image/png")
		delete(body, "sha256")
		id := clerk.do(t, l.call("createDocument", body)).object(t)["id"].(string)
		sent := l.placing("uploadDocument", id, nil)
		sent.raw, sent.query = scan, map[string][]string{"offset": {"0"}, "complete": {"true"}}
		clerk.do(t, sent)
		return id
	}
	give()
	clerk.do(t, l.placing("withdrawDocument", give(), object{"reason_code": "DOUBLON"}))
	l.to(t, "acknowledgeRelease")
	agent.do(t, l.about("recordDecision", object{"type": "DECISION_PREFET", "outcome": "REFUS"}))
	agent.do(t, l.about("declareAppeal", object{"type": "RECOURS_DEPOSE", "court": "Tribunal administratif de Paris", "case_number": "2601234"}))
	l.awaitEvent(t, "RECOURS_DEPOSE")
	clerk.do(t, l.call("recordSecrecyLifting", object{"type": "LEVEE_SECRET", "scope": "DOSSIER_COMPLET", "proof": "mémoire signé"}))

	files := l.unpack(t, author, author.confirm(t, l.disclosure(object{"bundle": "L2", "requester": "ext:juridiction"})))
	var printed, whole int
	for name, content := range files {
		switch {
		case content == string(scan):
			whole++
		case strings.HasPrefix(name, "documents/") && strings.Contains(name, "-piece-") && strings.Contains(content, "/Subtype/Image"):
			printed++
		}
		if strings.HasPrefix(name, "documents/") && !strings.HasSuffix(name, ".pdf") {
			t.Errorf("%s is no PDF", name)
		}
	}
	if printed != 1 || whole != 1 {
		t.Errorf("printed %d times, as it came %d times, among %v", printed, whole, slices.Sorted(slices.Values(keys(files))))
	}
	if !strings.Contains(files["index.json"], "une pièce écartée le") || !strings.Contains(files["index.json"], "elle y est déjà") {
		t.Errorf("the index does not name what was set aside: %s", files["index.json"])
	}
}

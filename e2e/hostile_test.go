package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"cloison/internal/dev/hostile"
)

// Every hostile upload, by the way that a clerk's would take: refused with its reason, or kept and read back as the manifest says.
func TestHostileUploadsBehaveAsTheirManifestSays(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	uploads := make(chan hostile.Upload)
	var senders sync.WaitGroup
	for range 3 { // as many copies as one reader may have on their way
		senders.Go(func() {
			for u := range uploads {
				l.sendHostile(t, u)
			}
		})
	}
	for _, u := range hostile.Load(t) {
		uploads <- u
	}
	close(uploads)
	senders.Wait()
}

// sendHostile uploads one, and reads back what was kept.
func (l *line) sendHostile(t *testing.T, u hostile.Upload) {
	content := u.Content(t)
	body := with(with(with(l.given.Documents[0].Body(), "declared_name", u.Name), "media_type", u.Declared), "size", len(content))
	delete(body, "sha256")
	secretary := l.env.as(t, l.secretary)
	a := secretary.call(t, l.call("createDocument", body))
	if a.Status != http.StatusCreated {
		if !u.Allows("REJECT", a.Problem.Rule) {
			t.Errorf("%s: %s", u.ID, a)
		}
		return
	}
	id, _ := a.object(t)["id"].(string)
	sending := call{op: "uploadDocument", path: map[string]string{"dossier": l.dossier, "document": id}, raw: content,
		query: url.Values{"offset": {"0"}, "complete": {"true"}}}
	a = secretary.call(t, sending)
	if a.Status != http.StatusOK {
		if !u.Allows("REJECT", a.Problem.Rule) || a.Status != http.StatusUnprocessableEntity && a.Status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %s", u.ID, a)
		}
		if a := l.env.as(t, l.who("saveReport")).call(t, reading(l, id)); a.Status != http.StatusNotFound {
			t.Errorf("%s was refused, and reading it: %s", u.ID, a)
		}
		return
	}
	verdict, _ := a.object(t)["verdict"].(string)
	reason, _ := a.object(t)["reason"].(string)
	if !u.Allows(verdict, reason) {
		t.Errorf("%s: %s %s, expected %+v", u.ID, verdict, reason, u.Expected)
	}
	l.readHostile(t, u, id, verdict == "ACCEPT" || reason == "NAME_NEUTRALISED")
}

// traces are what stands in the hostile files and in nothing that is made of them.
var traces = []string{"/JavaScript", "/JS", "/XFA", "/Launch", "/SubmitForm", "/URI", "/EmbeddedFile", ".invalid", "<?php", "GPS", "MZ\x90", "PK\x03\x04"}

func (l *line) readHostile(t *testing.T, u hostile.Upload, id string, original bool) {
	physician := l.env.as(t, l.who("saveReport"))
	a := physician.call(t, reading(l, id))
	sum := sha256.Sum256(a.Body)
	same := hex.EncodeToString(sum[:]) == u.SHA256
	disposition := a.Header.Get("Content-Disposition")
	switch {
	case a.Status != http.StatusOK || !strings.HasPrefix(disposition, "attachment") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox"):
		t.Errorf("%s: reading it: %s, %q", u.ID, a, disposition)
	case original && !same:
		t.Errorf("%s is not read back byte for byte", u.ID)
	case !original && (same || !strings.Contains(disposition, "neutralisee")):
		t.Errorf("%s is read back as it came, %q", u.ID, disposition)
	}
	shown := reading(l, id)
	shown.op = "getDocumentRendition"
	b := physician.call(t, shown)
	if b.Status != http.StatusOK || b.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s: showing it: %s", u.ID, b)
	}
	if strings.HasPrefix(b.Header.Get("Content-Type"), "application/pdf") {
		shown.query = url.Values{"purpose": shown.query["purpose"], "alone": {"true"}}
		first := physician.call(t, shown)
		if first.Status != http.StatusOK || !bytes.HasPrefix(first.Body, []byte("%PDF")) || first.Header.Get("Document-Pages") != b.Header.Get("Document-Pages") {
			t.Errorf("%s: its first page alone: %s of %s pages, of %s", u.ID, first, first.Header.Get("Document-Pages"), b.Header.Get("Document-Pages"))
		}
		b.Body = append(b.Body, first.Body...)
	}
	for _, trace := range traces {
		if !original && bytes.Contains(a.Body, []byte(trace)) || bytes.Contains(b.Body, []byte(trace)) {
			t.Errorf("%s: %q is shown", u.ID, trace)
		}
	}
}

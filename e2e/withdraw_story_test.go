package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A piece of another person leaves the dossier: its clerk takes it back until a physician has opened it, then the physician sets it aside.
// It is read by nobody any more, and the dossier says so.
func TestAPieceOfAnotherPersonIsSetAside(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	physician, clerk := e.as(t, l.who("saveReport")), e.as(t, l.secretary)
	first, second := l.documents[0], l.documents[1]
	withdraw := func(id, reason string) call {
		return call{op: "withdrawDocument", path: map[string]string{"dossier": l.dossier, "document": id}, json: object{"reason_code": reason}}
	}
	refused := func(a answer, status int, rule string) {
		t.Helper()
		if a.Status != status || a.Problem.Rule != rule {
			t.Errorf("want %d %s: %s", status, rule, a)
		}
	}

	if a := clerk.call(t, withdraw(first, "c'est la pièce d'une autre")); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a reason in words: %s", a)
	}
	a := clerk.do(t, withdraw(first, "DOCUMENT_OTHER_PERSON"))
	flags, _ := a.object(t)["flags"].([]any)
	if !slices.Contains(flags, any("PIECE_ECARTEE")) {
		t.Errorf("the dossier does not show it: %v", flags)
	}
	refused(physician.call(t, reading(l, first)), http.StatusForbidden, "DOCUMENT_OTHER_PERSON")
	refused(clerk.call(t, withdraw(first, "DOUBLON")), http.StatusConflict, "DOCUMENT_EXCLUDED")

	physician.do(t, reading(l, second))
	refused(clerk.call(t, withdraw(second, "DOUBLON")), http.StatusConflict, "DOCUMENT_OPENED")
	physician.do(t, withdraw(second, "ILLISIBLE"))
	refused(physician.call(t, reading(l, second)), http.StatusConflict, "DOCUMENT_EXCLUDED")

	for _, shown := range physician.do(t, call{op: "listDocuments", path: map[string]string{"dossier": l.dossier}, query: reading(l, "").query}).items(t) {
		if excluded, _ := shown["excluded"].(object); excluded == nil || !strings.Contains("DOCUMENT_OTHER_PERSON ILLISIBLE", excluded["reason"].(string)) {
			t.Errorf("the list shows %v", shown["excluded"])
		}
	}
}

// A document that comes once the report was transmitted is an event of the dossier.
func TestADocumentThatComesLateIsAnEvent(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "transmitReport")
	content := generated{seed: 4, size: 1000}
	id := l.announce(t, content)
	if a := l.send(t, id, content, 0, nil); a.Status != http.StatusOK {
		t.Fatal(a)
	}
	var late []any
	for _, event := range l.shown(t)["events"].([]any) {
		if event := event.(object); event["type"] == "PIECE_RECUE" {
			ids, _ := event["data"].(object)["document_ids"].([]any)
			late = append(late, ids...)
		}
	}
	if !slices.Equal(late, []any{id}) {
		t.Errorf("documents said to come late: %v, want %s", late, id)
	}
}

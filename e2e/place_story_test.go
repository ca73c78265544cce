package e2e_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

func (l *line) placing(op, document string, body any) call {
	return call{op: op, path: map[string]string{"dossier": l.dossier, "document": document}, json: body}
}

// pieces is the list as a physician in charge reads it.
func (l *line) pieces(t *testing.T, who *person) []object {
	t.Helper()
	list := l.call("listDocuments", nil)
	list.query = url.Values{"purpose": {"INSTRUCTION"}}
	return who.do(t, list).items(t)
}

// A piece that stands in the wrong dossier is taken to the other one by the physician in charge of both: there it is read, byte for byte; here its
// date and its reason remain, and nothing opens it.
func TestAPieceIsMovedByThePhysicianOfBothDossiers(t *testing.T) {
	t.Parallel()
	e := shared(t)
	one, other := e.line(t, "case-01", false).to(t, "assignRapporteur"), e.line(t, "case-01", false).to(t, "assignRapporteur")
	elsewhere := e.line(t, "case-01", false).to(t, "createReferral")
	author, clerk, document := e.as(t, one.who("saveReport")), e.as(t, one.secretary), one.documents[1]
	to := func(dossier string) call {
		return one.placing("moveDocument", document, object{"to": dossier, "reason_code": "DEPLACEE_AUTRE_PERSONNE"})
	}
	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"by the secretariat", clerk, to(other.dossier), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"by a physician of none", e.as(t, "med-05"), to(other.dossier), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"to a dossier of another physician", author, to(elsewhere.dossier), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"to a dossier that never was", author, to(invented), refusal{404, "not_found", "NOT_FOUND", true}},
		{"to where it stands", author, to(one.dossier), refusal{422, "invalid", "", false}},
		{"for a reason in words", author, one.placing("moveDocument", document, object{"to": other.dossier, "reason_code": "erreur"}), refusal{422, "invalid", "", false}},
	} {
		t.Run(x.name, func(t *testing.T) { one.refused(t, x.who, x.call, x.want) })
	}

	before := len(other.pieces(t, author))
	moved := author.do(t, to(other.dossier))
	one.refused(t, author, reading(one, document), refusal{409, "conflict", "DOCUMENT_EXCLUDED", false})
	one.refused(t, author, to(other.dossier), refusal{409, "conflict", "DOCUMENT_EXCLUDED", false})

	there := other.pieces(t, author)
	taken := there[slices.IndexFunc(there, func(piece object) bool { return !slices.Contains(other.documents, piece["id"].(string)) })]
	if len(there) != before+1 {
		t.Fatalf("%d pieces stand there, after %d", len(there), before)
	}
	if taken["label"] != one.given.Documents[1].Body()["label"] || taken["excluded"] != nil || taken["complete"] != true || taken["id"] == document {
		t.Errorf("it stands there as %v", taken)
	}
	if read := author.do(t, reading(other, taken["id"].(string))); !bytes.Equal(read.Body, one.content(t, 1)) {
		t.Error("it is not the same, byte for byte")
	}
	for _, here := range one.pieces(t, author) {
		excluded, _ := here["excluded"].(object)
		if (excluded != nil) != (here["id"] == document) || excluded != nil && excluded["reason"] != "DEPLACEE_AUTRE_PERSONNE" {
			t.Errorf("the trace here: %v of %v", here["excluded"], here["id"])
		}
	}
	objects := map[string]string{}
	for _, entry := range e.entries(t, moved) {
		if entry.Outcome == "DONE" {
			objects[entry.Action] = entry.Object
		}
	}
	if objects["document.move"] != one.dossier || objects["document.take"] != other.dossier {
		t.Errorf("the log of each dossier: %v", objects)
	}
	one.visit(t, one.who("saveReport"), "/pieces/"+one.documents[0]+"/deplacement")
}

// A PDF that is two pieces becomes two: each opens once it was inspected, and the whole no more.
func TestAPieceIsSplitInTwo(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	author, clerk, document := e.as(t, l.who("saveReport")), e.as(t, l.secretary), l.documents[0]
	after := func(page int) call {
		return l.placing("splitDocument", document, object{"after": page, "first_label": "Première page", "second_label": ""})
	}
	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"by the secretariat", clerk, after(1), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"by a physician of none", e.as(t, "med-05"), after(1), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"after its last page", author, after(2), refusal{422, "invalid", "", false}},
		{"before its first", author, after(0), refusal{422, "invalid", "", false}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}

	author.do(t, after(1))
	l.refused(t, author, reading(l, document), refusal{409, "conflict", "DOCUMENT_EXCLUDED", false})
	var labels []any
	for _, piece := range l.pieces(t, author) {
		if piece["excluded"] != nil || piece["id"] == l.documents[1] {
			continue
		}
		labels = append(labels, piece["label"])
		read := author.do(t, reading(l, piece["id"].(string)))
		if piece["pages"] != 1.0 || !bytes.HasPrefix(read.Body, []byte("%PDF-")) || read.Status != http.StatusOK {
			t.Errorf("%v: %d bytes of %v pages", piece["label"], len(read.Body), piece["pages"])
		}
	}
	if !slices.Equal(labels, []any{"Première page", l.given.Documents[0].Body()["label"]}) {
		t.Errorf("in its place: %v", labels)
	}
	l.visit(t, l.who("saveReport"), "/pieces/"+l.documents[1]+"/scission")
}

// A piece of another person is set aside once all have answered: whoever sits is told before he signs, by a task and by the pages, and any of them has
// the three answer again, although their answers agree. Where nothing changed, a majority stands.
func TestAPieceThatGoesAfterAnAnswerOpensARound(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false).to(t, "composeCollege")
	var members []string
	for _, member := range l.seated(t) {
		members = append(members, member.(string))
	}
	for _, member := range members {
		l.member(t, member, "giveAnswers", favourable(1, 1, 12))
	}
	juror, again := l.env.as(t, members[0]), l.composition("openRound", 1, nil)
	l.refused(t, juror, again, refusal{409, "conflict", "MAJORITY_REACHED", false})
	l.visit(t, members[0], "/synthese").seesNot("Le dossier a changé")

	l.env.as(t, members[1]).do(t, l.placing("withdrawDocument", l.documents[1], object{"reason_code": "DOCUMENT_OTHER_PERSON"}))
	if open := l.openTasks(t); !slices.Equal(open, []string{"PIECE_CHANGEE_APRES_REPONSE"}) {
		t.Errorf("tasks: %v", open)
	}
	for _, tail := range []string{"/synthese", "/compositions/1/tour"} {
		l.visit(t, members[0], tail).sees("Le dossier a changé depuis une réponse", "écartée, déplacée ou scindée", "à confirmer")
	}
	juror.do(t, again)
	if open := l.openTasks(t); len(open) != 0 {
		t.Errorf("tasks after: %v", open)
	}
	for _, member := range members {
		l.member(t, member, "giveAnswers", favourable(1, 2, 12))
	}
	l.refused(t, juror, again, refusal{409, "conflict", "MAJORITY_REACHED", false})
}

// The page of the answers is its members' alone: for the secretariat it is refused, and opens nothing; a member reads the report there before he answers.
func TestWhoDoesNotSitReadsNothingBeforeAnswering(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false).to(t, "composeCollege")
	page, _, err := l.env.as(t, l.secretary).get(t.Context(), "/dossiers/"+l.dossier+"/reponses", "text/html")
	if err != nil || page.Status != http.StatusForbidden || bytes.Contains(page.Body, []byte("Rapport médical")) {
		t.Errorf("the secretariat: %v %s", err, page)
	}
	member, _ := l.seated(t)[0].(string)
	l.visit(t, member, "/reponses").sees("Rapport médical")
}

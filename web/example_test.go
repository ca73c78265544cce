package web

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAnExampleThatIsNotReadDoesNotStart(t *testing.T) {
	t.Parallel()
	type noted struct {
		Text string `json:"text"`
	}
	with := func(body string) Operation {
		return Op("writeText", "POST", "/texts", "note.write", func(*Call, noted) (Reply[noted], error) { return OK(noted{}), nil }, Example(body))
	}
	for body, says := range map[string]string{`{"text": "a"}`: "", `{"texte": "a"}`: "writeText", `{"text": 1}`: "writeText", `{`: "writeText"} {
		err := with(body).check()
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", body, err)
		}
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(newPortal(t, with(`{"text": "a"}`)).do(t, "GET", "/api/openapi.json", "").body), &document); err != nil {
		t.Fatal(err)
	}
	if got := dig(document, "paths./api/v1/texts.post.requestBody.content.application/json.example.text"); got != "a" {
		t.Errorf("the document shows %v", got)
	}
}

func TestBareOperationsHaveNoPages(t *testing.T) {
	t.Parallel()
	op := Op("readNotes", "GET", "/notes", "note.read", func(*Call, None) (Reply[None], error) { return OK(None{}), nil }, Page("/notes", "list", func(*Call, None) any { return nil }))
	bare := Bare([]Operation{op})
	if len(bare) != 1 || len(bare[0].pages()) != 0 || len(op.pages()) != 1 {
		t.Errorf("bare: %v, before: %v", bare[0].pages(), op.pages())
	}
}

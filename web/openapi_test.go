package web

import (
	"encoding/json"
	"testing"
)

// The document is compared where others rely on it: names, places, what is required, what is closed.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	type item struct {
		ID string `json:"id"`
	}
	p := newPortal(t,
		Op("listNotes", "GET", "/dossiers/:dossier/notes", "note.list", func(_ *Call, _ struct {
			Dossier string `path:"dossier"`
			Cursor
		}) (Reply[List[item]], error) {
			return OK(NewList[item](nil, "")), nil
		}),
		Op("readContent", "GET", "/content", "note.read", func(*Call, None) (Reply[Binary], error) { return Reply[Binary]{}, nil }),
		Op("readPaper", "GET", "/paper", "note.read", func(*Call, None) (Reply[Binary], error) { return Reply[Binary]{}, nil }, Gives("application/pdf")),
	)
	var document map[string]any
	if err := json.Unmarshal([]byte(p.do(t, "GET", "/api/openapi.json", "").body), &document); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"openapi": "3.1.0",
		"paths./api/v1/dossiers/{dossier}/notes.post.operationId":                                                "writeNote",
		"paths./api/v1/dossiers/{dossier}/notes.post.requestBody.content.application/json.schema.$ref":           "#/components/schemas/NoteInput",
		"paths./api/v1/dossiers/{dossier}/notes.post.responses.201.content.application/json.schema.$ref":         "#/components/schemas/NoteOutput",
		"paths./api/v1/dossiers/{dossier}/notes.post.responses.422.content.application/problem+json.schema.$ref": "#/components/schemas/Problem",
		"paths./api/v1/dossiers/{dossier}/notes.get.responses.200.content.application/json.schema.$ref":          "#/components/schemas/ListItem",
		"paths./api/v1/dossiers/{dossier}/content.put.requestBody.content.application/octet-stream.schema.type":  "string",
		"components.schemas.NoteOutput.additionalProperties":                                                     false,
	} {
		if got := dig(document, path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{"content.get.responses.200.content.application/octet-stream", "paper.get.responses.206.content.application/pdf"} {
		if dig(document, "paths./api/v1/"+path) == nil {
			t.Errorf("%s is not there", path)
		}
	}
}

func dig(value any, path string) any {
	object, ok := value.(map[string]any)
	if !ok || path == "" {
		return value
	}
	for key, inner := range object {
		if path == key {
			return inner
		}
		if len(path) > len(key) && path[:len(key)+1] == key+"." {
			if found := dig(inner, path[len(key)+1:]); found != nil {
				return found
			}
		}
	}
	return nil
}

package web

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"cloison/act"
)

func TestStrictDecoding(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
		says   string
	}{
		"whole":                {`{"kind":"A","months":3,"stages":[{"requested":true,"note":"n"}],"requested":true,"note":"x"}`, 201, "", ""},
		"least":                {`{"kind":"B"}`, 201, "", ""},
		"unknown":              {`{"kind":"A","outcome":"FAVORABLE"}`, 400, "unknown_field", "« outcome »"},
		"unknown inside":       {`{"kind":"A","stages":[{"free":1}]}`, 400, "unknown_field", "« free »"},
		"unknown with text":    {`{"kind":"A","le patient souffre":1}`, 400, "unknown_field", "un champ qui"},
		"long name":            {`{"kind":"A","` + strings.Repeat("x", 65) + `":1}`, 400, "unknown_field", "un champ qui"},
		"other case":           {`{"Kind":"A"}`, 400, "unknown_field", "« Kind »"},
		"other case inside":    {`{"kind":"A","stages":[{"NOTE":"n"}]}`, 400, "unknown_field", "« NOTE »"},
		"field of the path":    {`{"kind":"A","Dossier":"x"}`, 400, "unknown_field", "« Dossier »"},
		"doubled":              {`{"kind":"A","kind":"B"}`, 400, "malformed", ""},
		"doubled inside":       {`{"kind":"A","stages":[{"note":"a","note":"b"}]}`, 400, "malformed", ""},
		"doubled by escape":    {`{"kind":"A","\u006bind":"B"}`, 400, "malformed", ""},
		"two bodies":           {`{"kind":"A"}{"kind":"B"}`, 400, "malformed", ""},
		"no object":            {`["kind"]`, 400, "malformed", ""},
		"cut":                  {`{"kind":"A"`, 400, "malformed", ""},
		"not UTF-8":            {"{\"kind\":\"\xff\"}", 400, "malformed", ""},
		"empty":                {``, 400, "malformed", ""},
		"too deep":             {`{"stages":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, 400, "malformed", ""},
		"wrong type":           {`{"kind":"A","months":"three"}`, 422, "invalid", "« months »"},
		"not of the list":      {`{"kind":"C"}`, 422, "invalid", "« kind » (valeurs admises : A, B)"},
		"missing":              {`{}`, 422, "invalid", "« kind » (obligatoire)"},
		"too long inside":      {`{"kind":"A","stages":[{"note":"12345678901"}]}`, 422, "invalid", "« stages[0].note » (trop long, maximum 10)"},
		"too long in embedded": {`{"kind":"A","note":"12345678901"}`, 422, "invalid", "« note » (trop long"},
		"too large":            {`{"kind":"` + strings.Repeat("A", BodyLimit) + `"}`, 413, "too_large", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.write(t, c.body)
			if got.status != c.status || got.problem.Code != c.code || !strings.Contains(got.problem.Detail, c.says) {
				t.Errorf("got %d %+v %s, want %d %s %s", got.status, got.problem, got.body, c.status, c.code, c.says)
			}
		})
	}
	if len(*p.calls) != 2 {
		t.Errorf("%d calls reached the handler, want 2", len(*p.calls))
	}
}

// encoding/json alone would take these: the guard is the walk over the tokens.
func TestEncodingJSONAloneIsNotStrict(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"Kind":"A"}`, `{"kind":"A","kind":"B"}`} {
		decoder := json.NewDecoder(strings.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(new(noteInput)); err != nil {
			t.Errorf("encoding/json refuses %s by itself now: %v", body, err)
		}
		if err := decode([]byte(body), new(noteInput)); err == nil {
			t.Errorf("decode takes %s", body)
		}
	}
}

func TestUnknownFieldIsRecorded(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	got := p.write(t, `{"kind":"A","sens":"x"}`, "Idempotency-Key", "k1")
	if len(p.book.entries) != 1 || p.book.entries[0] != "note.write unknown_field" {
		t.Fatalf("entries %v", p.book.entries)
	}
	a := p.book.acts[0]
	if a.Object != (act.Object{Kind: "dossier", ID: dossierID}) || a.RequestID != got.header.Get("X-Request-Id") || a.ReadOnly {
		t.Errorf("act %+v", a)
	}
	p.do(t, "POST", Prefix+"/dossiers/Jean-Dupont/notes", `{"kind":"A"}`)
	if last := p.book.acts[len(p.book.acts)-1]; last.Object != (act.Object{}) {
		t.Errorf("text of the address stands in the entry: %+v", last.Object)
	}
}

func TestUnrecordedRefusalIsUnavailable(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	p.book.fails = act.NewError(act.Unavailable, "")
	if got := p.write(t, `{"x":1}`); got.status != 503 || got.problem.Code != "unavailable" {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestAuthenticationComesBeforeDecoding(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	if got := p.write(t, `{"x":1}`, "X-Test-User", ""); got.status != 401 || got.problem.Code != "unauthenticated" {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if len(p.book.entries) != 0 {
		t.Errorf("entries %v", p.book.entries)
	}
}

// FuzzDecode: what decode takes, encodes to members that the type has, and decodes again to the same value.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"kind":"A"}`, `{"Kind":"A"}`, `{"kind":"A","kind":"B"}`, `{"stages":[{"note":"n"}]}`, `{"a":{`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var first, second noteInput
		if decode(raw, &first) != nil {
			return
		}
		var loose map[string]json.RawMessage
		if err := json.Unmarshal(raw, &loose); err != nil {
			t.Fatalf("took what is no object: %q", raw)
		}
		names := members(inputType)
		for name := range loose {
			if _, known := names[name]; !known {
				t.Fatalf("took member %q of %q", name, raw)
			}
		}
		if err := json.Unmarshal(raw, &second); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(second)
		if !bytes.Equal(a, b) {
			t.Fatalf("%s is not %s", a, b)
		}
	})
}

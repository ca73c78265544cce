package policy

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

type spelt string

func (spelt) MarshalText() ([]byte, error) { return []byte("as it says itself"), nil }

type writing struct {
	Said string `json:"said"`
}

func (w *writing) MarshalJSON() ([]byte, error) { return []byte(`"` + w.Said + `, aloud"`), nil }

type speaking struct {
	Said string `json:"said"`
}

func (speaking) MarshalText() ([]byte, error) { return []byte("as text"), nil }

// built is a struct that go vet would not let stand.
func built(fields ...reflect.StructField) any {
	return reflect.Zero(reflect.StructOf(fields)).Interface()
}

// Whatever a question holds, the rules read what its JSON says.
func TestAQuestionIsReadAsItsJSON(t *testing.T) {
	t.Parallel()
	questions := []Query{{}, signing()}
	for _, resource := range []any{&Dossier{}, &Disclosure{}, &Referral{}, &Release{}, &Portal{}, &Rota{}, &BudgetExtension{}, &Habilitation{}} {
		var q Query
		fill(reflect.ValueOf(&q.Subject).Elem(), "")
		fill(reflect.ValueOf(&q.Context).Elem(), "")
		fill(reflect.ValueOf(resource).Elem(), "")
		q.Resource = resource
		pointed := q
		q.Resource = reflect.ValueOf(resource).Elem().Interface()
		questions = append(questions, q, pointed)
		if fieldsOf(reflect.TypeOf(q.Resource)) == nil {
			t.Errorf("%T goes through JSON", q.Resource)
		}
	}
	draw := drawer{rand.New(rand.NewPCG(rand.Uint64(), 1))}
	for range 1000 {
		questions = append(questions, draw.query([]string{"dossier.get", "release.get", "rota.set"}))
	}
	type Embedded struct {
		Kind string `json:"kind"`
	}
	for _, resource := range []any{
		nil, true, 7, -1, int64(1) << 60, uint8(3), 1.5, "", "é \u2028 <&> \x00", "\xff\xfe\xc3", []string(nil), []string{}, []any{nil, "a", 1, []int{}},
		[]byte("bytes"), [2]string{"a", "b"}, time.Unix(0, 0), json.Number("1e3"), json.RawMessage(`{"a": [1.0, null]}`), spelt("x"), map[spelt]spelt{"k": "v"},
		map[string]any(nil), map[string]any{"seq": 1, "opinion": map[string]any{"x": []string{"\xff"}, "y": json.Number("12")}}, (*Dossier)(nil), new(*Member),
		struct {
			Embedded
			Kind string `json:"kind"`
		}{Embedded{"inner"}, "outer"},
		struct {
			*Embedded
			Own bool `json:"own"`
		}{nil, true},
		struct {
			Embedded `json:"named"`
			Left     string `json:"left,omitempty"`
		}{},
		struct {
			Unnamed, Other string
			hidden         string
		}{"a", "b", "c"},
		struct {
			Out string `json:"-"`
		}{"a"},
		struct {
			N int `json:"n,string"`
		}{3},
		struct {
			Embedded
			Other string `json:"kind"`
		}{Embedded{"inner"}, "outer"},
		writing{"a"}, &writing{"b"}, []*writing{{"c"}}, struct{ *writing }{&writing{"d"}}, speaking{"e"},
		built(reflect.StructField{Name: "hidden", PkgPath: "cloison/policy", Type: reflect.TypeFor[string](), Tag: `json:"hidden"`}),
		built(reflect.StructField{Name: "A", Type: reflect.TypeFor[string](), Tag: `json:"x"`}, reflect.StructField{Name: "B", Type: reflect.TypeFor[string](), Tag: `json:"x"`}),
		struct {
			When time.Time `json:"when"`
			Said []spelt   `json:"said"`
		}{time.Unix(0, 0), []spelt{"y"}},
	} {
		questions = append(questions, Query{Resource: resource})
	}
	for _, q := range questions {
		text, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ast.InterfaceToValue(q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := inputOf(reflect.ValueOf(q))
		if err != nil || got.Value.Compare(want) != 0 {
			t.Errorf("%s\nis read as %v, %v", text, got, err)
		}
	}
	for _, unreadable := range []any{make(chan int), []any{func() {}}, struct {
		C complex64 `json:"c"`
	}{}} {
		if got, err := inputOf(reflect.ValueOf(Query{Resource: unreadable})); err == nil {
			t.Errorf("%T is read as %v", unreadable, got)
		}
	}
}

package web

import (
	"reflect"
	"testing"

	"cloison/act"
)

type reportLike struct {
	Stage string `json:"stage"`
}

func (reportLike) UnknownField(name string) string {
	if name == "q5" {
		return "REPORT_FORBIDDEN_FIELD"
	}
	return ""
}

// An input that knows why it has no such field says so; the code stays unknown_field, for every input alike.
func TestAForbiddenFieldNamesItsRule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, rule string }{
		{`{"q5":"x"}`, "REPORT_FORBIDDEN_FIELD"},
		{`{"autre":"x"}`, ""},
		{`{"q 5":"x"}`, ""},
		{`{"stage":5}`, ""},
	} {
		var in reportLike
		refused, ok := withRule(reflect.TypeFor[reportLike](), decode([]byte(c.body), &in)).(*act.Error)
		if !ok || refused.Rule != c.rule || c.rule != "" && refused.Kind != act.UnknownField {
			t.Errorf("%s: %+v", c.body, refused)
		}
	}
	type plain struct{}
	refused, ok := withRule(reflect.TypeFor[plain](), decode([]byte(`{"q5":"x"}`), new(plain))).(*act.Error)
	if !ok || refused.Rule != "" {
		t.Errorf("an input that knows no rule: %+v", refused)
	}
}

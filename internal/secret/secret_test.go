package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const value = "CNRY-hors-de-vue"

type holder struct {
	S String
	B Bytes
	s String
	b Bytes
}

func TestNeverPrinted(t *testing.T) {
	t.Parallel()
	s, b := NewString(value), NewBytes([]byte(value))
	h := holder{s, b, s, b}
	shapes := map[string]any{
		"string": s, "bytes": b, "pointer": &s, "struct": h, "struct pointer": &h,
		"slice": []String{s}, "map": map[string]Bytes{"k": b}, "interface": []any{s, &b},
	}
	for name, v := range shapes {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T%v", "% x", "%10.3v", "%U", "%b"} {
			out := fmt.Sprintf(verb, v, v)
			if leaks(out) {
				t.Errorf("%s under %s printed %q", name, verb, out)
			}
		}
		if out, err := json.Marshal(v); err != nil || leaks(string(out)) {
			t.Errorf("%s in JSON: %s, %v", name, out, err)
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
		if leaks(log.String()) {
			t.Errorf("%s in slog: %s", name, log.String())
		}
	}
}

// leaks looks for the value as text, as hexadecimal and as a list of numbers, which is how fmt would print the bytes inside.
func leaks(out string) bool {
	decimal := strings.Trim(fmt.Sprint([]byte(value)), "[]")
	lower := strings.ToLower(out)
	return strings.Contains(out, value) || strings.Contains(strings.ReplaceAll(lower, " ", ""), fmt.Sprintf("%x", value)) ||
		strings.Contains(out, decimal)
}

func TestReveal(t *testing.T) {
	t.Parallel()
	if got := NewString(value).Reveal(); got != value {
		t.Errorf("String.Reveal = %q", got)
	}
	if got := NewBytes([]byte(value)).Reveal(); string(got) != value {
		t.Errorf("Bytes.Reveal = %q", got)
	}
	if (String{}).Reveal() != "" || (Bytes{}).Reveal() != nil {
		t.Error("the zero value reveals something")
	}
}

package family

import (
	"strings"
	"testing"
)

// A clerk's free text, sent as a code, a field, or a value, comes back in no error.
func TestAnEventThatCannotBeReadIsNotRepeated(t *testing.T) {
	t.Parallel()
	const word = "CANARI"
	for _, sent := range []struct{ code, text string }{
		{word, `{}`},
		{Moved{}.Type(), `{"` + word + `": 1}`},
		{Moved{}.Type(), `{"on": "` + word + `"}`},
		{Died{}.Type(), `"` + word + `"`},
		{Closed{}.Type(), `{` + word},
	} {
		if _, err := DecodeData(sent.code, []byte(sent.text)); err == nil || strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", sent.code, err)
		}
	}
}

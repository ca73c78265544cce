package canonical

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

type value struct {
	A string          `json:"a"`
	N int             `json:"n"`
	R json.RawMessage `json:"r"`
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"its own encoding":   {`{"a":"é<&>","n":1,"r":{"x":null}}`, true},
		"a space":            {`{"a":"", "n":1,"r":null}`, false},
		"another order":      {`{"n":1,"a":"","r":null}`, false},
		"a key twice":        {`{"a":"x","a":"y","n":1,"r":null}`, false},
		"another case":       {`{"A":"","n":1,"r":null}`, false},
		"an unknown key":     {`{"a":"","n":1,"r":null,"z":1}`, false},
		"a missing key":      {`{"a":"","n":1}`, false},
		"an escaped letter":  {`{"a":"\u0061","n":1,"r":null}`, false},
		"another number":     {`{"a":"","n":1.0,"r":null}`, false},
		"a space inside raw": {`{"a":"","n":1,"r":{ }}`, false},
		"two values":         {`{"a":"","n":1,"r":null}{}`, false},
		"a newline":          {"{\"a\":\"\",\"n\":1,\"r\":null}\n", false},
		"nothing":            {``, false},
	} {
		t.Run(name, func(t *testing.T) {
			var v value
			err := Unmarshal([]byte(c.text), &v)
			if (err == nil) != c.ok || (err != nil && !errors.Is(err, ErrNotCanonical)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFieldsAreNotAmbiguous(t *testing.T) {
	t.Parallel()
	lists := [][][]byte{{[]byte("ab"), []byte("c")}, {[]byte("a"), []byte("bc")}, {[]byte("abc")}, {[]byte("abc"), nil}}
	for i, a := range lists {
		for j, b := range lists {
			if i != j && bytes.Equal(Fields("d", a...), Fields("d", b...)) {
				t.Errorf("lists %d and %d give the same bytes", i, j)
			}
		}
		if bytes.Equal(Fields("d", a...), Fields("e", a...)) {
			t.Error("two domains give the same bytes")
		}
	}
}

package medical

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// ErrNotStrict: the JSON has an unknown field, a field twice, a field in another case, or something after its end.
var ErrNotStrict = errors.New("JSON is not in the expected shape")

// Decode reads JSON into T strictly. Package encoding/json alone would take a field in another case and keep the last of two, so that
// what was checked and what is used could differ. Errors never repeat a value.
func Decode[T any](b []byte) (T, error) {
	var v, none T
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := checkNames(dec, reflect.TypeFor[T]()); err != nil {
		return none, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return none, fmt.Errorf("%w: something follows the object", ErrNotStrict)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return none, fmt.Errorf("%w: %s", ErrNotStrict, quiet(err))
	}
	return v, nil
}

// quiet names the field of a JSON error and never its value, which package json repeats.
func quiet(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return "field " + wrong.Field + " has another type"
	}
	return "not readable"
}

// checkNames walks the tokens of one value beside its type.
func checkNames(dec *json.Decoder, t reflect.Type) error {
	tok, err := dec.Token()
	if err != nil {
		return fmt.Errorf("%w: not readable", ErrNotStrict)
	}
	switch tok {
	case json.Delim('{'):
		return checkObject(dec, t)
	case json.Delim('['):
		elem := element(t)
		for dec.More() {
			if err := checkNames(dec, elem); err != nil {
				return err
			}
		}
		_, err := dec.Token()
		return notReadable(err)
	}
	return nil
}

func checkObject(dec *json.Decoder, t reflect.Type) error {
	known := names(t)
	if known == nil {
		return fmt.Errorf("%w: an object where none is expected", ErrNotStrict)
	}
	seen := map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		name, ok := tok.(string)
		if err != nil || !ok {
			return fmt.Errorf("%w: not readable", ErrNotStrict)
		}
		inner, ok := known[name]
		if !ok || seen[name] {
			return fmt.Errorf("%w: a field is unknown or given twice", ErrNotStrict)
		}
		seen[name] = true
		if err := checkNames(dec, inner); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return notReadable(err)
}

func notReadable(err error) error {
	if err != nil {
		return fmt.Errorf("%w: not readable", ErrNotStrict)
	}
	return nil
}

// names lists the JSON fields of a struct, embedded ones included; nil for what is no struct.
func names(t reflect.Type) map[string]reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	m := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && tag == "" {
			for n, inner := range names(f.Type) {
				m[n] = inner
			}
			continue
		}
		if tag != "" && tag != "-" {
			m[tag] = f.Type
		}
	}
	return m
}

func element(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t != nil && t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return nil
}

package policy

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"
)

// inputOf gives a question as the rules read it: what its JSON is read back as, without writing that JSON, which took as long as half the rules
// (TestAQuestionIsReadAsItsJSON). Structs, lists and plain values are read as they stand; anything else goes through JSON.
func inputOf(v reflect.Value) (*ast.Term, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return ast.InternedNullTerm, nil
	case reflect.Pointer, reflect.Interface:
		return inputOf(v.Elem()) // of nil: invalid
	case reflect.Struct:
		if fields := fieldsOf(v.Type()); fields != nil {
			return objectOf(v, fields)
		}
	case reflect.Slice:
		if v.Type().Name() == "" && v.Type().Elem().Kind() != reflect.Uint8 {
			return listOf(v)
		}
	}
	switch plain := v.Interface().(type) {
	case bool:
		return ast.InternedTerm(plain), nil
	case string:
		return ast.InternedTerm(asJSONReads(plain)), nil
	case int:
		return ast.InternedTerm(plain), nil
	case int64:
		return ast.InternedTerm(plain), nil
	}
	return throughJSON(v)
}

func throughJSON(v reflect.Value) (*ast.Term, error) {
	if v.CanAddr() {
		v = v.Addr() // a type may write itself by its pointer only
	}
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return nil, err
	}
	value, err := ast.ValueFromReader(bytes.NewReader(text))
	return ast.NewTerm(value), err
}

// asJSONReads puts the replacement character for each byte that is no UTF-8, as JSON does.
func asJSONReads(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

func listOf(v reflect.Value) (*ast.Term, error) {
	if v.IsNil() {
		return ast.InternedNullTerm, nil
	}
	terms := make([]*ast.Term, v.Len())
	for i := range terms {
		term, err := inputOf(v.Index(i))
		if err != nil {
			return nil, err
		}
		terms[i] = term
	}
	return ast.ArrayTerm(terms...), nil
}

func objectOf(v reflect.Value, fields []field) (*ast.Term, error) {
	pairs := make([][2]*ast.Term, len(fields))
	for i, f := range fields {
		term, err := inputOf(v.FieldByIndex(f.index))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		pairs[i] = [2]*ast.Term{f.name, term}
	}
	return ast.ObjectTerm(pairs...), nil
}

// field is one field of a struct under its name in JSON.
type field struct {
	name  *ast.Term
	index []int
}

// knownFields keeps the fields of each type that was met: reflect.Type to []field.
var knownFields sync.Map

// fieldsOf gives the fields of a struct that is its named fields and nothing else, those of an embedded struct included; nil where JSON has more to
// say: a type that writes itself, a field without a name or with an option, a name that stands twice.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	fields := readFields(t)
	knownFields.Store(t, fields)
	return fields
}

func readFields(t reflect.Type) []field {
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[json.Marshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return nil
	}
	var fields []field
	met := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		name := f.Tag.Get("json")
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.IsExported() && name == "" {
			continue // its fields are visible themselves
		}
		if !f.IsExported() || name == "" || name == "-" || strings.ContainsRune(name, ',') || met[name] {
			return nil
		}
		met[name] = true
		fields = append(fields, field{ast.StringTerm(name), f.Index})
	}
	return fields
}

package web

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
)

// param is a field of an input that the path or the query gives.
type param struct {
	place, name string
	index       []int
	typ         reflect.Type
}

// parameters lists the fields tagged path or query, embedded structs included.
func parameters(t reflect.Type) []param {
	var found []param
	for i := range t.NumField() {
		field := t.Field(i)
		place, name := placeOf(field)
		switch {
		case place != "":
			found = append(found, param{place: place, name: name, index: field.Index, typ: field.Type})
		case field.Anonymous && field.Type.Kind() == reflect.Struct:
			for _, inner := range parameters(field.Type) {
				inner.index = append([]int{i}, inner.index...)
				found = append(found, inner)
			}
		}
	}
	return found
}

func placeOf(field reflect.StructField) (place, name string) {
	for _, place := range []string{"path", "query"} {
		if name := field.Tag.Get(place); name != "" {
			return place, name
		}
	}
	return "", ""
}

// members lists the names that an object of this type may have, exactly as they must be written.
func members(t reflect.Type) map[string]reflect.Type {
	names := map[string]reflect.Type{}
	for i := range t.NumField() {
		field := t.Field(i)
		if place, _ := placeOf(field); place != "" {
			continue
		}
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Tag.Get("json") == "-" {
			continue
		}
		if inner := indirect(field.Type); field.Anonymous && tag == "" && inner.Kind() == reflect.Struct {
			for name, typ := range members(inner) {
				// encoding/json: the outer field hides an inner one of the same name.
				if _, taken := names[name]; !taken {
					names[name] = typ
				}
			}
			continue
		}
		if !field.IsExported() {
			continue
		}
		if tag == "" {
			tag = field.Name
		}
		names[tag] = field.Type
	}
	return names
}

func indirect(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// decodesItself tells whether a type reads its own JSON: then its names are its own affair.
func decodesItself(t reflect.Type) bool {
	for _, candidate := range []reflect.Type{t, reflect.PointerTo(t)} {
		if candidate.Implements(jsonUnmarshaler) || candidate.Implements(textUnmarshaler) {
			return true
		}
	}
	return false
}

package web

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// untyper turns what was typed into the JSON that a program would have sent, guided by the type of the input: decode then reads both, and
// there is one strict reader (TestAFormIsReadAsStrictlyAsJSON). What a field's own type refuses is noted beside the field.
type untyper struct {
	typed *Typed
	left  map[string]bool // names that no field has claimed
}

// document is the input as JSON. What is left over has no field: unknown_field.
func (t *Typed) document(input reflect.Type) ([]byte, error) {
	u := untyper{typed: t, left: map[string]bool{}}
	for name := range t.values {
		u.left[name] = true
	}
	value, _ := u.object(input, "")
	for name := range u.left {
		return nil, unknownField(name)
	}
	return marshal(value)
}

// object builds a struct from the names below a prefix; given says whether anything of it was typed.
func (u untyper) object(t reflect.Type, prefix string) (object map[string]any, given bool) {
	object = map[string]any{}
	for name, typ := range members(t) {
		value, has := u.value(typ, prefix+name)
		if has || value != nil {
			object[name] = value
		}
		given = given || has
	}
	for name, typ := range members(t) {
		// A date that may not be null: nothing after this would miss it with a word for the person.
		if given && typ.Kind() != reflect.Pointer && decodesItself(typ) && typ.Kind() == reflect.Struct && object[name] == nil {
			u.misfit(prefix+name, "Obligatoire.")
		}
	}
	return object, given
}

// value builds one field. What was left empty is absent, a list apart, so that a field which may be null is.
func (u untyper) value(t reflect.Type, path string) (value any, given bool) {
	if t.Kind() == reflect.Pointer {
		value, given = u.value(t.Elem(), path)
		if !given {
			return nil, false
		}
		return value, true
	}
	switch {
	case decodesItself(t):
		return u.own(t, path)
	case t.Kind() == reflect.Struct:
		return u.object(t, path+".")
	case t.Kind() == reflect.Slice && indirect(t.Elem()).Kind() == reflect.Struct && !decodesItself(t.Elem()):
		return u.blocks(t, path)
	case t.Kind() == reflect.Slice:
		return u.several(path)
	}
	return u.scalar(t, path)
}

// own lets a type that reads itself say at once whether it can.
func (u untyper) own(t reflect.Type, path string) (any, bool) {
	text := u.text(path)
	if text == "" {
		return nil, false
	}
	quoted, err := json.Marshal(text)
	if err != nil || json.Unmarshal(quoted, reflect.New(t).Interface()) != nil {
		u.misfit(path, "Cette valeur n’a pas la forme attendue. Une date s’écrit 2026-01-12, ou se choisit au calendrier.")
		return nil, false
	}
	return text, true
}

func (u untyper) scalar(t reflect.Type, path string) (any, bool) {
	text := u.text(path)
	if text == "" {
		return nil, false
	}
	switch t.Kind() {
	case reflect.String:
		return text, true
	case reflect.Bool:
		if text == "true" || text == "false" {
			return text == "true", true
		}
		u.misfit(path, "Répondez par oui ou par non.")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(text, 10, t.Bits())
		if err == nil {
			return number, true
		}
		u.misfit(path, "Écrivez un nombre entier, en chiffres.")
	default:
		return nil, false
	}
	return nil, false
}

// blocks builds a list of objects. An element whose every field was left empty was never meant.
func (u untyper) blocks(t reflect.Type, path string) (any, bool) {
	list := []any{}
	for i := range u.typed.blocks(path) {
		if object, given := u.object(indirect(t.Elem()), path+"."+strconv.Itoa(i)+"."); given {
			list = append(list, object)
		}
	}
	return list, len(list) > 0
}

// several builds a list of texts: one per line or between commas, or one per ticked box.
func (u untyper) several(path string) (any, bool) {
	delete(u.left, path)
	list := []any{}
	for _, value := range u.typed.values[path] {
		for _, text := range strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == ',' }) {
			if text = strings.TrimSpace(text); text != "" {
				list = append(list, text)
			}
		}
	}
	return list, len(list) > 0
}

// text is a field that has one value.
func (u untyper) text(path string) string {
	delete(u.left, path)
	values := u.typed.values[path]
	if len(values) > 1 {
		u.misfit(path, "Une seule réponse est attendue ici.")
		return ""
	}
	return u.typed.Text(path)
}

func (u untyper) misfit(path, sentence string) { u.typed.Note(path, sentence) }

// Note says what is wrong with a field; the first that is said stays.
func (t *Typed) Note(path, sentence string) {
	if t.wrong == nil {
		t.wrong = map[string]string{}
	}
	if t.wrong[path] == "" {
		t.wrong[path] = sentence
	}
}

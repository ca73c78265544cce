package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"cloison/act"
)

const (
	// BodyLimit is the size of the largest JSON body, enforced while it is read: in stream mode fasthttp does not.
	BodyLimit = 1 << 20
	// depthLimit bounds what a hostile body makes us remember; the deepest honest body has seven levels.
	depthLimit = 32
)

// refusal is a request that cannot become an act. Its rule stands in the entry.
func refusal(kind act.Kind, sentence string) *act.Error { return act.NewError(kind, sentence) }

// decode reads a JSON body into a value of a struct type. encoding/json alone lets through doubled members (the last
// one wins) and members of another case, with DisallowUnknownFields too: two readers of one body would then see two
// different requests. So the tokens are compared with the type first (TestStrictDecoding, FuzzDecode).
func decode(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return refusal(act.Malformed, "Le corps de la requête n’est pas en UTF-8. Réencodez-le, puis renvoyez la requête.")
	}
	walker := walker{tokens: json.NewDecoder(bytes.NewReader(raw))}
	walker.tokens.UseNumber()
	if err := walker.object(reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	if _, err := walker.tokens.Token(); !errors.Is(err, io.EOF) {
		return malformed()
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return decodingError(err)
	}
	return nil
}

func malformed() error {
	return refusal(act.Malformed, "Le corps de la requête n’est pas un objet JSON bien formé. Corrigez-le, puis renvoyez la requête.")
}

// unknownField names the member only when the name is a plain identifier: anything else could carry text.
func unknownField(name string) error {
	if !plainName.MatchString(name) {
		return refusal(act.UnknownField, "La requête contient un champ qui n’est pas attendu ici. Retirez-le, puis renvoyez la requête.")
	}
	return act.Wrap(act.UnknownField, fmt.Sprintf("Le champ « %s » n’est pas attendu ici. Retirez-le, puis renvoyez la requête.", name), unknownName(name))
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// decodingError classes what a type said of its own value. The text of err may quote the value and goes nowhere.
func decodingError(err error) error {
	var wrongType *json.UnmarshalTypeError
	var unknown interface{ UnknownField() string }
	var refused *act.Error
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &unknown):
		return unknownField(unknown.UnknownField())
	case errors.As(err, &wrongType):
		if field := plainPath(wrongType.Field); field != "" {
			return refusal(act.Invalid, fmt.Sprintf("Le champ « %s » n’a pas la forme attendue. Corrigez-le, puis renvoyez la requête.", field))
		}
	}
	return refusal(act.Invalid, "Une valeur n’a pas la forme attendue. Comparez la requête à sa description, corrigez-la, puis renvoyez-la.")
}

func plainPath(path string) string {
	segments := strings.Split(path, ".")
	for _, segment := range segments {
		if !plainName.MatchString(segment) {
			return ""
		}
	}
	return path
}

// walker compares a body's tokens with the type that they will be decoded into.
type walker struct {
	tokens *json.Decoder
	depth  int
}

// object reads a body, which is an object.
func (w *walker) object(t reflect.Type) error {
	token, err := w.tokens.Token()
	if err != nil || token != json.Delim('{') {
		return malformed()
	}
	if decodesItself(t) {
		return w.members(nil, nil)
	}
	return w.members(members(t), nil)
}

// value reads one value. A nil type takes any value; doubled members are refused there too.
func (w *walker) value(t reflect.Type) error {
	token, err := w.tokens.Token()
	if err != nil {
		return malformed()
	}
	delimiter, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	if t != nil {
		if t = indirect(t); decodesItself(t) {
			t = nil
		}
	}
	switch {
	case delimiter == '[':
		return w.elements(element(t))
	case t != nil && t.Kind() == reflect.Struct:
		return w.members(members(t), nil)
	case t != nil && t.Kind() == reflect.Map:
		return w.members(nil, t.Elem())
	}
	return w.members(nil, nil)
}

func element(t reflect.Type) reflect.Type {
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		return t.Elem()
	}
	return nil
}

// members reads an object after its brace: names bounds its members when it is not nil, every is the type of all of
// them otherwise.
func (w *walker) members(names map[string]reflect.Type, every reflect.Type) error {
	if err := w.descend(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for w.tokens.More() {
		token, err := w.tokens.Token()
		if err != nil {
			return malformed()
		}
		name, isName := token.(string)
		if !isName || seen[name] {
			return malformed()
		}
		seen[name] = true
		typ := every
		if names != nil {
			known := false
			if typ, known = names[name]; !known {
				return unknownField(name)
			}
		}
		if err := w.value(typ); err != nil {
			return err
		}
	}
	return w.ascend()
}

func (w *walker) elements(t reflect.Type) error {
	if err := w.descend(); err != nil {
		return err
	}
	for w.tokens.More() {
		if err := w.value(t); err != nil {
			return err
		}
	}
	return w.ascend()
}

func (w *walker) descend() error {
	if w.depth++; w.depth > depthLimit {
		return malformed()
	}
	return nil
}

func (w *walker) ascend() error {
	w.depth--
	if _, err := w.tokens.Token(); err != nil {
		return malformed()
	}
	return nil
}

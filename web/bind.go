package web

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"

	"cloison/act"
	"cloison/policy"

	"github.com/gofiber/fiber/v2"
)

// valueLimit bounds one path or query value.
const valueLimit = 256

// bind fills the fields that the path and the query give. An unknown or doubled query parameter is refused like a
// member of a body; `purpose` is known everywhere.
func bind(c *fiber.Ctx, into any) (purpose string, err error) {
	query, err := queryOf(c)
	if err != nil {
		return "", err
	}
	purpose, given := query["purpose"]
	if given && !policy.KnownPurpose(purpose) {
		return "", refusal(act.Invalid, "Le motif de lecture (purpose) est INSTRUCTION, COLLEGE, SECRETARIAT, CONTENTIEUX, ACCES ou CONTROLE. Corrigez-le, puis renvoyez la requête.")
	}
	target := reflect.ValueOf(into).Elem()
	for _, p := range parameters(target.Type()) {
		value, present := query[p.name], false
		if p.place == "path" {
			value, present = c.Params(p.name), true
		} else {
			value, present = query[p.name]
			delete(query, p.name)
		}
		if !present {
			continue
		}
		if err := assign(target.FieldByIndex(p.index), value); err != nil {
			return "", parameterError(p)
		}
	}
	delete(query, "purpose")
	for name := range query {
		return "", unknownField(name)
	}
	return purpose, nil
}

// parameterError: a path that cannot name an object names none.
func parameterError(p param) error {
	if p.place == "path" {
		return act.NotFound()
	}
	return refusal(act.Invalid, fmt.Sprintf("Le paramètre « %s » n’a pas la forme attendue. Corrigez-le, puis renvoyez la requête.", p.name))
}

func queryOf(c *fiber.Ctx) (map[string]string, error) {
	values := map[string]string{}
	var err error
	c.Context().QueryArgs().VisitAll(func(key, value []byte) {
		name := string(key)
		_, doubled := values[name]
		if doubled || len(value) > valueLimit || !utf8.Valid(key) || !utf8.Valid(value) {
			err = refusal(act.Malformed, "L’adresse porte un paramètre en double ou illisible. Corrigez-la, puis renvoyez la requête.")
		}
		values[name] = string(value)
	})
	return values, err
}

func assign(field reflect.Value, value string) error {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	if own, ok := field.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return own.UnmarshalText([]byte(value))
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(value)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, err := strconv.ParseInt(value, 10, field.Type().Bits())
		if err != nil {
			return fmt.Errorf("reading a number: %w", err)
		}
		field.SetInt(number)
	case reflect.Bool:
		if value != "true" && value != "false" {
			return fmt.Errorf("reading a yes or no")
		}
		field.SetBool(value == "true")
	default:
		return fmt.Errorf("a parameter of type %v", field.Type())
	}
	return nil
}

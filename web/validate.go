package web

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"cloison/act"

	"github.com/go-playground/validator/v10"
)

// transparent stands in a validator path for an embedded struct, which JSON does not show.
const transparent = "~"

// newValidator names fields as the caller wrote them.
func newValidator() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(field reflect.StructField) string {
		if place, name := placeOf(field); place != "" {
			return name
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" && field.Anonymous:
			return transparent
		case name == "":
			return field.Name
		}
		return name
	})
	return v
}

// validate answers 422 with the fields to mend, and never a value.
func validate(v *validator.Validate, in any) error {
	err := v.Struct(in)
	if err == nil {
		return nil
	}
	var broken validator.ValidationErrors
	if !errors.As(err, &broken) {
		return fmt.Errorf("validating an input: %w", err)
	}
	paths := pathParameters(reflect.TypeOf(in).Elem())
	var wrong []string
	var found misfits
	for _, field := range broken {
		name := fieldPath(field.Namespace())
		if paths[name] {
			return act.NotFound()
		}
		wrong = append(wrong, fmt.Sprintf("« %s » (%s)", name, reason(field)))
		found = append(found, misfit{indexes.Replace(name), capital(reason(field)) + "."})
	}
	return act.Wrap(act.Invalid, "À corriger : "+strings.Join(wrong, ", ")+". Renvoyez ensuite la requête.", found)
}

// misfits are the fields that a validation found wrong, for a form to say it beside each.
type misfits []misfit

type misfit struct{ path, sentence string }

func (misfits) Error() string { return "fields to mend" }

// indexes turns the validator's `list[0].field` into a form's `list.0.field`.
var indexes = strings.NewReplacer("[", ".", "]", "")

func pathParameters(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for _, p := range parameters(t) {
		if p.place == "path" {
			names[p.name] = true
		}
	}
	return names
}

// fieldPath turns `In.~.stage.q1` into `stage.q1`.
func fieldPath(namespace string) string {
	segments := strings.Split(namespace, ".")
	var kept []string
	for i, segment := range segments {
		if i > 0 && segment != transparent {
			kept = append(kept, segment)
		}
	}
	return strings.Join(kept, ".")
}

// reason says what a field lacks. Only rules that the programs wrote are quoted, never a value.
func reason(field validator.FieldError) string {
	text := field.Kind() == reflect.String || field.Kind() == reflect.Slice
	switch field.Tag() {
	case "required", "required_if", "required_with", "required_without", "required_unless":
		return "obligatoire"
	case "excluded_if", "excluded_with", "excluded_unless", "isdefault":
		return "à retirer dans ce cas"
	case "oneof":
		return "valeurs admises : " + strings.Join(strings.Fields(field.Param()), ", ")
	case "max", "lte":
		if text {
			return "trop long, maximum " + field.Param()
		}
		return "maximum " + field.Param()
	case "min", "gte":
		if text {
			return "trop court, minimum " + field.Param()
		}
		return "minimum " + field.Param()
	case "len":
		if field.Kind() == reflect.Slice {
			return "il en faut " + field.Param()
		}
		return "longueur " + field.Param()
	case "unique":
		return "sans doublon"
	case "uuid", "uuid4":
		return "identifiant attendu"
	case "datetime":
		return "date attendue, par exemple 2026-01-12"
	}
	return "valeur non admise"
}

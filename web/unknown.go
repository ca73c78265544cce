package web

import (
	"errors"
	"reflect"

	"cloison/act"
	"cloison/policy"
)

// Forbidder is an input that knows by which rule it has no field of some name: the refusal of that field then says the rule. "" is a field
// that is merely unknown.
type Forbidder interface {
	UnknownField(name string) (rule string)
}

// unknownName is the cause of the refusal of an unknown field: its name, which stays here.
type unknownName string

func (unknownName) Error() string { return "unknown field" }

// withRule adds the rule by which in has no such field, if it knows one (TestAForbiddenFieldNamesItsRule).
func withRule(in reflect.Type, err error) error {
	var refused *act.Error
	var name unknownName
	if !errors.As(err, &refused) || !errors.As(err, &name) {
		return err
	}
	input, ok := reflect.Zero(in).Interface().(Forbidder)
	if !ok {
		return err
	}
	if rule, known := policy.Rule(input.UnknownField(string(name))); known {
		refused.Rule, refused.Sentence = rule.Code, rule.Sentence
	}
	return err
}

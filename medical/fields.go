package medical

import (
	"reflect"
	"slices"
	"strings"
)

// onlyFields refuses a field that this type of request or event does not take: one input serves several types, and what a type has no use
// for would be lost without a word.
func onlyFields(in any, allowed []string) error {
	v := reflect.ValueOf(in)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if given(v.Field(i)) && !slices.Contains(allowed, name) {
			return invalid(name, "Le champ « "+name+" » n’est pas attendu pour ce type. Retirez-le, puis recommencez.")
		}
	}
	return nil
}

func given(v reflect.Value) bool {
	if v.Kind() == reflect.Slice {
		return v.Len() > 0
	}
	return !v.IsZero()
}

package medical

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
)

var (
	// ErrUnknownEvent: the type is not in the closed list.
	ErrUnknownEvent = errors.New("unknown type of event")
	// ErrIncomplete: a date that this type of event must carry is missing.
	ErrIncomplete = errors.New("event data lacks a date")
	// ErrNotACode: a text of an event is no code, date or opaque id. Nothing that could be a sentence enters a clear table.
	ErrNotACode = errors.New("event data holds something that is not a code")
)

// code is what a text of an event may look like: no space, no accent, no punctuation of a sentence, and short.
var code = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_:.-]{0,63}$`)

// EventTypes lists the closed list, sorted.
func EventTypes() []EventType {
	list := make([]EventType, 0, len(decoders))
	for t := range decoders {
		list = append(list, t)
	}
	slices.Sort(list)
	return list
}

// EncodeData writes the data of an event for a column of type jsonb. It refuses free text (TestEventsHoldNoFreeText).
func EncodeData(d EventData) ([]byte, error) {
	if d == nil {
		return nil, ErrUnknownEvent
	}
	if _, ok := decoders[d.EventType()]; !ok {
		return nil, ErrUnknownEvent
	}
	if err := codesOnly(reflect.ValueOf(d)); err != nil {
		return nil, fmt.Errorf("encoding %s: %w", d.EventType(), err)
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", d.EventType(), err)
	}
	return b, nil
}

// DecodeData reads the data of one type of event: no unknown field, no field twice, no other case, no free text.
func DecodeData(t EventType, b []byte) (EventData, error) {
	decode, ok := decoders[t]
	if !ok {
		return nil, ErrUnknownEvent
	}
	d, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("decoding %s: %w", t, err)
	}
	return d, nil
}

func decodeAs[T EventData](b []byte) (EventData, error) {
	d, err := Decode[T](b)
	if err != nil {
		return nil, err
	}
	return d, codesOnly(reflect.ValueOf(d))
}

func codesOnly(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); s != "" && !code.MatchString(s) {
			return ErrNotACode
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := codesOnly(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		if d, ok := v.Interface().(Date); ok && d.IsZero() {
			return ErrIncomplete
		}
		if !v.Type().Implements(reflect.TypeFor[EventData]()) {
			return nil // a date or an instant
		}
		for i := range v.NumField() {
			if err := codesOnly(v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

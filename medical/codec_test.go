package medical_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"cloison/medical"
)

func TestEventsHoldNoFreeText(t *testing.T) {
	for name, d := range map[string]medical.EventData{
		"a sentence":        medical.RapporteurDesigne{Rapporteur: "le docteur Untel"},
		"an accent":         medical.CertificatEcarte{ReasonCode: "illisible-é"},
		"a sentence listed": medical.PieceRecue{DocumentIDs: []string{"d1", "radio du thorax"}},
		"a long text":       medical.SaisineRefusee{ReasonCode: string(bytes.Repeat([]byte("A"), 65))},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := medical.EncodeData(d); !errors.Is(err, medical.ErrNotACode) {
				t.Errorf("encoding: %v", err)
			}
			b, _ := json.Marshal(d)
			if _, err := medical.DecodeData(d.EventType(), b); !errors.Is(err, medical.ErrNotACode) {
				t.Errorf("decoding: %v", err)
			}
		})
	}
}

func TestEventDataIsReadStrictly(t *testing.T) {
	for name, body := range map[string]string{
		"unknown field": `{"composition":1,"text":"x"}`,
		"twice":         `{"composition":1,"composition":2}`,
		"other case":    `{"Composition":1}`,
		"two objects":   `{"composition":1}{}`,
		"wrong type":    `{"composition":"1"}`,
		"a list":        `[1]`,
		"cut short":     `{"composition":1`,
		"nothing":       ``,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := medical.DecodeData(medical.EvSigned, []byte(body)); !errors.Is(err, medical.ErrNotStrict) {
				t.Errorf("%s: %v", body, err)
			}
		})
	}
	if _, err := medical.DecodeData("AUTRE", []byte(`{}`)); !errors.Is(err, medical.ErrUnknownEvent) {
		t.Errorf("an event outside the list: %v", err)
	}
}

func TestEveryTypeOfEventComesBackAsItself(t *testing.T) {
	types := medical.EventTypes()
	if len(types) != 65 {
		t.Errorf("%d types of event, want 65", len(types))
	}
	for _, typ := range types {
		d, err := medical.DecodeData(typ, least(typ))
		if err != nil || d.EventType() != typ {
			t.Errorf("%s: %v, %v", typ, d, err)
		}
	}
}

// least is the smallest data that a type of event accepts.
func least(typ medical.EventType) []byte {
	switch typ {
	case medical.EvCertificateMissing, medical.EvComplementAsked, medical.EvExamsAsked:
		return []byte(`{"due_on":"2026-02-28"}`)
	}
	return []byte(`{}`)
}

func TestADateThatAnEventMustCarryIsNotForgotten(t *testing.T) {
	if _, err := medical.DecodeData(medical.EvCertificateMissing, []byte(`{}`)); !errors.Is(err, medical.ErrIncomplete) {
		t.Errorf("decoding: %v", err)
	}
	if _, err := medical.EncodeData(medical.ConstatNonReception{}); !errors.Is(err, medical.ErrIncomplete) {
		t.Errorf("encoding: %v", err)
	}
}

func FuzzDecodeData(f *testing.F) {
	for _, typ := range medical.EventTypes() {
		f.Add(string(typ), []byte(`{}`))
	}
	f.Add("COLLEGE_DESIGNE", []byte(`{"composition":1,"decision_ref":"DEC-2026-01","members":["a","b","c"]}`))
	f.Add("CERTIFICAT_RECU", []byte(`{"accepted":true,"sent_on":"2026-01-22"}`))
	f.Fuzz(func(t *testing.T, typ string, body []byte) {
		d, err := medical.DecodeData(medical.EventType(typ), body)
		if err != nil {
			return
		}
		again, err := medical.EncodeData(d)
		if err != nil {
			t.Fatalf("decoded, yet not encoded: %v", err)
		}
		d2, err := medical.DecodeData(medical.EventType(typ), again)
		if err != nil {
			t.Fatalf("encoded, yet not decoded: %v", err)
		}
		twice, err := medical.EncodeData(d2)
		if err != nil || !bytes.Equal(again, twice) {
			t.Fatalf("not the same twice (%v)", err)
		}
		if !reflect.DeepEqual(d.EventType(), d2.EventType()) {
			t.Fatal("another type")
		}
	})
}

package medical_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"cloison/medical"
)

const token = "CANARI"

var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%T|%[1]v", "%20v", "%-20s", "%c", "%U", "%b", "%o"}

// everywhere prints a value in every way that may end in a log or an error.
func everywhere(v any, more ...string) string {
	var out strings.Builder
	for _, verb := range append(more, verbs...) {
		fmt.Fprintf(&out, verb+"\n", v)
		fmt.Fprintf(&out, verb+"\n", []any{v})
		fmt.Fprintf(&out, verb+"\n", struct{ V any }{v})
	}
	out.WriteString(fmt.Sprint(v) + fmt.Sprintln(v))
	out.WriteString(fmt.Errorf("reading %v: %w", v, errors.New("x")).Error())
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("m", "v", v, slog.Any("w", v), slog.Group("g", "v", v))
	}
	return out.String()
}

func TestConfidentialNeverPrints(t *testing.T) {
	type inner struct{ Text string }
	for name, v := range map[string]any{
		"a string":            medical.Hide(token),
		"a struct":            medical.Hide(inner{token}),
		"a pointer":           medical.Hide(&inner{token}),
		"bytes":               medical.Hide([]byte(token)),
		"a map":               medical.Hide(map[string]string{token: token}),
		"a pointer to it":     ptr(medical.Hide(token)),
		"inside another type": struct{ C medical.Confidential[string] }{medical.Hide(token)},
		"not exported":        struct{ c medical.Confidential[string] }{medical.Hide(token)},
	} {
		t.Run(name, func(t *testing.T) {
			out := everywhere(v, "%w", "%p") + fmt.Sprintf("%+v", struct{ unexported any }{v})
			b, err := json.Marshal(map[string]any{"v": v})
			if err != nil {
				t.Fatal(err)
			}
			if _, hides := v.(interface{ Reveal() string }); hides && string(b) != `{"v":"[redacted]"}` {
				t.Errorf("JSON %s", b)
			}
			out += string(b)
			if x, err := xml.Marshal(v); err == nil {
				out += string(x)
			}
			hidden(t, out)
		})
	}
	if medical.Hide(token).Reveal() != token {
		t.Error("the value is lost")
	}
}

func TestContentNeverPrints(t *testing.T) {
	s := token
	for _, v := range []any{
		medical.Certificate{History: token}, &medical.Certificate{History: token}, medical.CertificateAuthor{Service: token},
		medical.Pathology{Label: token}, medical.Treatment{INN: token}, medical.Consent{Scope: token}, medical.Report{Stage: token},
		medical.Answers{Q1: token}, medical.AnswerSet{Note: &s, Q1: token}, medical.Settlement{Q1: token}, medical.DocumentInput{Label: token},
		medical.Civil{Patient: medical.Patient{FamilyName: token}}, medical.CivilLine{FamilyName: token}, medical.Patient{FamilyName: token},
		medical.RequestInput{Question: &s}, medical.RequestContent{ExamNature: &s}, medical.ClosureInput{AnswerSummary: &s}, medical.ReplyContent{AnswerSummary: token},
		medical.RecordInput{Address: &s}, medical.CivilContent{Court: &s}, medical.Letter{Text: token}, medical.Delivery{RegisteredNumber: &s}, medical.DropInput{AGDREF: &s},
		medical.LegalRepresentative{FamilyName: token}, medical.IdentityDocument{Number: token}, medical.AdministrativeFile{AGDREF: token},
		medical.Draft{Fields: []medical.DraftField{{Name: "stage", Value: token}}}, medical.DraftField{Value: token},
		medical.CountrySource{Title: token}, medical.CitedSource{CountrySource: medical.CountrySource{Title: token}},
		medical.Observations{Text: token}, medical.SearchInput{FamilyName: token, AGDREF: token},
	} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) { hidden(t, everywhere(v)) })
	}
}

func hidden(t *testing.T, out string) {
	t.Helper()
	for _, form := range []string{token, fmt.Sprintf("%x", token), fmt.Sprintf("%X", token), fmt.Sprint([]byte(token))} {
		if strings.Contains(out, form) {
			t.Errorf("shown as %s", form)
		}
	}
}

func TestContentIsWrittenToBeSealed(t *testing.T) {
	b, err := json.Marshal(medical.Report{Stage: token})
	if err != nil || !bytes.Contains(b, []byte(token)) {
		t.Errorf("the content does not reach its seal: %v", err)
	}
}

func ptr[T any](v T) *T { return &v }

package medical_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"cloison/medical"
)

// TestNoWordOfAPersonStandsInAnEvent: what an act takes as text and an event keeps in clear is of a closed list. A code that anyone may
// choose carries a diagnosis as well as a sentence does.
func TestNoWordOfAPersonStandsInAnEvent(t *testing.T) {
	t.Parallel()
	sealed := []string{"question", "exam_nature", "answer_summary", "address", "court", "scope", "registered_number"}
	compared := []string{"ref", "place", "addressee", "legal_representative", "person", "requester", "referral", "document_ids"} // with what the dossier or a list has
	for _, in := range []any{medical.RequestInput{}, medical.ClosureInput{}, medical.RecordInput{}, medical.RejectionInput{}, medical.CompletionInput{},
		medical.MailInput{}, medical.Delivery{}, medical.DropInput{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(in)) {
			name, rule := strings.Split(f.Tag.Get("json"), ",")[0], f.Tag.Get("validate")
			if !isText(f.Type) || slices.Contains(sealed, name) || slices.Contains(compared, name) {
				continue
			}
			if !strings.Contains(rule, "oneof=") && !strings.Contains(rule, "eq=") && !strings.Contains(rule, "len=10,numeric") {
				t.Errorf("%T: %s takes any text", in, name)
			}
		}
	}
}

func isText(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.String
}

package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloison/medical"
)

// The closed list of events is read from its source, so that an event that is added later is missed here.
func TestEveryEventHasItsWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		if wordsOfEvent(medical.EventType(code)) == "" {
			t.Errorf("%s has no words", code)
		}
		return true
	})
	if found < 50 {
		t.Errorf("%d events found: the list is not where it was", found)
	}
}

// What stands in a select is what the operation takes: a page never offers a code that is refused as unknown.
func TestThePagesOfferWhatTheOperationsTake(t *testing.T) {
	for _, c := range []struct {
		input any
		field string
		list  []choice
	}{
		{medical.RequestInput{}, "Mode", modeChoices[:4]}, {medical.RequestInput{}, "To", recipientChoices}, {medical.RequestInput{}, "Mentions", mentionChoices},
		{medical.Delivery{}, "Mode", modeChoices}, {medical.Delivery{}, "ReturnReason", returnChoices},
		{medical.RecordInput{}, "Cause", absenceChoices}, {medical.RecordInput{}, "Defaut", defaultChoices},
		{medical.RecordInput{}, "Mode", informationChoices}, {medical.RecordInput{}, "IdentityDocument", identityChoices},
		{medical.ClosureInput{}, "Cause", cancelChoices}, {medical.ClosureInput{}, "ReasonCode", refusedAnswerChoices},
		{medical.RejectionInput{}, "ReasonCode", rejectionChoices}, {medical.CompletionInput{}, "ReasonCode", completionChoices}, {medical.DropInput{}, "ReasonCode", closureChoices},
		{correctOpinionInput{}, "ReasonCode", correctionChoices}, {withdrawOpinionInput{}, "ReasonCode", withdrawalChoices}, {upholdOpinionInput{}, "ReasonCode", upholdingChoices},
		{replaceMemberInput{}, "ReasonCode", replacementChoices}, {refuseSignatureInput{}, "ReasonCode", signatureRefusalChoices},
	} {
		field, ok := reflect.TypeOf(c.input).FieldByName(c.field)
		_, taken, listed := strings.Cut(field.Tag.Get("validate"), "oneof=")
		if !ok || !listed {
			t.Fatalf("%T has no list of codes in %s", c.input, c.field)
		}
		for _, one := range c.list {
			if !slices.Contains(strings.Fields(taken), one.code) {
				t.Errorf("%T: %s does not take %s", c.input, c.field, one.code)
			}
		}
	}
}

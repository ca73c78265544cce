package web

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// Example gives the OpenAPI document a body as a client would send it. One that the operation would not read does not start
// (TestAnExampleThatIsNotReadDoesNotStart).
func Example(body string) Option { return func(op *Operation) { op.example = body } }

func (op Operation) checkExample() error {
	if op.example == "" || op.streamed {
		return nil
	}
	if err := decode([]byte(op.example), reflect.New(op.in).Interface()); err != nil {
		return fmt.Errorf("operation %s: its example is not read: %w", op.ID, err)
	}
	return nil
}

// illustrate puts the example where the document describes the body.
func (op Operation) illustrate(described openapi.OperationContext) error {
	if op.example == "" {
		return nil
	}
	var value any = op.example
	if !op.streamed {
		if err := json.Unmarshal([]byte(op.example), &value); err != nil {
			return fmt.Errorf("reading the example: %w", err)
		}
	}
	exposed, ok := described.(openapi31.OperationExposer)
	if !ok || exposed.Operation().RequestBody == nil || exposed.Operation().RequestBody.RequestBody == nil {
		return fmt.Errorf("an example for a body that is not described")
	}
	content := exposed.Operation().RequestBody.RequestBody.Content
	for media, described := range content {
		content[media] = *described.WithExample(value)
	}
	return nil
}

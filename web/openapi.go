package web

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// describe reflects the table into an OpenAPI 3.1 document: what it says is what decode accepts. It takes longer than the rest of a start, so it is
// done once somebody asks.
func (s *server) describe() ([]byte, error) {
	reflector := openapi31.NewReflector()
	reflector.Spec.Info.WithTitle(s.Name).WithVersion("1").
		WithDescription("Chaque opération de l’API, telle que le programme la sert.")
	reflector.DefaultOptions = append(reflector.DefaultOptions,
		jsonschema.InterceptDefName(schemaName),
		jsonschema.InterceptProp(describeProperty),
		jsonschema.InterceptSchema(closeObject),
	)
	if s.Schema != nil {
		s.Schema(&reflector.Reflector)
	}
	for _, op := range s.Ops {
		if err := describeOperation(reflector, op); err != nil {
			return nil, fmt.Errorf("describing %s: %w", op.ID, err)
		}
	}
	raw, err := reflector.Spec.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing the OpenAPI document: %w", err)
	}
	return raw, nil
}

func (s *server) openapi(c *fiber.Ctx) error {
	spec, err := s.spec()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(spec)
}

func describeOperation(reflector *openapi31.Reflector, op Operation) error {
	path := parameter.ReplaceAllString(Prefix+op.Path, "{$1}")
	described, err := reflector.NewOperationContext(op.Method, path)
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	described.SetID(op.ID)
	described.AddReqStructure(reflect.New(op.in).Interface())
	if op.streamed {
		described.AddReqStructure(nil, openapi.WithContentType(op.media))
	}
	if op.takesPurpose() {
		described.AddReqStructure(new(purposeParameter))
	}
	if !op.reads() {
		described.AddReqStructure(new(idempotencyHeader))
	}
	for _, status := range op.successes() {
		op.describeSuccess(described, status)
	}
	for _, status := range []int{400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503} {
		described.AddRespStructure(new(Problem), openapi.WithHTTPStatus(status), openapi.WithContentType("application/problem+json"))
	}
	if err := reflector.AddOperation(described); err != nil {
		return fmt.Errorf("reflecting: %w", err)
	}
	return op.illustrate(described)
}

type purposeParameter struct {
	Purpose string `query:"purpose" enum:"INSTRUCTION,COLLEGE,SECRETARIAT,CONTENTIEUX,ACCES,CONTROLE"`
}

type idempotencyHeader struct {
	Key string `header:"Idempotency-Key" maxLength:"128"`
}

// takesPurpose: unless the input names it itself.
func (op Operation) takesPurpose() bool {
	for _, p := range parameters(op.in) {
		if p.name == "purpose" {
			return false
		}
	}
	return true
}

func (op Operation) successes() []int {
	switch {
	case len(op.statuses) > 0:
		return op.statuses
	case op.binary:
		return []int{http.StatusOK, http.StatusPartialContent}
	}
	if op.Method == http.MethodPost {
		return []int{http.StatusOK, http.StatusCreated}
	}
	return []int{http.StatusOK}
}

func (op Operation) describeSuccess(described openapi.OperationContext, status int) {
	switch {
	case op.binary:
		for _, kind := range op.gives {
			described.AddRespStructure(nil, openapi.WithHTTPStatus(status), openapi.WithContentType(kind))
		}
	case op.out == reflect.TypeFor[None]():
		described.AddRespStructure(nil, openapi.WithHTTPStatus(status))
	default:
		described.AddRespStructure(reflect.New(op.out).Interface(), openapi.WithHTTPStatus(status))
	}
}

// schemaName drops the package from a schema's name, and the brackets of a generic type.
func schemaName(t reflect.Type, _ string) string {
	name := t.Name()
	if base, argument, generic := strings.Cut(name, "["); generic {
		argument = strings.TrimSuffix(argument, "]")
		argument = argument[strings.LastIndexAny(argument, "./")+1:]
		argument, _, _ = strings.Cut(argument, "·") // a type declared inside a function
		name = base + capital(argument)
	}
	return capital(name)
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// closeObject: every object of this API is closed.
func closeObject(p jsonschema.InterceptSchemaParams) (bool, error) {
	t := indirect(p.Value.Type())
	if p.Processed && t.Kind() == reflect.Struct && p.Schema.HasType(jsonschema.Object) && p.Schema.AdditionalProperties == nil && !decodesItself(t) {
		no := false
		p.Schema.AdditionalProperties = &jsonschema.SchemaOrBool{TypeBoolean: &no}
	}
	return false, nil
}

// describeProperty carries what the validator demands into the schema.
func describeProperty(p jsonschema.InterceptPropParams) error {
	if !p.Processed {
		return nil
	}
	if ref := p.PropertySchema; ref != nil && ref.Ref != nil && p.Field.Type.Kind() == reflect.Pointer {
		// What a pointer leaves out is null: a reference alone would say that it is always there.
		named := jsonschema.Schema{Ref: ref.Ref}
		ref.Ref = nil
		ref.AnyOf = []jsonschema.SchemaOrBool{named.ToSchemaOrBool(), jsonschema.Null.ToSchemaOrBool()}
	}
	for rule := range strings.SplitSeq(p.Field.Tag.Get("validate"), ",") {
		name, argument, _ := strings.Cut(rule, "=")
		switch {
		case rule == "dive":
			return nil
		case rule == "required" && p.Field.Tag.Get("path") == "":
			p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
		case name == "oneof" && indirect(p.Field.Type).Kind() == reflect.String && p.PropertySchema != nil && len(p.PropertySchema.Enum) == 0:
			for _, value := range strings.Fields(argument) {
				p.PropertySchema.Enum = append(p.PropertySchema.Enum, value)
			}
			if p.Field.Type.Kind() == reflect.Pointer {
				p.PropertySchema.Enum = append(p.PropertySchema.Enum, nil)
			}
		case name == "max" && indirect(p.Field.Type).Kind() == reflect.String && p.PropertySchema != nil:
			if length, err := strconv.ParseInt(argument, 10, 64); err == nil {
				p.PropertySchema.WithMaxLength(length)
			}
		}
	}
	return nil
}

// checkValidation runs the validator once over each input: a rule that it does not know would otherwise panic at the
// first request.
func (s *server) checkValidation() (err error) {
	if s.Validation != nil {
		if err := s.Validation(s.validate); err != nil {
			return fmt.Errorf("adding rules of validation: %w", err)
		}
	}
	current := ""
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("input of %s: %v", current, value)
		}
	}()
	for _, op := range s.Ops {
		current = op.ID
		if err := validate(s.validate, reflect.New(op.in).Interface()); err != nil && !errors.As(err, new(*act.Error)) {
			return err
		}
	}
	return nil
}

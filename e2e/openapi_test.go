package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	verdict "github.com/pb33f/libopenapi-validator/errors"
)

// schemas holds what the two programs say of themselves. Every operation is held against it once per status and type that it answers: a second answer
// of the same kind costs a second and says nothing new. A refusal is one shape for all operations: each status of it is held once, and an operation by what
// it announces.
type schemas struct {
	mu    sync.Mutex
	ops   map[zone]map[string]operation
	known map[zone]validator.Validator
	told  map[zone]map[string]map[string]bool // statuses that an operation announces
	seen  map[string]bool
}

// operations are those of a zone's portal, asked of the first one that is started: the programs are the same everywhere, and describing themselves
// takes them longer than starting.
func (s *schemas) operations(z zone, base string) (map[string]operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ops := s.ops[z]; ops != nil {
		return ops, nil
	}
	raw, err := document(base)
	if err != nil {
		return nil, fmt.Errorf("asking for the OpenAPI document of %s: %w", z, err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string                     `json:"operationId"`
			Responses   map[string]json.RawMessage `json:"responses"`
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("reading the OpenAPI document of %s: %w", z, err)
	}
	ops, told := map[string]operation{}, map[string]map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.OperationID != "" {
				ops[op.OperationID], told[op.OperationID] = operation{strings.ToUpper(method), path}, map[string]bool{}
				for status := range op.Responses {
					told[op.OperationID][status] = true
				}
			}
		}
	}
	if s.known[z], err = newValidator(raw); err != nil {
		return nil, fmt.Errorf("reading the OpenAPI document of %s: %w", z, err)
	}
	s.ops[z], s.told[z] = ops, told
	return ops, nil
}

func document(base string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/openapi.json", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New(resp.Status)
	}
	return io.ReadAll(resp.Body)
}

func newValidator(raw []byte) (validator.Validator, error) {
	doc, err := libopenapi.NewDocument(raw)
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(doc)
	return v, errors.Join(errs...)
}

// check fails the story if the answer is not one that the document announces. A request that was accepted must fit the document too.
func (s *schemas) check(t *testing.T, p *portal, op string, req *http.Request, sent []byte, resp *http.Response, a answer) {
	t.Helper()
	kind := resp.Header.Get("Content-Type")
	of := op
	if strings.HasPrefix(kind, "application/problem+json") {
		if of = "any"; !s.announced(p.zone, op, a.Status) {
			t.Errorf("%s %d: the OpenAPI document of %s announces no such answer", op, a.Status, p.zone)
		}
	}
	if !s.first(fmt.Sprintf("%s %s %d %s", p.zone, of, a.Status, kind)) {
		return
	}
	copied := *resp
	copied.Body = io.NopCloser(bytes.NewReader(a.Body))
	for _, complaint := range s.judge(p.zone, req, sent, &copied, a.Status < 300) {
		t.Errorf("%s %d does not fit the OpenAPI document of %s: %s", op, a.Status, p.zone, complaint)
	}
}

func (s *schemas) announced(z zone, op string, status int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told[z][op][strconv.Itoa(status)]
}

func (s *schemas) first(kind string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.seen[kind]
	s.seen[kind] = true
	return !was
}

// judge answers what does not fit. The validator is not told to be safe for use by several at once, so one asks at a time.
func (s *schemas) judge(z zone, req *http.Request, sent []byte, resp *http.Response, request bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	again := req.Clone(req.Context())
	again.Body = io.NopCloser(bytes.NewReader(sent))
	var complaints []string
	// Octets are not described by a schema.
	if request && !strings.HasPrefix(req.Header.Get("Content-Type"), "application/octet-stream") {
		_, errs := s.known[z].ValidateHttpRequest(again)
		complaints = append(complaints, words("request", errs)...)
	}
	_, errs := s.known[z].ValidateHttpResponse(again, resp)
	return append(complaints, words("response", errs)...)
}

// words says where a value does not fit, never the value.
func words(which string, errs []*verdict.ValidationError) []string {
	var list []string
	for _, e := range errs {
		line := which + ": " + e.Message
		for _, s := range e.SchemaValidationErrors {
			line += fmt.Sprintf("; %s at %s", s.Reason, s.FieldPath)
		}
		list = append(list, line)
	}
	return list
}

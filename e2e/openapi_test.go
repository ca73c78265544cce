package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
)

// schemas holds what the two programs say of themselves. Every operation is held against it once per status and type that it answers: a second answer
// of the same kind costs a second and says nothing new.
type schemas struct {
	mu    sync.Mutex
	known map[zone]validator.Validator
	seen  map[string]bool
}

func (s *schemas) learn(z zone, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[z] != nil {
		return nil
	}
	doc, err := libopenapi.NewDocument(raw)
	if err != nil {
		return fmt.Errorf("reading the OpenAPI document of %s: %w", z, err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		return fmt.Errorf("reading the OpenAPI document of %s: %v", z, errs)
	}
	if s.known == nil {
		s.known, s.seen = map[zone]validator.Validator{}, map[string]bool{}
	}
	s.known[z] = v
	return nil
}

// check fails the story if the answer is not one that the document announces. A request that was accepted must fit the document too.
func (s *schemas) check(t *testing.T, p *portal, op string, req *http.Request, sent []byte, resp *http.Response, a answer) {
	t.Helper()
	if !s.first(fmt.Sprintf("%s %s %d %s", p.zone, op, a.Status, resp.Header.Get("Content-Type"))) {
		return
	}
	copied := *resp
	copied.Body = io.NopCloser(bytes.NewReader(a.Body))
	for _, complaint := range s.judge(p.zone, req, sent, &copied, a.Status < 300) {
		t.Errorf("%s %d does not fit the OpenAPI document of %s: %s", op, a.Status, p.zone, complaint)
	}
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
func words(which string, errs []*errors.ValidationError) []string {
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

package web

import (
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
)

// Operation is one line of the table: what can be asked, and the action that policy decides on. Make one with Op.
type Operation struct {
	ID     string // operationId of the OpenAPI document
	Method string
	Path   string // below /api/v1, path parameters as :name
	Action string // the action of policy; empty only with Public

	in, out  reflect.Type
	public   string
	streamed bool
	long     bool // may take as long as a stream
	binary   bool
	page     *page
	example  string
	media    string   // of the body of a streamed operation
	gives    []string // media types of what a binary operation answers
	forms    []*form
	form     *form // the one of forms that a route serves
	statuses []int
	serve    func(*Call, any) (reply, error)
}

// Option changes one operation.
type Option func(*Operation)

// Op declares an operation. In is a struct: members of the JSON body by their json tag, path parameters by
// `path:"dossier"`, query parameters by `query:"after"`, rules by validator's `validate` tag. A field tagged path or
// query can never come from the body.
func Op[In, Out any](id, method, path, action string, do func(*Call, In) (Reply[Out], error), options ...Option) Operation {
	op := Operation{
		ID: id, Method: strings.ToUpper(method), Path: path, Action: action,
		in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](),
		serve: func(c *Call, in any) (reply, error) {
			answer, err := do(c, *in.(*In))
			if err != nil {
				return reply{}, err
			}
			return answer.erase(), nil
		},
	}
	op.binary, op.gives = op.out == reflect.TypeFor[Binary](), []string{"application/octet-stream"}
	for _, option := range options {
		option(&op)
	}
	return op
}

type page struct {
	path, template string
	out            reflect.Type
	view           func(*Call, any) (any, error)
}

// Page gives an operation that reads a second face: at path (outside /api), template rendered with view's result.
// The same handler answers both faces; only the last line differs.
func Page[Out any](path, template string, view func(*Call, Out) any) Option {
	return func(op *Operation) {
		op.page = &page{path: path, template: template, out: reflect.TypeFor[Out](),
			view: func(c *Call, out any) (any, error) { return view(c, out.(Out)), nil }}
	}
}

// PageOf is Page for a view that reads more than the answer, by acts of its own, and may therefore fail.
func PageOf[Out any](path, template string, view func(*Call, Out) (any, error)) Option {
	return func(op *Operation) {
		op.page = &page{path: path, template: template, out: reflect.TypeFor[Out](),
			view: func(c *Call, out any) (any, error) { return view(c, out.(Out)) }}
	}
}

// Streamed hands the request body to the handler unread, through Call.Body.
func Streamed(mediaType string) Option {
	return func(op *Operation) { op.streamed, op.media = true, mediaType }
}

// Gives declares the media types that the bytes of an operation may have; application/octet-stream when not said.
func Gives(mediaTypes ...string) Option { return func(op *Operation) { op.gives = mediaTypes } }

// Long gives an operation the time of a stream: it writes as much as one.
func Long() Option { return func(op *Operation) { op.long = true } }

// Public lets an operation be called without a session; why stands in the list of public routes.
func Public(why string) Option { return func(op *Operation) { op.public = why } }

// Status declares the statuses of success for the OpenAPI document, when they are not 200, and 201 for a POST.
func Status(statuses ...int) Option { return func(op *Operation) { op.statuses = statuses } }

// Binary is the Out of an operation that answers bytes, with Bytes.
type Binary struct{}

// None is the In or Out of an operation that takes or answers nothing.
type None struct{}

// Reply is what a handler answers.
type Reply[Out any] struct {
	Status   int // 200 when zero
	Location string
	Body     Out
	content  *Content
}

type reply struct {
	status   int
	location string
	body     any
	content  *Content
}

func (r Reply[Out]) erase() reply {
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	return reply{status: status, location: r.Location, body: r.Body, content: r.content}
}

// OK answers 200 with the object as it is after the act.
func OK[Out any](body Out) Reply[Out] { return Reply[Out]{Status: http.StatusOK, Body: body} }

// Created answers 201 with the place of the new object.
func Created[Out any](location string, body Out) Reply[Out] {
	return Reply[Out]{Status: http.StatusCreated, Location: location, Body: body}
}

// Bytes answers a content, whole or the range that was asked for. Its Source is closed exactly once in every case.
func Bytes(content Content) Reply[Binary] { return Reply[Binary]{content: &content} }

// Content is a body that is streamed after the handler has returned: whatever must happen when it ends, happens in
// Source.Close.
type Content struct {
	Size      int64 // -1: known at its end only; it then has no ranges, and one that is cut ends its connection
	MediaType string
	Name      string // offered to the browser as the file's name; may be empty
	Source    Source
}

// Source gives sections of a content. Section is called at most once, Close exactly once, after the last byte was
// handed to the connection or when that failed: a source that counts its bytes knows whether all were served.
type Source interface {
	Section(offset, length int64) (io.Reader, error)
	Close() error
}

var (
	operationID = regexp.MustCompile(`^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$`)
	parameter   = regexp.MustCompile(`:([a-z_]+)`)
)

// check refuses a line that contradicts itself, so that a program with such a table does not start.
func (op Operation) check() error {
	switch {
	case !operationID.MatchString(op.ID):
		return fmt.Errorf("operation %q: not an operationId", op.ID)
	case op.serve == nil:
		return fmt.Errorf("operation %s: made without Op", op.ID)
	case op.Action == "" && op.public == "":
		return fmt.Errorf("operation %s: no action, and not public", op.ID)
	case op.Action != "" && op.public != "":
		return fmt.Errorf("operation %s: public, yet with an action", op.ID)
	case op.in.Kind() != reflect.Struct:
		return fmt.Errorf("operation %s: its input is not a struct", op.ID)
	case !strings.HasPrefix(op.Path, "/"):
		return fmt.Errorf("operation %s: path %q", op.ID, op.Path)
	case op.page != nil && op.Method != http.MethodGet:
		return fmt.Errorf("operation %s: only an operation that reads has a page", op.ID)
	case op.page != nil && op.page.out != op.out:
		return fmt.Errorf("operation %s: its page shows %v, it answers %v", op.ID, op.page.out, op.out)
	case op.streamed && len(members(op.in)) > 0:
		return fmt.Errorf("operation %s: streamed, yet with members in the body", op.ID)
	}
	if err := op.checkExample(); err != nil {
		return err
	}
	for _, form := range op.forms {
		if err := form.check(op); err != nil {
			return err
		}
	}
	return op.checkParameters()
}

func (op Operation) checkParameters() error {
	declared := map[string]bool{}
	for _, p := range parameters(op.in) {
		if p.place == "path" {
			declared[p.name] = true
		}
	}
	for _, found := range parameter.FindAllStringSubmatch(op.Path, -1) {
		if !declared[found[1]] {
			return fmt.Errorf("operation %s: path parameter %s has no field", op.ID, found[1])
		}
		delete(declared, found[1])
	}
	for name := range declared {
		return fmt.Errorf("operation %s: field of path parameter %s, which the path has not", op.ID, name)
	}
	return nil
}

// reads tells whether the operation changes nothing.
func (op Operation) reads() bool { return op.Method == http.MethodGet || op.Method == http.MethodHead }

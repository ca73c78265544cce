package e2e_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"cloison/internal/dev/play"
)

// object is a JSON object.
type object = map[string]any

func clockValue(b []byte) int64 { return int64(binary.NativeEndian.Uint64(b)) }

// operation is where an operation stands, as the program's own OpenAPI document says.
type operation struct{ method, path string }

// person is somebody signed in at one portal, with a cookie jar of his own.
type person struct {
	play.Person
	env    *environment
	portal *portal
	client *http.Client
}

// answer is what came back. The problem fields are those of a problem document, if it is one.
type answer struct {
	Status    int
	Header    http.Header
	Body      []byte
	RequestID string
	Problem   problem
	portal    *portal
	op        string
}

type problem struct {
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	Rule      string `json:"rule"`
	RequestID string `json:"request_id"`
	StepUp    string `json:"step_up"`
	Status    int    `json:"status"`
}

// String never shows a body: it may be what must not be shown.
func (a answer) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s answered %d %s %s %s", a.op, a.Status, a.Problem.Code, a.Problem.Rule, a.Problem.Detail))
}

// object reads the body.
func (a answer) object(t *testing.T) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(a.Body, &o); err != nil {
		t.Fatalf("%s: reading the body: %v", a, err)
	}
	return o
}

// items reads the body of a list.
func (a answer) items(t *testing.T) []object {
	t.Helper()
	var list struct{ Items []object }
	if err := json.Unmarshal(a.Body, &list); err != nil {
		t.Fatalf("%s: reading the list: %v", a, err)
	}
	return list.Items
}

// call is one operation, by its operationId.
type call struct {
	op      string
	path    map[string]string
	query   url.Values
	json    any    // a JSON body; nil is {} for a write
	raw     []byte // or bytes, sent as octets unless headers say otherwise
	headers map[string]string
	key     string // Idempotency-Key; empty: none
}

// portalOf is where a person of that role works.
func portalOf(role string) zone {
	if role == "PREFECTURE" {
		return serverZone
	}
	return medicalZone
}

// as is a person signed in at his own portal (auditors: the medical one). The session is shared by all who ask for the same person.
func (e *environment) as(t *testing.T, id string) *person {
	t.Helper()
	return e.at(t, portalOf(e.person(t, id).Role), id)
}

// at is as, at a portal that is named.
func (e *environment) at(t *testing.T, z zone, id string) *person {
	t.Helper()
	e.mu.Lock()
	known := e.sessions[string(z)+id]
	e.mu.Unlock()
	if known != nil {
		return known
	}
	p := e.signIn(t, z, id)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sessions[string(z)+id] = p
	return p
}

// forget drops the sessions that as remembers: they died as the clock moved, or with a program.
func (e *environment) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.sessions)
}

func (e *environment) person(t *testing.T, id string) play.Person {
	t.Helper()
	who, ok := e.people.Find(id)
	if !ok {
		t.Fatalf("%s stands in no people file", id)
	}
	return who
}

// signIn opens a session of its own.
func (e *environment) signIn(t *testing.T, z zone, id string) *person {
	t.Helper()
	p, a, err := e.trySignIn(t.Context(), z, e.person(t, id))
	if err != nil {
		t.Fatalf("%s signing in at %s: %v", id, z, err)
	}
	if a.Status != http.StatusOK {
		t.Fatalf("%s signing in at %s: %s", id, z, a)
	}
	return p
}

// refusedSignIn is the answer to somebody who must not come in.
func (e *environment) refusedSignIn(t *testing.T, z zone, id string) answer {
	t.Helper()
	_, a, err := e.trySignIn(t.Context(), z, e.person(t, id))
	if err != nil {
		t.Fatalf("%s signing in at %s: %v", id, z, err)
	}
	if a.Status == http.StatusOK {
		t.Fatalf("%s came in at %s", id, z)
	}
	return a
}

func (e *environment) trySignIn(ctx context.Context, z zone, who play.Person) (*person, answer, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, answer{}, err
	}
	p := &person{Person: who, env: e, portal: e.zones[z], client: &http.Client{Jar: jar}}
	a, final, err := p.get(ctx, "/login?"+url.Values{"login_hint": {who.Login}}.Encode(), "")
	if err == nil && a.Status == http.StatusOK && final != "/" {
		err = fmt.Errorf("the sign-in ended on %s", final)
	}
	return p, a, err
}

// get fetches a page of the portal, redirects followed; it also gives the path that answered.
func (p *person) get(ctx context.Context, path, accept string) (answer, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.portal.base+path, nil)
	if err != nil {
		return answer{}, "", err
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return answer{}, "", err
	}
	a, err := p.read(resp, "GET "+path)
	return a, resp.Request.URL.Path, err
}

func (p *person) read(resp *http.Response, op string) (answer, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	a := answer{Status: resp.StatusCode, Header: resp.Header, Body: body, RequestID: resp.Header.Get("X-Request-Id"), portal: p.portal, op: op}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") {
		if err := json.Unmarshal(body, &a.Problem); err != nil {
			return a, fmt.Errorf("%s: reading a problem document: %w", op, err)
		}
	}
	return a, err
}

// call does one operation and answers whatever came back. The answer is held against the program's own OpenAPI document.
func (p *person) call(t *testing.T, c call) answer {
	t.Helper()
	a, err := p.try(t, c)
	if err != nil {
		t.Fatalf("%s by %s: %v", c.op, p.ID, err)
	}
	return a
}

// do is call that must succeed.
func (p *person) do(t *testing.T, c call) answer {
	t.Helper()
	a := p.call(t, c)
	if a.Status < 200 || a.Status > 299 {
		t.Fatalf("%s by %s: %s", c.op, p.ID, a)
	}
	return a
}

// try is call for a program that may be away.
func (p *person) try(t *testing.T, c call) (answer, error) {
	t.Helper()
	req, sent := p.request(t, c)
	resp, err := p.client.Do(req)
	if err != nil {
		return answer{op: c.op}, err
	}
	a, err := p.read(resp, c.op)
	if err != nil {
		return a, err
	}
	theWorld.schemas.check(t, p.portal, c.op, req, sent, resp, a)
	return a, nil
}

// request makes the request of a call, and answers the body too.
func (p *person) request(t *testing.T, c call) (*http.Request, []byte) {
	t.Helper()
	op, ok := p.portal.ops[c.op]
	if !ok {
		t.Fatalf("%s offers no %s", p.portal.zone, c.op)
	}
	path := op.path
	for name, value := range c.path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	if len(c.query) > 0 {
		path += "?" + c.query.Encode()
	}
	body, kind := c.raw, "application/octet-stream"
	if c.raw == nil && op.method != http.MethodGet {
		value := c.json
		if value == nil {
			value = object{}
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		body, kind = encoded, "application/json"
	}
	req, err := http.NewRequestWithContext(t.Context(), op.method, p.portal.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if op.method != http.MethodGet {
		req.Header.Set("Content-Type", kind)
	}
	if c.key != "" {
		req.Header.Set("Idempotency-Key", c.key)
	}
	req.Header.Set("Accept", "application/json")
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	return req, body
}

// stepUp does the fresh authentication that an answer asks for, in the same session.
func (p *person) stepUp(t *testing.T, a answer) {
	t.Helper()
	if err := p.tryStepUp(t.Context(), a); err != nil {
		t.Fatalf("%s confirming %s: %v", p.ID, a.op, err)
	}
}

func (p *person) tryStepUp(ctx context.Context, a answer) error {
	if a.Problem.Code != "step_up_required" || !strings.Contains(a.Problem.StepUp, "?") {
		return fmt.Errorf("no step-up is offered: %s", a)
	}
	done, final, err := p.get(ctx, a.Problem.StepUp+"&"+url.Values{"login_hint": {p.Login}}.Encode(), "")
	if err != nil {
		return err
	}
	if done.Status != http.StatusOK || final != "/" {
		return fmt.Errorf("the step-up ended on %s: %s", final, done)
	}
	return nil
}

// confirm is do for an act that needs a step-up: asked, done, then the same call again.
func (p *person) confirm(t *testing.T, c call) answer {
	t.Helper()
	a := p.call(t, c)
	p.stepUp(t, a)
	return p.do(t, c)
}

// persist does a call whatever dies meanwhile: it waits for a program that is away, signs in again where the session died, does the
// step-up that is asked, all under one Idempotency-Key.
func (e *environment) persist(t *testing.T, z zone, id string, c call) answer {
	t.Helper()
	if c.key == "" {
		c.key = rand.Text()
	}
	var a answer
	var last error
	eventually(t, fmt.Sprintf("%s by %s goes through", c.op, id), func() bool {
		p, err := e.session(t, z, id)
		if err != nil {
			last = err
			return false
		}
		a, err = p.try(t, c)
		switch {
		case err != nil:
			last = err
		case a.Status == http.StatusUnauthorized:
			e.drop(z, id)
		case a.Problem.Code == "step_up_required":
			last = p.tryStepUp(t.Context(), a)
			if last != nil {
				e.drop(z, id)
			}
		case a.Status == http.StatusServiceUnavailable:
		default:
			return true
		}
		return false
	})
	if a.Status < 200 || a.Status > 299 {
		t.Fatalf("%s by %s: %s (before: %v)", c.op, id, a, last)
	}
	return a
}

// session is as, for a portal that may be away.
func (e *environment) session(t *testing.T, z zone, id string) (*person, error) {
	e.mu.Lock()
	known := e.sessions[string(z)+id]
	e.mu.Unlock()
	if known != nil {
		return known, nil
	}
	p, a, err := e.trySignIn(t.Context(), z, e.person(t, id))
	if err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("signing in: %s", a)
	}
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sessions[string(z)+id] = p
	return p, nil
}

func (e *environment) drop(z zone, id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.sessions, string(z)+id)
}

// discover reads the operations of a portal.
func (w *world) discover(z zone, base string) (*portal, error) {
	ops, err := w.schemas.operations(z, base)
	return &portal{zone: z, base: base, ops: ops}, err
}

package play

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// zoneName is one of the two portals.
type zoneName string

const (
	medicalZone zoneName = "medical"
	serverZone  zoneName = "server"
)

// operation is where an operation stands, as the program's own OpenAPI says.
type operation struct{ method, path string }

type zone struct {
	name zoneName
	base string
	ops  map[string]operation
	kept *recorder
}

// answerLimit bounds one answer; the largest is a document.
const answerLimit = 256 << 20

// tries bounds how often one call signs in again, or confirms again: once is the rule, more where a program dies on purpose meanwhile.
const tries = 12

// patience is how long a program that was killed has to come back.
const patience = 30 * time.Second

// discover reads /api/openapi.json.
func discover(ctx context.Context, name zoneName, base string) (*zone, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/openapi.json", nil)
	if err != nil {
		return nil, fmt.Errorf("preparing a request: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("aucun environnement de développement ne répond sur %s : lancez « bin/cloison dev --clock … --quick-login » : %w", base, err)
	}
	defer resp.Body.Close()
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, answerLimit)).Decode(&doc); err != nil {
		return nil, fmt.Errorf("reading the OpenAPI of %s: %w", name, err)
	}
	z := &zone{name: name, base: base, ops: map[string]operation{}}
	for path, methods := range doc.Paths {
		for method, raw := range methods {
			var op struct {
				ID string `json:"operationId"`
			}
			if json.Unmarshal(raw, &op) == nil && op.ID != "" {
				z.ops[op.ID] = operation{strings.ToUpper(method), path}
			}
		}
	}
	return z, nil
}

// session is one person signed in at one portal, with a jar of his own.
type session struct {
	zone   *zone
	login  string
	role   string
	client *http.Client
}

// answer is what came back. Code and Rule are those of a problem document, if it is one.
type answer struct {
	Status    int
	Code      string
	Rule      string
	Detail    string
	RequestID string
	StepUp    string
	Body      []byte
	zone      *zone
}

func (a answer) ok() bool { return a.Status >= 200 && a.Status < 300 }

// String says in one line why something was refused; never a body, which may hold what is secret.
func (a answer) String() string {
	s := strconv.Itoa(a.Status)
	for _, more := range []string{a.Code, a.Rule, a.Detail} {
		if more != "" {
			s += " " + more
		}
	}
	return s
}

// refusedError is a sign-in, or a confirmation, that ended elsewhere than where it leads.
type refusedError struct{ answer answer }

func (e *refusedError) Error() string {
	return "connexion ou confirmation refusée : " + e.answer.String()
}

// signIn signs somebody in, as the development provider lets a hint do. Role asks for that role. It waits for a program that is away.
func signIn(ctx context.Context, z *zone, login, role string) (*session, error) {
	for away := time.Duration(0); ; {
		s, err := trySignIn(ctx, z, login, role)
		if !comesBack(err) || away >= patience {
			return s, err
		}
		away += pause(ctx, 300*time.Millisecond)
	}
}

// comesBack says whether an error is that of a program that was killed and is being started again.
func comesBack(err error) bool {
	var refused *refusedError
	if errors.As(err, &refused) {
		return refused.answer.Status == http.StatusServiceUnavailable
	}
	return err != nil
}

func trySignIn(ctx context.Context, z *zone, login, role string) (*session, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("making a cookie jar: %w", err)
	}
	s := &session{zone: z, login: login, role: role, client: &http.Client{Jar: jar, Timeout: 2 * time.Minute}}
	query := url.Values{"login_hint": {login}}
	if role != "" {
		query.Set("role", role)
	}
	a, final, err := s.get(ctx, z.base+"/login?"+query.Encode())
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK || final != "/" {
		return nil, &refusedError{a}
	}
	return s, nil
}

// get follows redirects; it answers the last answer and the path it came from.
func (s *session) get(ctx context.Context, address string) (answer, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, "", fmt.Errorf("preparing a request: %w", err)
	}
	a, final, err := s.do(req)
	return a, final, err
}

func (s *session) do(req *http.Request) (answer, string, error) {
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, "", fmt.Errorf("calling %s: %w", s.zone.name, withoutAddress(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return answer{}, "", fmt.Errorf("reading an answer of %s: %w", s.zone.name, err)
	}
	a := answer{Status: resp.StatusCode, RequestID: resp.Header.Get("X-Request-Id"), Body: body, zone: s.zone}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") {
		var p struct {
			Code   string `json:"code"`
			Rule   string `json:"rule"`
			Detail string `json:"detail"`
			StepUp string `json:"step_up"`
		}
		if json.Unmarshal(body, &p) == nil {
			a.Code, a.Rule, a.Detail, a.StepUp = p.Code, p.Rule, p.Detail, p.StepUp
		}
	}
	return a, resp.Request.URL.Path, nil
}

// withoutAddress drops the URL that net/http repeats: a query may name a person.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// call is one operation.
type call struct {
	op      string
	path    map[string]string
	query   url.Values
	json    any    // a JSON body
	raw     []byte // or bytes
	headers map[string]string
}

var errNotOffered = errors.New("not offered yet")

// request makes the request of a call. One key serves every try of it.
func (s *session) request(ctx context.Context, c call, key string) (*http.Request, error) {
	op, ok := s.zone.ops[c.op]
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNotOffered, c.op)
	}
	address := s.zone.base + fill(op.path, c.path)
	if len(c.query) > 0 {
		address += "?" + c.query.Encode()
	}
	body, kind := c.raw, "application/octet-stream"
	if c.raw == nil && op.method != http.MethodGet {
		value := c.json
		if value == nil {
			value = object{}
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("writing the body of %s: %w", c.op, err)
		}
		body, kind = encoded, "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, op.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("preparing %s: %w", c.op, err)
	}
	if op.method != http.MethodGet {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("Accept", "application/json")
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	return req, nil
}

// fill puts values into a path; a parameter that has none stays, and the answer will be 404.
func fill(path string, values map[string]string) string {
	for name, value := range values {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	return path
}

// call does one operation as the person signed in. A step-up that is asked is done in the same session and the same call sent again; a
// program that is away or sealed is waited for, and a session that died with it is opened again, under the same key.
func (s *session) call(ctx context.Context, c call) (answer, error) {
	key := rand.Text()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	steps, dead, away := 0, 0, time.Duration(0)
	for {
		req, err := s.request(ctx, c, key)
		if err != nil {
			return answer{}, err
		}
		a, _, err := s.do(req)
		if err == nil {
			err = s.zone.kept.keep(s.zone, c, a)
		}
		switch {
		case err == nil && a.Code == "step_up_required" && a.StepUp != "" && steps < tries:
			steps++
			if err := s.stepUp(ctx, a.StepUp); err == nil {
				continue
			} else if !comesBack(err) || away >= patience {
				return a, err
			}
			away += pause(ctx, 300*time.Millisecond)
		case err == nil && a.Status == http.StatusUnauthorized && dead < tries:
			dead++ // its keys were in a program that died
		case err == nil && a.Status != http.StatusServiceUnavailable, away >= patience:
			return a, err
		default:
			away += pause(ctx, 300*time.Millisecond)
		}
		if again, err := signIn(ctx, s.zone, s.login, s.role); err == nil {
			s.client = again.client
		}
	}
}

// stepUp does the fresh authentication that an act asks for.
func (s *session) stepUp(ctx context.Context, path string) error {
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	a, _, err := s.get(ctx, s.zone.base+path+joint+url.Values{"login_hint": {s.login}}.Encode())
	if err == nil && a.Status >= 400 {
		return &refusedError{a}
	}
	return err
}

func pause(ctx context.Context, d time.Duration) time.Duration {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
	return d
}

// decode reads the body of an answer.
func decode[T any](a answer) (T, error) {
	var v T
	if err := json.Unmarshal(a.Body, &v); err != nil {
		return v, errors.New("la réponse n'a pas la forme attendue")
	}
	return v, nil
}

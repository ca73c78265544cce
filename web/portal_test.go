package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// book stands for the gate: it keeps what was refused before policy.
type book struct {
	mu      sync.Mutex
	entries []string
	acts    []act.Act
	fails   error
}

func (b *book) Refuse(_ context.Context, _ act.Subject, a act.Act, rule string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails != nil {
		return b.fails
	}
	b.entries, b.acts = append(b.entries, a.Action+" "+rule), append(b.acts, a)
	return nil
}

type stage struct {
	Requested bool   `json:"requested"`
	Note      string `json:"note" validate:"max=10"`
}

type noteInput struct {
	Dossier string  `path:"dossier" validate:"uuid"`
	Kind    string  `json:"kind" validate:"required,oneof=A B"`
	Months  *int    `json:"months"`
	Stages  []stage `json:"stages" validate:"dive"`
	stage
}

type noteOutput struct {
	ID string `json:"id"`
}

const dossierID = "0b6f3c3e-7f0e-4d59-8a52-1f6d3f0a9b11"

// portal is an application on a real listener. X-Test-User is its session.
type portal struct {
	url     string
	book    *book
	journal *bytes.Buffer
	calls   *[]noteInput
}

func newPortal(t *testing.T, more ...Operation) portal {
	t.Helper()
	p := portal{book: &book{}, journal: &bytes.Buffer{}, calls: &[]noteInput{}}
	listener, err := Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	p.url = "http://" + listener.Addr().String()
	var mu sync.Mutex
	ops := append([]Operation{
		Op("writeNote", "POST", "/dossiers/:dossier/notes", "note.write", func(_ *Call, in noteInput) (Reply[noteOutput], error) {
			mu.Lock()
			defer mu.Unlock()
			*p.calls = append(*p.calls, in)
			return Created("/api/v1/notes/1", noteOutput{ID: "1"}), nil
		}),
		Op("upload", "PUT", "/dossiers/:dossier/content", "note.upload", func(c *Call, _ struct {
			Dossier string `path:"dossier"`
		}) (Reply[noteOutput], error) {
			if c.Header("X-Ignore") != "" {
				return OK(noteOutput{ID: "ignored"}), nil
			}
			n, err := io.Copy(io.Discard, c.Body())
			if err != nil {
				return Reply[noteOutput]{}, act.Wrap(act.Invalid, "", err)
			}
			return OK(noteOutput{ID: fmt.Sprint(n)}), nil
		}, Streamed("application/octet-stream")),
		Op("readNote", "GET", "/notes/:note", "note.read", func(c *Call, in struct {
			Note string `path:"note"`
		}) (Reply[noteOutput], error) {
			switch in.Note {
			case "denied":
				return Reply[noteOutput]{}, &act.Error{Kind: act.Forbidden, Rule: "NOT_ASSIGNED", Sentence: "Demandez.", Visible: true}
			case "hidden":
				return Reply[noteOutput]{}, &act.Error{Kind: act.Missing, Rule: "NOT_ASSIGNED"}
			case "broken":
				return Reply[noteOutput]{}, errors.New("secret of a patient")
			case "panic":
				panic("secret of a patient")
			}
			return OK(noteOutput{ID: in.Note + c.Act(act.Object{}).IdempotencyKey}), nil
		}, Page("/notes/:note", "note", func(_ *Call, out noteOutput) any { return out.ID })),
	}, more...)
	app, err := New(Options{
		Name: "test", Ops: ops, Gate: p.book, PublicURL: p.url,
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if c.Get("X-Test-User") == "" {
				return act.Subject{}, act.NewError(act.Unauthenticated, "")
			}
			return act.Subject{ID: "u", Reference: "r"}, nil
		},
		Render: func(w io.Writer, template string, view any) error {
			_, err := fmt.Fprintf(w, "<p>%s %v</p>", template, view)
			return err
		},
		Logger: slog.New(slog.NewTextHandler(&lockedWriter{w: p.journal}, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener) //nolint:errcheck // ends with the test
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	return p
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

type answer struct {
	status  int
	header  http.Header
	body    string
	problem Problem
}

func (p portal) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Test-User", "u")
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			request.Header.Del(headers[i])
			continue
		}
		request.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(raw)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		if err := json.Unmarshal(raw, &a.problem); err != nil {
			t.Fatalf("problem %q: %v", raw, err)
		}
	}
	return a
}

func (p portal) write(t *testing.T, body string, headers ...string) answer {
	t.Helper()
	return p.do(t, "POST", Prefix+"/dossiers/"+dossierID+"/notes", body, headers...)
}

package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"cloison/act"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v2"
	"github.com/swaggest/jsonschema-go"
)

// Prefix is where the JSON API starts.
const Prefix = "/api/v1"

// Refuser records a refusal made before policy. *act.Gate is one.
type Refuser interface {
	Refuse(ctx context.Context, who act.Subject, a act.Act, rule string) error
}

// Route is a route outside the table: sign-in, assets. It has no act of its own, so it says why it may be public.
type Route struct {
	Method, Path string
	Why          string
	Handler      fiber.Handler
}

// Options of a portal.
type Options struct {
	Name   string // of the program, title of its OpenAPI document
	Ops    []Operation
	Routes []Route
	Gate   Refuser
	// Authenticate tells who asks, or answers an *act.Error of kind unauthenticated.
	Authenticate func(*fiber.Ctx) (act.Subject, error)
	// Translate may replace an error of an operation: identity.Service.Translate begins a step-up, a program says what
	// keyholder's errors mean. Nil: errors stay.
	Translate func(ctx context.Context, who act.Subject, err error) error
	// Render writes a page: layout.Render. Needed when an operation has a page.
	Render func(w io.Writer, template string, view any) error
	// Error builds the view of the page template "error"; without it errors are problem documents for pages too.
	Error func(*fiber.Ctx, Problem) (template string, view any)
	// Ended builds the page of a form that was sent after its session had ended, with what it carried; without it the error page stands.
	Ended func(c *fiber.Ctx, fields []Field) (template string, view any)
	// Confirm builds the page that asks for a fresh authentication, at problem.StepUp, for the call's own operation.
	Confirm func(*Call, Problem) (template string, view any)
	// PublicURL is where browsers reach the portal; its origin is the only one that may write.
	PublicURL string
	// Ready tells whether the portal can serve; nil is always.
	Ready func(context.Context) error
	// Validation adds rules of the domain to the validator.
	Validation func(*validator.Validate) error
	// Schema adds types of the domain to the OpenAPI reflection.
	Schema func(*jsonschema.Reflector)
	Logger *slog.Logger
	Random io.Reader // crypto/rand when nil
}

type server struct {
	Options
	origin   string
	secure   bool
	validate *validator.Validate
	spec     func() ([]byte, error) // describe, once
}

// New builds the portal's application, or says why the table must not start: an operation without action, two of one
// id, an input that cannot be validated.
func New(o Options) (*fiber.App, error) {
	s := &server{Options: o, validate: newValidator()}
	if s.Random == nil {
		s.Random = rand.Reader
	}
	if s.Logger == nil {
		s.Logger = slog.Default()
	}
	for _, prepare := range []func() error{s.checkOptions, s.checkTable, s.checkValidation} {
		if err := prepare(); err != nil {
			return nil, fmt.Errorf("building the portal %s: %w", o.Name, err)
		}
	}
	s.spec = sync.OnceValues(s.describe)
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true,
		Immutable:             true,
		CaseSensitive:         true,
		StrictRouting:         true,
		// Bodies are read by body, which bounds them; in stream mode BodyLimit bounds nothing.
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadTimeout:                  30 * time.Second,
		WriteTimeout:                 60 * time.Second,
		IdleTimeout:                  75 * time.Second,
		ReadBufferSize:               16 << 10,
		ErrorHandler:                 s.problem,
	})
	app.Use(s.frame)
	s.routes(app)
	app.Use(func(*fiber.Ctx) error { return act.NotFound() })
	AnswerEveryMethod(app)
	return app, nil
}

func (s *server) routes(app *fiber.App) {
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	app.Get("/readyz", s.readyz)
	app.Get("/api/openapi.json", s.openapi)
	for _, route := range s.Routes {
		app.Add(route.Method, route.Path, route.Handler)
	}
	for _, op := range s.Ops {
		app.Add(op.Method, Prefix+op.Path, s.handler(op, false))
		if op.page != nil {
			app.Add(op.Method, op.page.path, s.handler(op, true))
		}
		for _, form := range op.forms {
			app.Add(http.MethodPost, form.path, s.sentForm(op.by(form)))
			if form.view != nil {
				app.Add(http.MethodGet, form.path, s.blankForm(op.by(form)))
			}
		}
	}
}

func (s *server) checkOptions() error {
	public, err := url.Parse(s.PublicURL)
	switch {
	case err != nil || public.Host == "":
		return errors.New("the public URL is not one")
	case s.Gate == nil || s.Authenticate == nil:
		return errors.New("no gate, or no authentication")
	}
	s.origin, s.secure = public.Scheme+"://"+public.Host, public.Scheme == "https"
	for _, route := range s.Routes {
		if route.Why == "" {
			return fmt.Errorf("route %s %s does not say why it is public", route.Method, route.Path)
		}
	}
	return nil
}

// checkTable: no action, no start (TestNoActionNoStart).
func (s *server) checkTable() error {
	taken := map[string]string{}
	for _, op := range s.Ops {
		if err := op.check(); err != nil {
			return err
		}
		keys := []string{"id " + op.ID, op.Method + " " + parameter.ReplaceAllString(Prefix+op.Path, ":")}
		keys = append(keys, op.pages()...)
		if (op.page != nil || len(op.forms) > 0) && s.Render == nil {
			return fmt.Errorf("operation %s has a page, and nothing renders it", op.ID)
		}
		for _, key := range keys {
			if other, double := taken[key]; double {
				return fmt.Errorf("operations %s and %s share %s", other, op.ID, key)
			}
			taken[key] = op.ID
		}
	}
	return nil
}

// pages are the routes of an operation's other faces.
func (op Operation) pages() []string {
	var routes []string
	if op.page != nil {
		routes = append(routes, "GET "+parameter.ReplaceAllString(op.page.path, ":"))
	}
	for _, form := range op.forms {
		routes = append(routes, "POST "+parameter.ReplaceAllString(form.path, ":"))
		if form.view != nil {
			routes = append(routes, "GET "+parameter.ReplaceAllString(form.path, ":"))
		}
	}
	return routes
}

func (s *server) readyz(c *fiber.Ctx) error {
	if s.Ready == nil {
		return c.SendString("ok\n")
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), 5*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.Logger.Warn("not ready", "error", err)
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ok\n")
}

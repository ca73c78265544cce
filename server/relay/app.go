package relay

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/audit"
	"cloison/release"
	"cloison/release/form"
	"cloison/server/store"
	"cloison/web"
)

// Options of the relay.
type Options struct {
	Pool   *pgxpool.Pool
	Gate   *act.Gate
	Bell   *store.Bell
	Peer   string    // name of the certificate that may call
	Pins   form.Pins // certificates of the medical zone's seal
	Logger *slog.Logger
	Logs   *Logs // nil: the two zones do not witness each other's log
}

// Relay holds the calls. Safe for concurrent use.
type Relay struct {
	Options
	who act.Subject
}

// New builds the relay's own application: its routes, and 404 for anything and anybody else.
func New(o Options) (*fiber.App, error) {
	if o.Pool == nil || o.Gate == nil || o.Bell == nil || o.Peer == "" || o.Logger == nil {
		return nil, errors.New("building the relay: an option is missing")
	}
	if err := o.Pins.Check(); err != nil {
		return nil, fmt.Errorf("building the relay: %w", err)
	}
	r := &Relay{Options: o, who: act.System("relay")}
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true, Immutable: true, CaseSensitive: true, StrictRouting: true,
		BodyLimit: release.MaxBytes, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 75 * time.Second,
		ErrorHandler: r.problem,
	})
	app.Use(r.peerOnly)
	app.Get("/relay/v1/referrals", r.giveReferrals)
	app.Get("/relay/v1/acknowledgements", r.giveAcknowledgements)
	app.Put("/relay/v1/releases/:seq", r.takeRelease)
	app.Put("/relay/v1/shreddings/:digest", r.takeShredding)
	if o.Logs != nil {
		r.auditRoutes(app)
	}
	app.Use(func(*fiber.Ctx) error { return act.NotFound() })
	web.AnswerEveryMethod(app)
	return app, nil
}

// peerOnly checks the name again for each call, whatever listener the application was given: without the peer's
// certificate on this very connection nothing here exists (TestCallWithoutPeerIs404).
func (r *Relay) peerOnly(c *fiber.Ctx) error {
	r.open(c)
	if err := checkPeer(c.Context().TLSConnectionState(), r.Peer); err != nil {
		r.Logger.Warn("relay call without the peer's certificate", "request_id", requestID(c))
		return act.NotFound()
	}
	return c.Next()
}

// open gives an answer its id and headers; problem calls it too, for what never reached a route.
func (r *Relay) open(c *fiber.Ctx) {
	if requestID(c) == "" {
		c.Set(requestIDHeader, audit.NewID())
		web.SetHeaders(c, web.NothingActs, true)
	}
}

const requestIDHeader = "X-Request-Id"

func requestID(c *fiber.Ctx) string { return string(c.Response().Header.Peek(requestIDHeader)) }

// act is a call's act on an object.
func (r *Relay) act(c *fiber.Ctx, action string, object act.Object) act.Act {
	return act.Act{Action: action, Object: object, RequestID: requestID(c)}
}

// problem answers as the portals do. A gap also says which number is expected.
func (r *Relay) problem(c *fiber.Ctx, err error) error {
	r.open(c)
	answer := struct {
		web.Problem
		Expected int64 `json:"expected,omitempty"`
	}{Problem: web.ProblemOf(err)}
	answer.RequestID = requestID(c)
	var gap *gapError
	if errors.As(err, &gap) {
		answer.Expected = gap.expected
	}
	level := slog.LevelWarn
	if answer.Status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	r.Logger.Log(c.UserContext(), level, "relay refused", "request_id", answer.RequestID, "route", c.Route().Path,
		"code", answer.Code, "rule", answer.Rule, "error", operatorText(err))
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("writing a problem: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(answer.Status).Send(body)
}

// operatorText: fasthttp quotes what it could not parse, so its errors are logged by their class only.
func operatorText(err error) string {
	var routed *fiber.Error
	if errors.As(err, &routed) {
		return fmt.Sprintf("status %d", routed.Code)
	}
	return err.Error()
}

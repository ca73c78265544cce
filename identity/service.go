package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloison/act"
	"cloison/crypto/passkey"
	"cloison/internal/clock"
	"cloison/web"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Zones.
const (
	Medical = "medical"
	Server  = "server"
)

// Options of a zone's identity service.
type Options struct {
	Zone      string
	Pool      *pgxpool.Pool
	Gate      *act.Gate
	Clock     clock.Clock
	Location  *time.Location // where the day of a habilitation begins: Europe/Paris
	PublicURL string         // where browsers reach the portal
	Issuers   []Issuer

	// Nonce draws the nonce of a sign-in (act "session") or of a step-up. The medical zone asks keyholder, which takes
	// only tokens over nonces that it drew. Nil: drawn here.
	Nonce func(ctx context.Context, act, dossier string, digest []byte) (string, error)
	// OpenSession gives keyholder's handle for a token, CloseSession ends it. Nil: this zone has no handle. Errors that
	// are no *act.Error answer as unavailable.
	OpenSession  func(ctx context.Context, idToken string) (handle string, err error)
	CloseSession func(ctx context.Context, handle string) error
	// Approve checks a step-up's token and answers the approval to archive, as JSON. Nil: this zone has no step-up.
	Approve func(ctx context.Context, nonce, idToken string) ([]byte, error)
	// Door says how a person approves; ApprovePasskey checks an assertion over a step-up's nonce, as Approve does a token; PasskeyPage asks for one.
	// All three or none: nil, everybody approves with his provider.
	Door           func(ctx context.Context, who act.Subject) (Door, error)
	ApprovePasskey func(ctx context.Context, nonce string, of Account, a passkey.Assertion) ([]byte, error)
	PasskeyPage    func(c *fiber.Ctx, p PasskeyPrompt) error
	// Budgets tells a person what is left to open. Nil: this zone counts nothing.
	Budgets func(ctx context.Context, who act.Subject) ([]Budget, error)

	// LoginPage writes the page with the choices of issuer. Nil: the first issuer is taken.
	LoginPage func(c *fiber.Ctx, choices []Choice) error
	// LeavePage tells a person who signed out that he is being led on to his provider, to sign out there too; its link goes where the answer's Refresh
	// header does. Nil: one signs out here alone.
	LeavePage func(c *fiber.Ctx, to Choice) error
	// AfterStepUp is where a browser goes on once a step-up was approved: the page of the act. Without it, and for programs, "/".
	AfterStepUp func(c *fiber.Ctx, confirmed StepUp) string
	// SessionsPage shows a person the sessions that are open in his name. Nil: programs alone ask.
	SessionsPage func(*web.Call, OwnSessions) (any, error)
	Client       *http.Client // nil: one of its own, without redirects, bounded in time and size
	Random       io.Reader    // nil: crypto/rand

	// QuickLogin lets the directory choose the issuer of a login_hint. For development only: whoever asks learns who is a physician.
	QuickLogin bool
	Pace       Pace
	Machine    clock.Clock // the pace's; nil: the machine's own, whatever the clock of acts is
}

// Choice is a way to sign in, as the login page offers it.
type Choice struct {
	Name string // Pro Santé Connect, ProConnect
	Kind IssuerKind
	URL  string
}

// Service is a zone's identity. Safe for concurrent use.
type Service struct {
	Options
	issuers   []*issuer
	limits    limits
	secure    bool
	turnstile *turnstile

	// What is over is deleted now and then, not at each sign-in.
	pendingPurge, sessionPurge chore
}

// limits of a session.
type limits struct{ idle, absolute time.Duration }

// The medical ones are keyholder's too.
var zoneLimits = map[string]limits{
	Medical: {30 * time.Minute, 10 * time.Hour},
	Server:  {60 * time.Minute, 12 * time.Hour},
}

// New checks the options. It calls no issuer: one that is down at start must not keep the portal down.
func New(o Options) (*Service, error) {
	public, err := url.Parse(o.PublicURL)
	zone, known := zoneLimits[o.Zone]
	switch {
	case err != nil || public.Host == "":
		return nil, errors.New("building identity: the public URL is not one")
	case !known:
		return nil, fmt.Errorf("building identity: no zone %q", o.Zone)
	case o.Pool == nil || o.Gate == nil || o.Clock == nil || o.Location == nil:
		return nil, errors.New("building identity: no pool, gate, clock or location")
	case len(o.Issuers) == 0:
		return nil, errors.New("building identity: no issuer")
	case (o.Door == nil) != (o.ApprovePasskey == nil) || (o.Door == nil) != (o.PasskeyPage == nil):
		return nil, errors.New("building identity: half of what passkeys need")
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Client == nil {
		o.Client = newClient()
	}
	if o.Machine == nil {
		o.Machine = clock.Machine{}
	}
	s := &Service{Options: o, limits: zone, secure: public.Scheme == "https"}
	if s.turnstile, err = newTurnstile(o.Pace, o.Machine); err != nil {
		return nil, fmt.Errorf("building identity: %w", err)
	}
	if err := s.addIssuers(); err != nil {
		return nil, fmt.Errorf("building identity: %w", err)
	}
	return s, nil
}

// now is stored: PostgreSQL keeps microseconds.
func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Microsecond) }

// today is the day in force.
func (s *Service) today() string { return s.Clock.Now().In(s.Location).Format(time.DateOnly) }

// draw gives 32 random bytes as text.
func (s *Service) draw() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("drawing a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// drawID gives a random UUID.
func (s *Service) drawID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// nonce asks whoever draws nonces in this zone.
func (s *Service) nonce(ctx context.Context, act, dossier string, digest []byte) (string, error) {
	if s.Nonce == nil {
		return s.draw()
	}
	nonce, err := s.Nonce(ctx, act, dossier, digest)
	if err != nil {
		return "", outage("drawing a nonce", err)
	}
	return nonce, nil
}

// outage keeps an *act.Error as it is and makes anything else unavailable.
func outage(doing string, err error) error {
	var known *act.Error
	if errors.As(err, &known) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return act.Wrap(act.Unavailable, "", fmt.Errorf("%s: %w", doing, err))
}

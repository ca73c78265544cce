package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	auditdesk "cloison/audit/desk"
	"cloison/cmd/internal/decisions"
	"cloison/cmd/internal/program"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/jobs"
	"cloison/medical/desk"
	"cloison/medical/inspect"
	"cloison/medical/relay"
	"cloison/medical/store"
	"cloison/medical/sweep"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/assets"
	"cloison/web/layout"
	"cloison/web/portal"
)

// stopTime bounds a graceful stop.
const stopTime = 10 * time.Second

// parts are what the program is made of, in the order in which they depend on one another.
type parts struct {
	log    *slog.Logger
	clock  clock.Clock
	paris  *time.Location
	pool   *pgxpool.Pool
	gate   *act.Gate
	keys   *keyholder.Client
	pieces *inspect.Inspector
	rules  *policy.Engine

	decided *decisions.File
	vault   *vault.Vault
	relay   *relay.Relay
}

// serve wires the program, from what it depends on to what it offers.
func serve(ctx context.Context, c configuration, f program.Flags, stdout io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stdout, nil)).With("program", "medical", "environment", c.Environment)
	read, err := c.read()
	if err != nil {
		return err
	}
	now, err := f.Clock()
	if err != nil {
		return err
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return fmt.Errorf("loading Europe/Paris: %w", err)
	}
	pool, err := db.Open(ctx, db.Options{URL: read.databaseURL.Reveal(), ApplicationName: "cloison medical"})
	if err != nil {
		return err
	}
	defer pool.Close()
	pieces, err := newInspector(ctx, c, log)
	if err != nil {
		return err
	}
	decided, err := decisions.Open(c.DecisionsFile, log)
	if err != nil {
		return err
	}
	defer decided.Close()
	p, err := build(ctx, c, read, parts{log: log, clock: now, paris: paris, pool: pool, pieces: pieces, decided: decided})
	if err != nil {
		return err
	}
	defer p.keys.Close()
	app, err := newPortal(c, read, p)
	if err != nil {
		return err
	}
	documents, err := c.listenViewer(read)
	if err != nil {
		return err
	}
	if err := p.sweep(ctx); err != nil {
		return err
	}
	listener, err := web.Listen(c.Listen, read.portal)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go p.relay.Run(ctx)
	swept := make(chan error, 1)
	go func() {
		swept <- jobs.Serve(ctx, read.databaseURL.Reveal(), p.sweeps(), log)
		cancel() // without its sweeps the program is not whole
	}()
	numbered := make(chan error, 1)
	go func() {
		numbered <- serveLog(ctx, c, read, p)
		cancel() // it ends before its time only where it could not begin
	}()
	log.Info("ready", "portal", listener.Addr().String())
	ended := make(chan error, 2)
	go func() { ended <- app.Listener(listener) }()
	documents.serve(ended)
	select {
	case <-ctx.Done():
		err = nil
	case err = <-ended:
	}
	log.Info("stopping")
	cancel()
	if stop := app.ShutdownWithTimeout(stopTime); stop != nil && !errors.Is(stop, context.DeadlineExceeded) {
		err = errors.Join(err, fmt.Errorf("stopping the portal: %w", stop))
	}
	return errors.Join(err, documents.stop(), <-swept, <-numbered)
}

func build(ctx context.Context, c configuration, read files, p parts) (parts, error) {
	var err error
	if p.rules, err = policy.New(); err != nil {
		return parts{}, err
	}
	p.gate = act.New(act.Options{
		Pool: p.pool, Policy: p.rules, Clock: p.clock, Zone: identity.Medical, Location: p.paris, Constraints: store.Constraints,
		Decided: p.decided.Recorder(), Alarm: p.log,
	})
	p.keys = keyholder.Dial(c.KeyholderSocket)
	objects, err := c.objects(ctx)
	if err != nil {
		return parts{}, err
	}
	p.vault, err = vault.New(vault.Options{
		Keys: p.keys, RecipientKey: read.recipientKey, Objects: objects, Pool: p.pool, Zone: identity.Medical,
		Inspector: p.pieces.ForVault()})
	if err != nil {
		return parts{}, err
	}
	witnessed, err := logs(c, read, p)
	if err != nil {
		return parts{}, err
	}
	p.relay, err = relay.New(relay.Options{
		URL: c.RelayURL, Client: relay.NewClient(read.relay, read.relayAuthority, c.RelayPeer), Gate: p.gate, Pool: p.pool,
		Vault: p.vault, Keys: p.keys, AckKeys: read.ackKeys, Log: p.log, Logs: witnessed,
	})
	return p, err
}

func (p parts) sweeps() []jobs.Sweep {
	return sweep.List(sweep.Options{Gate: p.gate, Pool: p.pool, Clock: p.clock, Keys: p.keys, Files: p.vault})
}

// sweep settles the uploads that a crash left unfinished.
func (p parts) sweep(ctx context.Context) error {
	swept, err := p.vault.Sweep(ctx)
	if err != nil {
		return fmt.Errorf("settling unfinished uploads: %w", err)
	}
	if swept.Settled > 0 {
		p.log.Warn("unfinished uploads settled", "uploads", swept.Settled, "removed", swept.Removed)
	}
	return nil
}

func newPortal(c configuration, read files, p parts) (*fiber.App, error) {
	sheets, err := assets.Load()
	if err != nil {
		return nil, err
	}
	pages := &portal.Portal{
		Face: layout.Medical, Brand: c.Brand, Assets: sheets, Clock: p.clock, Location: p.paris,
		Front: map[string]string{"MEDECIN": "/dossiers", "SECRETARIAT_MEDICAL": "/dossiers", "AUDITEUR_CONFORMITE": "/journal", "DPO": "/journal"},
		Menu: map[string][]portal.Entry{
			"MEDECIN":             {{Label: "Mon travail", Path: "/dossiers"}, {Label: "Astreinte", Path: "/astreinte"}, {Label: "Accès à justifier", Path: "/acces-a-justifier"}, {Label: "Mes ouvertures", Path: "/ouvertures"}},
			"SECRETARIAT_MEDICAL": {{Label: "Mon travail", Path: "/dossiers"}, {Label: "Astreinte", Path: "/astreinte"}, {Label: "Accès à justifier", Path: "/acces-a-justifier"}, {Label: "Équipe", Path: "/equipe"}},
			"AUDITEUR_CONFORMITE": {{Label: "Journal", Path: "/journal"}}, "DPO": {{Label: "Journal", Path: "/journal"}, {Label: "Conservation", Path: "/conservation"}},
		},
		Passkeys: desk.PasskeysPath,
		Demo:     c.Environment == "development",
	}
	people, err := identity.New(p.identityOptions(c, read, pages))
	if err != nil {
		return nil, err
	}
	auditors, err := auditdesk.New(auditdesk.Options{Gate: p.gate, Shell: pages.Shell, Location: p.paris, Pool: p.pool, Zone: identity.Medical, Rules: p.rules, Decided: p.decided})
	if err != nil {
		return nil, err
	}
	work := desk.New(desk.Options{
		Gate: p.gate, Pool: p.pool, Vault: p.vault, Keys: p.keys, Pins: read.pins, Identity: people, Clock: p.clock, Released: p.relay.Wake, Shell: pages.Shell,
		Limits: c.documentLimits(), Copies: p.pieces, Viewer: strings.TrimSuffix(c.DocumentsURL, "/"),
	})
	var ops []web.Operation
	ops = append(ops, people.Ops()...)
	ops = append(ops, work.Operations()...)
	ops = append(ops, auditors.Operations()...)
	return web.New(web.Options{
		Name: "medical", Ops: ops, Routes: append(people.Routes(), pages.Static(), pages.Home(people.Authenticate)), Gate: p.gate,
		Authenticate: people.Authenticate, Translate: people.Translate, Render: layout.Render, Error: pages.Error,
		Ended: pages.Ended, Confirm: pages.Confirm,
		PublicURL: c.PublicURL, Ready: p.pool.Ping, Logger: p.log,
	})
}

// identityOptions has keyholder draw the nonces and check the proofs: the portal alone can neither open a session of keyholder's nor make an
// approval.
func (p parts) identityOptions(c configuration, read files, pages *portal.Portal) identity.Options {
	return identity.Options{
		Zone: identity.Medical, Pool: p.pool, Gate: p.gate, Clock: p.clock, Location: p.paris, PublicURL: c.PublicURL,
		Issuers: read.issuers, LoginPage: pages.LoginPage, LeavePage: pages.LeavePage, SessionsPage: pages.SessionsPage, AfterStepUp: afterStepUp, Pace: c.Pace(), QuickLogin: c.QuickLogin,
		Nonce: func(ctx context.Context, action, dossier string, digest []byte) (string, error) {
			nonce, err := p.keys.Nonce(ctx, action, dossier, digest)
			return nonce, vault.KeyError(err)
		},
		OpenSession: func(ctx context.Context, idToken string) (string, error) {
			handle, _, err := p.keys.OpenSession(ctx, idToken)
			return handle, vault.KeyError(err)
		},
		CloseSession: p.keys.CloseSession,
		Budgets: func(ctx context.Context, who act.Subject) ([]identity.Budget, error) {
			return desk.Budgets(ctx, p.keys, who)
		},
		Approve: func(ctx context.Context, nonce, idToken string) ([]byte, error) {
			approval, err := p.keys.Approve(ctx, nonce, idToken)
			if err != nil {
				return nil, vault.KeyError(err)
			}
			return p.vault.SealApproval(ctx, approval)
		},
		Door: p.door, ApprovePasskey: p.approvePasskey, PasskeyPage: pages.PasskeyPage,
	}
}

// afterStepUp brings a person back to the act that was confirmed, and says so there.
func afterStepUp(c *fiber.Ctx, confirmed identity.StepUp) string {
	web.Say(c, "identity_confirmed")
	return desk.AfterStepUp(confirmed.Act, confirmed.Dossier)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/audit/desk"
	"cloison/cmd/internal/decisions"
	"cloison/cmd/internal/program"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/internal/db"
	"cloison/internal/jobs"
	"cloison/policy"
	"cloison/server/prefecture"
	"cloison/server/relay"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/assets"
	"cloison/web/layout"
	"cloison/web/portal"
)

// stopTime bounds a graceful stop; a long poll lasts longer and is cut.
const stopTime = 10 * time.Second

// serve wires the program, from what it depends on to what it offers.
func serve(ctx context.Context, c configuration, f program.Flags, stdout io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stdout, nil)).With("program", "server", "environment", c.Environment)
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
	pool, err := db.Open(ctx, db.Options{URL: read.databaseURL.Reveal(), ApplicationName: "cloison server"})
	if err != nil {
		return err
	}
	defer pool.Close()
	open, err := openMissions(ctx, c, read.missions)
	defer func() {
		for _, m := range open {
			m.pool.Close()
		}
	}()
	if err != nil {
		return err
	}
	rules, err := policy.With(policies(open)...)
	if err != nil {
		return err
	}
	decided, err := decisions.Open(c.DecisionsFile, log)
	if err != nil {
		return err
	}
	defer decided.Close()
	gate := act.New(act.Options{
		Pool: pool, Policy: rules, Clock: now, Zone: identity.Server, Location: paris, Constraints: prefecture.Constraints(), Decided: decided.Recorder(), Alarm: log,
	})
	bell := store.NewBell()
	parts := portalParts{pool, gate, bell, now, paris, log, open, rules, decided}
	front, sweeps, procedure, err := newPortal(c, read, parts)
	if err != nil {
		return err
	}
	services, err := listeners(c, read, front, relay.Options{Pool: pool, Gate: gate, Bell: bell, Peer: c.RelayPeer, Pins: read.pins, Logger: log}, now)
	if err != nil {
		return err
	}
	if services, err = withMachines(services, c.machineConfig, read.machines, procedure, parts); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !c.missionsOnly() {
		go bell.Watch(ctx, pool, log)
		mails, err := mailSweeps(c.Mail, c.PublicURL, parts)
		if err != nil {
			return err
		}
		dated, err := datingSweeps(read.authority, parts)
		if err != nil {
			return err
		}
		sweeps = slices.Concat(sweeps, []jobs.Sweep{{Name: "idempotency", Run: gate.ForgetKeys}}, mails, dated)
	}
	context.AfterFunc(ctx, bell.Stop)
	ready := []any{}
	for _, s := range services {
		ready = append(ready, s.name, s.listener.Addr().String())
	}
	log.Info("ready", ready...)
	swept := make(chan error, 1)
	go func() {
		swept <- jobs.Serve(ctx, read.databaseURL.Reveal(), sweeps, log)
		cancel() // without its sweeps the program is not whole
	}()
	numbered := make(chan error, 1)
	go func() {
		if c.missionsOnly() {
			numbered <- nil // the log is numbered and signed by the program that has its key
			return
		}
		numbered <- serveLog(ctx, c, read, now, log)
		cancel() // it ends before its time only where it could not begin
	}()
	err = listen(ctx, log, services...)
	cancel()
	return errors.Join(err, <-swept, <-numbered)
}

// listeners opens the portal and, unless missions alone are served, the relay.
func listeners(c configuration, read files, front *fiber.App, o relay.Options, now clock.Clock) ([]service, error) {
	portalListener, err := web.Listen(c.Listen, read.portal)
	if err != nil {
		return nil, err
	}
	services := []service{{"portal", front, portalListener}}
	if c.missionsOnly() {
		return services, nil
	}
	if o.Logs, err = logs(c, read, o.Pool, now); err != nil {
		return nil, errors.Join(err, portalListener.Close())
	}
	door, err := relay.New(o)
	if err != nil {
		return nil, errors.Join(err, portalListener.Close())
	}
	doorListener, err := relay.Listen(c.RelayListen, read.relay)
	if err != nil {
		return nil, errors.Join(err, portalListener.Close())
	}
	return append(services, service{"relay", door, doorListener}), nil
}

type service struct {
	name     string
	app      *fiber.App
	listener net.Listener
}

// listen runs both until ctx ends or one fails, then stops both.
func listen(ctx context.Context, log *slog.Logger, services ...service) error {
	ended := make(chan error, len(services))
	for _, s := range services {
		go func() {
			if err := s.app.Listener(s.listener); err != nil {
				ended <- fmt.Errorf("serving the %s: %w", s.name, err)
				return
			}
			ended <- nil
		}()
	}
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-ended:
	}
	log.Info("stopping")
	for _, s := range services {
		if err := s.app.ShutdownWithTimeout(stopTime); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			failure = errors.Join(failure, fmt.Errorf("stopping the %s: %w", s.name, err))
		}
	}
	return failure
}

type portalParts struct {
	pool  *pgxpool.Pool
	gate  *act.Gate
	bell  *store.Bell
	clock clock.Clock
	paris *time.Location
	log   *slog.Logger
	open  []mission
	rules *policy.Engine

	decided *decisions.File
}

// newPortal also answers the prefectures' operations, which their own systems are served too.
func newPortal(c configuration, read files, p portalParts) (*fiber.App, []jobs.Sweep, []web.Operation, error) {
	sheets, err := assets.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	pages := &portal.Portal{
		Face: layout.Prefecture, Brand: c.Brand, Assets: sheets, Clock: p.clock, Location: p.paris, Front: map[string]string{}, Menu: map[string][]portal.Entry{},
		Demo: c.Environment == "development",
	}
	people, err := identity.New(identity.Options{
		Zone: identity.Server, Pool: p.pool, Gate: p.gate, Clock: p.clock, Location: p.paris, PublicURL: c.PublicURL,
		Issuers: read.issuers, LoginPage: pages.LoginPage, LeavePage: pages.LeavePage, SessionsPage: pages.SessionsPage, Pace: c.Pace(), QuickLogin: c.QuickLogin,
	})
	if err != nil {
		return nil, nil, nil, err
	}
	ops := people.Ops()
	var wired procedure
	if !c.missionsOnly() {
		if wired, err = procedureOps(read, p, pages); err != nil {
			return nil, nil, nil, err
		}
		ops = slices.Concat(ops, wired.prefectures, wired.audited)
	}
	served, err := desks(p.open, p.rules, p.decided.Recorder(), p.clock, p.paris, pages)
	if err != nil {
		return nil, nil, nil, err
	}
	app, err := web.New(web.Options{
		Name: "server", Ops: append(ops, served.operations...), Routes: append(people.Routes(), pages.Static(), pages.Home(people.Authenticate)), Gate: p.gate, Authenticate: served.authenticate(people.Authenticate), Render: layout.Render,
		Error: pages.Error, Ended: pages.Ended, Confirm: pages.Confirm, PublicURL: c.PublicURL, Ready: p.pool.Ping, Logger: p.log,
	})
	return app, append(served.sweeps, wired.sweeps...), wired.prefectures, err
}

// procedure is what reads referrals and the log.
type procedure struct {
	prefectures, audited []web.Operation
	sweeps               []jobs.Sweep
}

// procedureOps are the prefectures' and the auditors' desks, with their menus.
func procedureOps(read files, p portalParts, pages *portal.Portal) (procedure, error) {
	pages.Front["PREFECTURE"], pages.Front["AUDITEUR_CONFORMITE"], pages.Front["DPO"] = "/messages", "/journal", "/journal"
	pages.Menu["PREFECTURE"] = []portal.Entry{{Label: "Boîte de réception", Path: "/messages"}, {Label: "Saisines", Path: "/saisines"}, {Label: "Rapprochement", Path: "/rapprochement"}, {Label: "Nouvelle saisine", Path: "/saisines/nouvelle"}, {Label: "Accès à justifier", Path: "/acces-a-justifier"}}
	pages.Menu["AUDITEUR_CONFORMITE"], pages.Menu["DPO"] = []portal.Entry{{Label: "Journal", Path: "/journal"}}, []portal.Entry{{Label: "Journal", Path: "/journal"}}
	prefectures, err := prefecture.New(prefecture.Options{
		Pool: p.pool, Gate: p.gate, Bell: p.bell, Pins: read.pins, Sign: read.ackKey.Sign, Shell: pages.Shell, Clock: p.clock, Logger: p.log,
		Authority: stampRoots(read.authority),
	})
	if err != nil {
		return procedure{}, err
	}
	auditors, err := desk.New(desk.Options{Gate: p.gate, Shell: pages.Shell, Location: p.paris, Pool: p.pool, Zone: identity.Server, Rules: p.rules, Decided: p.decided})
	if err != nil {
		return procedure{}, err
	}
	return procedure{
		prefectures: prefectures.Operations(), audited: auditors.Operations(),
		sweeps: []jobs.Sweep{{Name: "unread_opinions", Run: prefectures.AlarmUnread}},
	}, nil
}

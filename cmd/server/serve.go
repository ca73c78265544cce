package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
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
	rules, err := policy.New()
	if err != nil {
		return err
	}
	decided, err := decisions.Open(c.DecisionsFile, log)
	if err != nil {
		return err
	}
	defer decided.Close()
	gate := act.New(act.Options{
		Pool: pool, Policy: rules, Clock: now, Zone: identity.Server, Location: paris, Constraints: prefecture.Constraints(), Decided: decided.Recorder(),
	})
	bell := store.NewBell()
	front, err := newPortal(c, read, portalParts{pool, gate, bell, now, paris, log})
	if err != nil {
		return err
	}
	witnessed, err := logs(c, read, pool, now)
	if err != nil {
		return err
	}
	door, err := relay.New(relay.Options{Pool: pool, Gate: gate, Bell: bell, Peer: c.RelayPeer, Pins: read.pins, Logger: log, Logs: witnessed})
	if err != nil {
		return err
	}
	portalListener, err := web.Listen(c.Listen, read.portal)
	if err != nil {
		return err
	}
	doorListener, err := relay.Listen(c.RelayListen, read.relay)
	if err != nil {
		return errors.Join(err, portalListener.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go bell.Watch(ctx, pool, log)
	context.AfterFunc(ctx, bell.Stop)
	log.Info("ready", "portal", portalListener.Addr().String(), "relay", doorListener.Addr().String())
	swept := make(chan error, 1)
	go func() {
		swept <- jobs.Serve(ctx, read.databaseURL.Reveal(), []jobs.Sweep{{Name: "idempotency", Run: gate.ForgetKeys}}, log)
		cancel() // without its sweeps the program is not whole
	}()
	numbered := make(chan error, 1)
	go func() {
		numbered <- serveLog(ctx, c, read, now, log)
		cancel() // it ends before its time only where it could not begin
	}()
	err = listen(ctx, log, service{"portal", front, portalListener}, service{"relay", door, doorListener})
	cancel()
	return errors.Join(err, <-swept, <-numbered)
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
}

func newPortal(c configuration, read files, p portalParts) (*fiber.App, error) {
	sheets, err := assets.Load()
	if err != nil {
		return nil, err
	}
	pages := &portal.Portal{
		Face: layout.Prefecture, Brand: c.Brand, Assets: sheets, Clock: p.clock, Location: p.paris,
		Front: map[string]string{"PREFECTURE": "/messages", "AUDITEUR_CONFORMITE": "/journal", "DPO": "/journal"},
		Menu: map[string][]portal.Entry{
			"PREFECTURE":          {{Label: "Boîte de réception", Path: "/messages"}, {Label: "Saisines", Path: "/saisines"}, {Label: "Nouvelle saisine", Path: "/saisines/nouvelle"}},
			"AUDITEUR_CONFORMITE": {{Label: "Journal", Path: "/journal"}}, "DPO": {{Label: "Journal", Path: "/journal"}},
		},
		Demo: c.Environment == "development",
	}
	people, err := identity.New(identity.Options{
		Zone: identity.Server, Pool: p.pool, Gate: p.gate, Clock: p.clock, Location: p.paris, PublicURL: c.PublicURL,
		Issuers: read.issuers, LoginPage: pages.LoginPage, Pace: c.Pace(), QuickLogin: c.QuickLogin,
	})
	if err != nil {
		return nil, err
	}
	prefectures, err := prefecture.New(prefecture.Options{
		Pool: p.pool, Gate: p.gate, Bell: p.bell, Pins: read.pins, Sign: read.ackKey.Sign, Shell: pages.Shell,
	})
	if err != nil {
		return nil, err
	}
	auditors, err := desk.New(p.gate, pages.Shell)
	if err != nil {
		return nil, err
	}
	var ops []web.Operation
	ops = append(ops, people.Ops()...)
	ops = append(ops, prefectures.Operations()...)
	ops = append(ops, auditors.Operations()...)
	return web.New(web.Options{
		Name: "server", Ops: ops, Routes: append(people.Routes(), pages.Static(), pages.Home(people.Authenticate)), Gate: p.gate, Authenticate: people.Authenticate, Render: layout.Render,
		Error: pages.Error, Ended: pages.Ended, Confirm: pages.Confirm, PublicURL: c.PublicURL, Ready: p.pool.Ping, Logger: p.log,
	})
}

package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	"cloison/internal/clock"
	"cloison/internal/dev/child"
	"cloison/internal/dev/postgres"
	"cloison/internal/dev/provider"
	"cloison/internal/dev/testclock"
)

// environment is one run.
type environment struct {
	Options
	folder
	*supervisor
	clock    clock.Clock
	test     *testclock.Clock // nil: the machine's clock
	people   people
	provider *provider.Provider
}

// Run starts everything, says who can sign in where, and answers when ctx ends
// and all of it is stopped.
func Run(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	f, lock, err := openFolder(o.Data)
	if err != nil {
		return err
	}
	defer lock.Close()
	e := &environment{
		Options: o, folder: f, clock: clock.Machine{},
		supervisor: &supervisor{out: o.Out, pidFile: f.pidFile, noRestart: o.NoRestart},
	}
	defer func() { _ = f.forget() }() // stopped: nothing is ready
	defer e.supervisor.stop()
	if err := e.start(ctx); err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return nil // Ctrl-C while starting is no failure
		}
		return err
	}
	<-ctx.Done()
	e.say("arrêt demandé, tout s'arrête.")
	return nil
}

func (e *environment) start(ctx context.Context) error {
	began := e.now()
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"lecture des personnes", e.loadPeople},
		{"horloge", e.openClock},
		{"points d'arrêt", e.openCrashFolder},
		{"ports", e.checkPorts},
		{"PostgreSQL", e.startPostgres},
		{"clés", e.ensureKeys},
		{"fournisseur d'identité", e.startProvider},
		{"configuration", func(context.Context) error { return e.writeConfigs() }},
		{"keyholder", e.startKeyholder},
		{"bases de données", e.migrate},
		{"ouverture de keyholder", e.unseal},
		{"portail administratif", func(ctx context.Context) error { return e.startProgram(ctx, "server", nil) }},
		{"portail médical", func(ctx context.Context) error { return e.startProgram(ctx, "medical", nil) }},
		{"adresse de contrôle", e.startControl},
		{"attente des portails", e.awaitPortals},
		{"points d'arrêt demandés", e.wantCrashes},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s : %w", step.name, err)
		}
	}
	if err := write(e.run("ready"), []byte(e.now().Format(time.RFC3339)+"\n"), 0o600); err != nil {
		return err
	}
	e.welcome(e.now().Sub(began))
	return nil
}

// now is the machine's: how long a start takes is no matter of the test clock.
func (e *environment) now() time.Time { return clock.Machine{}.Now() }

func (e *environment) loadPeople(context.Context) (err error) {
	e.people, err = e.readPeople()
	return err
}

func (e *environment) openClock(context.Context) error {
	if e.Clock == nil {
		if err := os.Remove(e.run("clock")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	c, err := testclock.Create(e.run("clock"), *e.Clock)
	if err != nil {
		return err
	}
	e.test, e.clock = c, c
	return nil
}

// checkPorts fails now, with the port's number, rather than later in a log.
func (e *environment) checkPorts(context.Context) error {
	for offset := portProvider; offset <= e.lastPort(); offset++ {
		l, err := net.Listen("tcp", e.address(offset))
		if err != nil {
			return fmt.Errorf("le port %d n'est pas libre : donnez-en un autre par --port (%d ports de suite sont pris)", e.Port+offset, e.lastPort()+1)
		}
		l.Close()
	}
	return nil
}

func (e *environment) startPostgres(ctx context.Context) error {
	bin, err := postgres.Find(e.PgBin)
	if err != nil {
		return err
	}
	log, err := e.log("postgres")
	if err != nil {
		return err
	}
	options := postgres.Options{Dir: string(e.folder), BinDir: bin, Fsync: true, Log: log, Missions: missionRoles()}
	// The first start is waited for; after a crash the programs wait by themselves, while it recovers.
	begin := postgres.Start
	start := func(ctx context.Context) (process, error) {
		c, err := begin(ctx, options)
		if err != nil {
			return nil, err
		}
		begin = postgres.Launch
		return c, nil
	}
	stop := func(p process) { p.(*postgres.Cluster).Stop() }
	if err := e.supervisor.start(ctx, program{name: "postgres", start: start, stop: stop}); err != nil {
		return err
	}
	passwords, err := e.passwords()
	if err != nil {
		return err
	}
	if err := postgres.Prepare(ctx, string(e.folder), passwords); err != nil {
		return err
	}
	if err := e.ensureMissionRoles(ctx); err != nil {
		return err
	}
	return e.databaseURLs(passwords)
}

// startProgram starts one of the three programs on its configuration.
func (e *environment) startProgram(ctx context.Context, name string, again func(context.Context) error) error {
	path := e.Options.program(name)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("le programme %s n'est pas construit : lancez « make build »", path)
	}
	log, err := e.log(name)
	if err != nil {
		return err
	}
	start := func(context.Context) (process, error) {
		cmd := exec.Command(path, "-config", e.config(name))
		if e.test != nil {
			cmd.Args = append(cmd.Args, "-clock-file", e.run("clock"))
		}
		if len(e.Crash) > 0 {
			cmd.Args = append(cmd.Args, "-crash-dir", e.run("crash"))
		}
		cmd.Dir, cmd.Stdout, cmd.Stderr = string(e.folder), log, log
		cmd.Env = []string{"PATH=/usr/bin:/bin", "TZ=UTC"} // they read their configuration, nothing of the caller's
		return child.Start(cmd, syscall.SIGTERM)
	}
	stop := func(p process) { p.(*child.Child).Stop(terminate...) }
	return e.supervisor.start(ctx, program{name: name, start: start, stop: stop, again: again})
}

func (e *environment) startProvider(ctx context.Context) error {
	var clients []provider.Client
	for _, c := range []struct {
		id, kind string
		portal   int
	}{
		{medicalClient, provider.PSC, portMedical},
		{medicalClient, provider.ProConnect, portMedical},
		{serverClient, provider.ProConnect, portServer},
	} {
		value, err := e.secretFile("client-" + c.id + "-" + c.kind + ".secret")
		if err != nil {
			return err
		}
		at := e.portalURL(c.portal)
		clients = append(clients, provider.Client{
			ID: c.id, Secret: value, Issuer: c.kind,
			Redirects: []string{at + "/callback"}, LogoutTo: []string{at + "/logout"},
		})
	}
	p, err := provider.New(provider.Options{
		BaseURL: e.url(portProvider), Clock: e.clock, People: e.people.provider, Clients: clients,
		Portals: e.portals(), KeyDir: e.at("keys"), QuickLogin: e.QuickLogin,
	})
	if err != nil {
		return err
	}
	e.provider = p
	return e.serve(ctx, portProvider, p)
}

func (e *environment) startControl(ctx context.Context) error {
	both, err := openZones(ctx, e.folder)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, both.close)
	r, err := newRounds(both, e.shredDue(both.medical, e.clock))
	if err != nil {
		return err
	}
	c := &control{clock: e.clock, test: e.test, pending: both.pending, sweep: r.sweep, states: e.supervisor.states, limit: barrierLimit}
	return e.serve(ctx, portControl, c.handler())
}

// serve answers on one of the ports until ctx ends.
func (e *environment) serve(ctx context.Context, offset int, h http.Handler) error {
	l, err := net.Listen("tcp", e.address(offset))
	if err != nil {
		return fmt.Errorf("listening on %s: %w", e.address(offset), err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: nil}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	go func() { _ = s.Serve(l) }() // ends with Close
	return nil
}

// awaitPortals answers once both portals say that they are ready.
func (e *environment) awaitPortals(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, portal := range []struct {
		name   string
		offset int
	}{{"server", portServer}, {"medical", portMedical}} {
		for !ready(ctx, e.url(portal.offset)+"/readyz") {
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s n'est pas prêt : lisez %s", portal.name, e.at("log", portal.name+".log"))
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	return nil
}

func ready(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)) // so that the connection is used again
	return response.StatusCode == http.StatusOK
}

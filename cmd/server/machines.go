package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"cloison/cmd/internal/config"
	"cloison/internal/clock"
	"cloison/server/machine"
	"cloison/web"
)

// machineConfig is where the prefectures' own systems call. Without machine_listen they do not.
type machineConfig struct {
	MachineListen string `toml:"machine_listen"`
	MachineURL    string `toml:"machine_url"` // where they reach it
	MachineCert   string `toml:"machine_cert"`
	MachineKey    string `toml:"machine_key"`
	MachineCA     string `toml:"machine_ca"` // the authority of their certificates, and of nothing else
}

func (c machineConfig) check() error {
	if c.MachineListen == "" {
		if c != (machineConfig{}) {
			return errors.New("machine_url, machine_cert, machine_key and machine_ca go with machine_listen")
		}
		return nil
	}
	return config.Required(map[string]string{
		"machine_url": c.MachineURL, "machine_cert": c.MachineCert, "machine_key": c.MachineKey, "machine_ca": c.MachineCA,
	})
}

// machineTLS is what the configuration names, read.
type machineTLS struct {
	certificate *tls.Certificate
	authority   *x509.CertPool
}

// read answers nil where no system may call.
func (c machineConfig) read() (*machineTLS, error) {
	if c.MachineListen == "" {
		return nil, nil
	}
	certificate, err := config.Certificate(c.MachineCert, c.MachineKey)
	if err != nil {
		return nil, err
	}
	authority, err := config.Authority(c.MachineCA)
	if err != nil {
		return nil, err
	}
	return &machineTLS{certificate, authority}, nil
}

// withMachines adds the listener of the prefectures' own systems: the prefectures' operations without their pages, for whoever server.machines
// lists. Nothing of the auditors and of the missions is served there.
func withMachines(services []service, c machineConfig, t *machineTLS, ops []web.Operation, p portalParts) ([]service, error) {
	if t == nil || len(ops) == 0 {
		return services, nil
	}
	clients := machine.Clients{Pool: p.pool, Gate: p.gate, Clock: p.clock, Machine: clock.Machine{}, Location: p.paris}
	app, err := web.New(web.Options{
		Name: "machine", Ops: web.Bare(ops), Gate: p.gate, Authenticate: clients.Authenticate, PublicURL: c.MachineURL, Ready: p.pool.Ping, Logger: p.log,
	})
	if err != nil {
		return nil, errors.Join(err, closeAll(services))
	}
	listener, err := web.ListenMutual(c.MachineListen, *t.certificate, t.authority)
	if err != nil {
		return nil, errors.Join(err, closeAll(services))
	}
	return append(services, service{"machines", app, listener}), nil
}

func closeAll(services []service) error {
	var all error
	for _, s := range services {
		all = errors.Join(all, s.listener.Close())
	}
	return all
}

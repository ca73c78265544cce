package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"

	"golang.org/x/mod/sumdb/note"

	"cloison/audit/outside"
	"cloison/cmd/internal/config"
	"cloison/crypto/keyfile"
	"cloison/identity"
	"cloison/internal/secret"
	"cloison/release/form"
	"cloison/server/relay"
)

// configuration is the whole TOML file.
type configuration struct {
	config.SignIn
	config.Witness
	config.Outside
	Zone    string `toml:"zone"`
	Listen  string `toml:"listen"`
	TLSCert string `toml:"tls_cert"` // without it: plain HTTP, on loopback only
	TLSKey  string `toml:"tls_key"`
	machineConfig
	RelayListen       string `toml:"relay_listen"`
	RelayCert         string `toml:"relay_cert"`
	RelayKey          string `toml:"relay_key"`
	RelayCA           string `toml:"relay_ca"`
	RelayPeer         string `toml:"relay_peer"`
	DatabaseURLFile   string `toml:"database_url_file"`
	AckPrivateKeyFile string `toml:"ack_private_key_file"`
	Brand             string `toml:"brand"`
	DecisionsFile     string `toml:"decisions_file"` // where decisions are kept for `cloison policy replay`; without it they are not

	CheckpointOrigin         string `toml:"checkpoint_origin"` // the name of this zone's log; made of environment and zone where not given
	CheckpointPrivateKeyFile string `toml:"checkpoint_private_key_file"`
	CheckpointPublicKeyFile  string `toml:"checkpoint_public_key_file"` // once the key of this zone's log was replaced: the keys before it, and it

	Mail     mailConfig      `toml:"mail"`
	Missions []missionConfig `toml:"mission"`

	SealCertificateFiles []string `toml:"seal_certificate_files"` // the one in use, and those before it whose opinions are kept
}

func readConfiguration(path string) (configuration, error) {
	var c configuration
	if err := config.Decode(path, &c); err != nil {
		return configuration{}, err
	}
	return c, c.check()
}

// check refuses at the start what would only be seen later.
func (c configuration) check() error {
	switch {
	case c.Zone != identity.Server:
		return fmt.Errorf("zone is %q: this program is of zone %q", c.Zone, identity.Server)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("tls_cert and tls_key go together")
	}
	if err := c.checkMissions(); err != nil {
		return err
	}
	required := map[string]string{"environment": c.Environment, "listen": c.Listen, "public_url": c.PublicURL, "database_url_file": c.DatabaseURLFile}
	if !c.missionsOnly() {
		maps.Copy(required, map[string]string{"relay_cert": c.RelayCert, "relay_key": c.RelayKey, "relay_ca": c.RelayCA, "relay_peer": c.RelayPeer,
			"ack_private_key_file": c.AckPrivateKeyFile, "checkpoint_private_key_file": c.CheckpointPrivateKeyFile})
	}
	if err := config.Required(required); err != nil {
		return err
	}
	if err := c.SignIn.Check(); err != nil {
		return err
	}
	if err := errors.Join(c.machineConfig.check(), c.Mail.check()); err != nil {
		return err
	}
	if c.missionsOnly() {
		return nil // the log is numbered and signed by the program that has its key
	}
	return errors.Join(c.CheckWitness(c.Relaxed()), c.CheckOutside())
}

// files are what the configuration names, read once at the start.
type files struct {
	databaseURL secret.String
	missions    map[string]secret.String
	pins        form.Pins
	ackKey      *keyfile.Signer
	logKey      *keyfile.Signer
	log         note.Verifier // this zone's
	relay       relay.TLS
	machines    *machineTLS
	portal      *tls.Certificate
	issuers     []identity.Issuer
	authority   *outside.Authority // of time-stamps; nil: none
}

func (c configuration) read() (f files, err error) {
	if f.databaseURL, err = config.Secret(c.DatabaseURLFile); err != nil {
		return files{}, err
	}
	if f.missions, err = c.readMissions(); err != nil {
		return files{}, err
	}
	if !c.missionsOnly() {
		if err := c.readProcedure(&f); err != nil {
			return files{}, err
		}
	}
	if f.portal, err = config.Certificate(c.TLSCert, c.TLSKey); err != nil {
		return files{}, err
	}
	f.issuers, err = c.ReadIssuers()
	return f, err
}

// readProcedure reads what only a program that talks with the medical zone is given.
func (c configuration) readProcedure(f *files) (err error) {
	if f.pins, err = config.SealCertificates(c.SealCertificateFiles); err != nil {
		return err
	}
	if f.ackKey, err = config.PrivateKey(c.AckPrivateKeyFile); err != nil {
		return err
	}
	if f.logKey, err = config.PrivateKey(c.CheckpointPrivateKeyFile); err != nil {
		return err
	}
	if f.log, err = c.ownLog(f.logKey); err != nil {
		return err
	}
	if f.machines, err = c.machineConfig.read(); err != nil {
		return err
	}
	if _, f.authority, err = c.ReadOutside(); err != nil {
		return err
	}
	f.relay, err = c.readRelay()
	return err
}

func (c configuration) readRelay() (relay.TLS, error) {
	certificate, err := config.Certificate(c.RelayCert, c.RelayKey)
	if err != nil {
		return relay.TLS{}, err
	}
	authority, err := config.Authority(c.RelayCA)
	if err != nil {
		return relay.TLS{}, err
	}
	return relay.TLS{Certificate: *certificate, Authority: authority, Peer: c.RelayPeer}, nil
}

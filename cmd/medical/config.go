package main

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"cloison/cmd/internal/config"
	"cloison/cmd/internal/program"
	"cloison/identity"
	"cloison/internal/secret"
	"cloison/release/form"
)

// configuration is the whole TOML file.
type configuration struct {
	config.SignIn
	config.Witness
	config.Outside
	Zone                   string `toml:"zone"`
	Listen                 string `toml:"listen"`
	DocumentsListen        string `toml:"documents_listen"` // the viewer's own origin; without it pieces are downloaded
	DocumentsURL           string `toml:"documents_url"`    // where browsers reach it: another host than public_url's, in the same certificate
	TLSCert                string `toml:"tls_cert"`         // without it: plain HTTP, on loopback only
	TLSKey                 string `toml:"tls_key"`
	RelayURL               string `toml:"relay_url"`
	RelayCert              string `toml:"relay_cert"`
	RelayKey               string `toml:"relay_key"`
	RelayCA                string `toml:"relay_ca"`
	RelayPeer              string `toml:"relay_peer"` // the name that the other zone's certificate must carry
	DatabaseURLFile        string `toml:"database_url_file"`
	Store                  string `toml:"store"` // folder of ciphertext, or else [store_s3]
	KeyholderSocket        string `toml:"keyholder_socket"`
	RecipientPublicKeyFile string `toml:"recipient_public_key_file"`
	AckPublicKeyFile       string `toml:"ack_public_key_file"`
	Brand                  string `toml:"brand"`
	DecisionsFile          string `toml:"decisions_file"` // where decisions are kept for `cloison policy replay`; without it they are not

	CheckpointOrigin        string `toml:"checkpoint_origin"` // the name of this zone's log, as keyholder has it; made of environment and zone where not given
	CheckpointPublicKeyFile string `toml:"checkpoint_public_key_file"`

	SealCertificateFiles []string        `toml:"seal_certificate_files"` // as the other zone pins them: what it would refuse does not leave
	StoreS3              *bucket         `toml:"store_s3"`
	Inspector            string          `toml:"inspector"`      // the program that looks at pieces; by default the one beside this program
	DocumentLimits       []documentLimit `toml:"document_limit"` // the most particular first; 50 MiB and 500 pages where none fits
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
	case c.Zone != identity.Medical:
		return fmt.Errorf("zone is %q: this program is of zone %q", c.Zone, identity.Medical)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("tls_cert and tls_key go together")
	case (c.DocumentsListen == "") != (c.DocumentsURL == ""):
		return errors.New("documents_listen and documents_url go together")
	case strings.HasPrefix(c.PublicURL, "https:") && strings.HasPrefix(c.DocumentsURL, "http:"):
		return errors.New("documents_url is plain HTTP: pieces are drawn there")
	}
	err := config.Required(map[string]string{
		"environment": c.Environment, "listen": c.Listen, "public_url": c.PublicURL, "relay_url": c.RelayURL,
		"relay_cert": c.RelayCert, "relay_key": c.RelayKey, "relay_ca": c.RelayCA, "relay_peer": c.RelayPeer,
		"database_url_file": c.DatabaseURLFile, "keyholder_socket": c.KeyholderSocket,
		"recipient_public_key_file": c.RecipientPublicKeyFile, "ack_public_key_file": c.AckPublicKeyFile,
		"checkpoint_public_key_file": c.CheckpointPublicKeyFile,
	})
	if err != nil {
		return err
	}
	if err := c.checkStore(); err != nil {
		return err
	}
	if err := checkLimits(c.DocumentLimits); err != nil {
		return err
	}
	if err := c.SignIn.Check(); err != nil {
		return err
	}
	return errors.Join(c.CheckWitness(c.Relaxed()), c.CheckOutside())
}

// files are what the configuration names, read once at the start.
type files struct {
	databaseURL    secret.String
	recipientKey   ed25519.PublicKey
	ackKeys        []ed25519.PublicKey
	log            note.Verifier // this zone's
	pins           form.Pins
	relay          tls.Certificate
	relayAuthority *x509.CertPool
	portal         *tls.Certificate
	issuers        []identity.Issuer
}

func (c configuration) read() (f files, err error) {
	if f.databaseURL, err = config.Secret(c.DatabaseURLFile); err != nil {
		return files{}, err
	}
	if f.recipientKey, err = config.PublicKey(c.RecipientPublicKeyFile); err != nil {
		return files{}, err
	}
	if f.ackKeys, err = config.PublicKeys(c.AckPublicKeyFile); err != nil {
		return files{}, err
	}
	if f.log, err = config.Log(program.Origin(c.CheckpointOrigin, c.Environment, identity.Medical), c.CheckpointPublicKeyFile); err != nil {
		return files{}, err
	}
	if f.pins, err = config.SealCertificates(c.SealCertificateFiles); err != nil {
		return files{}, err
	}
	relay, err := config.Certificate(c.RelayCert, c.RelayKey)
	if err != nil {
		return files{}, err
	}
	f.relay = *relay
	if f.relayAuthority, err = config.Authority(c.RelayCA); err != nil {
		return files{}, err
	}
	if f.portal, err = config.Certificate(c.TLSCert, c.TLSKey); err != nil {
		return files{}, err
	}
	f.issuers, err = c.ReadIssuers()
	return f, err
}

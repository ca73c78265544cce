package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"cloison/audit/outside"
	"cloison/crypto/checkpoint"
)

// Outside is the part of both portals' configuration that says who, outside the Office, vouches for the zone's log. Production has both, or `cloison doctor`
// is red; a program starts without, since nothing of the procedure may wait for them.
type Outside struct {
	WitnessURL    string `toml:"external_witness_url"`      // C2SP tlog-witness
	WitnessKey    string `toml:"external_witness_key_file"` // its key, one line, as C2SP signed-note has it
	AuthorityURL  string `toml:"timestamp_url"`             // RFC 3161
	AuthorityFile string `toml:"timestamp_authority_file"`  // the certificates that its own comes from, PEM
}

// CheckOutside refuses half of either.
func (o Outside) CheckOutside() error {
	if (o.WitnessURL == "") != (o.WitnessKey == "") {
		return errors.New("external_witness_url and external_witness_key_file go together")
	}
	if (o.AuthorityURL == "") != (o.AuthorityFile == "") {
		return errors.New("timestamp_url and timestamp_authority_file go together")
	}
	for key, value := range map[string]string{"external_witness_url": o.WitnessURL, "timestamp_url": o.AuthorityURL} {
		if u, err := url.Parse(value); value != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return fmt.Errorf("%s is no address", key)
		}
	}
	return nil
}

// ReadOutside reads what Outside names; nil for each that is not configured. What both answer is signed, so that plain HTTP takes nothing away.
func (o Outside) ReadOutside() (*outside.Witness, *outside.Authority, error) {
	var witness *outside.Witness
	var authority *outside.Authority
	if o.WitnessURL != "" {
		line, err := os.ReadFile(o.WitnessKey)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the key of the witness outside: %w", err)
		}
		key, err := checkpoint.ParseKey(strings.TrimSpace(string(line)))
		if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", o.WitnessKey, err)
		}
		witness = &outside.Witness{URL: o.WitnessURL, Key: key}
	}
	if o.AuthorityURL != "" {
		roots, err := Authority(o.AuthorityFile)
		if err != nil {
			return nil, nil, err
		}
		authority = &outside.Authority{URL: o.AuthorityURL, Roots: roots}
	}
	return witness, authority, nil
}

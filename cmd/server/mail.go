package main

import (
	"errors"
	"fmt"

	"cloison/internal/jobs"
	"cloison/release"
	"cloison/server/mail"
)

// mailConfig is [mail]: without it nobody is told anything by mail.
type mailConfig struct {
	Server string            `toml:"server"` // host:port
	From   string            `toml:"from"`
	To     map[string]string `toml:"to"` // by prefecture
}

func (c mailConfig) check() error {
	if c.Server == "" {
		if c.From != "" || len(c.To) > 0 {
			return errors.New("[mail] has no server")
		}
		return nil
	}
	for prefecture := range c.To {
		if !release.ValidPrefecture(prefecture) {
			return fmt.Errorf("[mail]: no prefecture %s", prefecture)
		}
	}
	return nil
}

// mailSweeps tell the prefectures that asked for it.
func mailSweeps(c mailConfig, publicURL string, p portalParts) ([]jobs.Sweep, error) {
	if c.Server == "" {
		return nil, nil
	}
	notices, err := mail.New(mail.Options{Pool: p.pool, Gate: p.gate, Clock: p.clock, Server: c.Server, From: c.From, PublicURL: publicURL, Addresses: c.To})
	if err != nil {
		return nil, err
	}
	return []jobs.Sweep{{Name: "mail", Run: notices.Tell}}, nil
}

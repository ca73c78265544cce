package main

import (
	"crypto/x509"

	"cloison/audit/outside"
	"cloison/internal/jobs"
	"cloison/server/dating"
)

// datingSweeps have the seals of opinions time-stamped, where the configuration names an authority.
func datingSweeps(authority *outside.Authority, p portalParts) ([]jobs.Sweep, error) {
	if authority == nil {
		return nil, nil
	}
	seals, err := dating.New(dating.Options{Pool: p.pool, Authority: authority})
	if err != nil {
		return nil, err
	}
	return []jobs.Sweep{{Name: "seal_stamps", Run: seals.Date}}, nil
}

// stampRoots are whose time-stamps a page takes; nil where no authority is named.
func stampRoots(authority *outside.Authority) *x509.CertPool {
	if authority == nil {
		return nil
	}
	return authority.Roots
}

package operator

import (
	"fmt"

	"github.com/BurntSushi/toml"

	"cloison/crypto/custody/wire"
)

// rosterFile is a roster as people write it.
type rosterFile struct {
	Line []rosterLine `toml:"line"`
}

type rosterLine struct {
	Issuer       string          `toml:"issuer"`
	Subject      string          `toml:"subject"`
	NationalID   string          `toml:"national_id"`
	Class        string          `toml:"class"`
	Compartments []string        `toml:"compartments"`
	From         string          `toml:"from"`
	To           string          `toml:"to"`
	Head         bool            `toml:"head"`
	Listings     []rosterListing `toml:"listing"`
	Passkeys     []rosterPasskey `toml:"passkey"`
}

type rosterListing struct {
	Decision string `toml:"decision"`
	Digest   string `toml:"digest"`
	Kind     string `toml:"kind"`
	Line     int    `toml:"line"`
	From     string `toml:"from"`
	To       string `toml:"to"`
}

// ParseRoster reads a roster file (TOML, [[line]] tables, each with its
// [[line.listing]] and [[line.passkey]] tables). Unknown keys are
// refused: a misspelt "to" must not give a line without end.
func ParseRoster(text string) (wire.Roster, error) {
	var f rosterFile
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return wire.Roster{}, fmt.Errorf("reading roster: %w", err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return wire.Roster{}, fmt.Errorf("reading roster: unknown key %s", extra[0])
	}
	r := wire.Roster{}
	for _, l := range f.Line {
		r.Lines = append(r.Lines, l.line())
	}
	return r, r.Valid()
}

func (l rosterLine) line() wire.Line {
	out := wire.Line{
		Issuer: l.Issuer, Subject: l.Subject, NationalID: l.NationalID, Class: l.Class,
		Compartments: l.Compartments, From: l.From, To: l.To, Head: l.Head,
	}
	for _, in := range l.Listings {
		out.Listings = append(out.Listings, wire.Listing(in))
	}
	for _, k := range l.Passkeys {
		out.Passkeys = append(out.Passkeys, k.key())
	}
	return out
}

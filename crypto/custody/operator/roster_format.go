package operator

import (
	"bytes"
	"fmt"

	"github.com/BurntSushi/toml"

	"cloison/crypto/custody/wire"
)

// FormatRoster writes a roster as the file that ParseRoster reads: a proposal for custodians, who read it before they sign.
func FormatRoster(r wire.Roster) (string, error) {
	var f rosterFile
	for _, l := range r.Lines {
		line := rosterLine{Issuer: l.Issuer, Subject: l.Subject, NationalID: l.NationalID, Class: l.Class, Compartments: l.Compartments, From: l.From, To: l.To, Head: l.Head}
		for _, in := range l.Listings {
			line.Listings = append(line.Listings, rosterListing(in))
		}
		for _, k := range l.Passkeys {
			line.Passkeys = append(line.Passkeys, rosterPasskey{Credential: k.Credential, PublicKey: k.PublicKey, RPID: k.RPID, Origin: k.Origin})
		}
		f.Line = append(f.Line, line)
	}
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(f); err != nil {
		return "", fmt.Errorf("writing roster: %w", err)
	}
	return out.String(), nil
}

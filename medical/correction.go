package medical

import (
	"fmt"
	"log/slog"
)

// Correction is what a prefecture corrected after the referral: the number of one administrative file, or the person. It is sealed civil,
// beside what the referral gave: the relay opens nothing to merge them.
type Correction struct {
	Referral  string `json:"referral"`
	AGDREFOld string `json:"agdref_old,omitempty"`
	AGDREFNew string `json:"agdref_new,omitempty"`
	Civil     *Civil `json:"civil,omitempty"`
}

func (Correction) Format(f fmt.State, _ rune) { redact(f) }
func (Correction) LogValue() slog.Value       { return slog.StringValue(redacted) }

// Correct applies a correction: the person is replaced whole, the administrative files keep their own numbers.
func (c Civil) Correct(by Correction) Civil {
	if by.Civil != nil {
		files := c.AdministrativeFiles
		c = *by.Civil
		c.AdministrativeFiles = files
		return c
	}
	c.AdministrativeFiles = append([]AdministrativeFile{}, c.AdministrativeFiles...)
	c.LegalRepresentatives = append([]LegalRepresentative{}, c.LegalRepresentatives...)
	for i, f := range c.AdministrativeFiles {
		if f.Referral != by.Referral {
			continue
		}
		c.AdministrativeFiles[i].AGDREF = by.AGDREFNew
		for j, rep := range c.LegalRepresentatives {
			if rep.ID == f.Requester {
				c.LegalRepresentatives[j].AGDREF = by.AGDREFNew
			}
		}
	}
	return c
}

package custody

import (
	"fmt"
	"slices"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// admit finds the roster line of a verified token: issuer and subject, valid
// today, of a class that this issuer may prove, and of the national id that the
// token carries, if it carries one.
func (s *Service) admit(now time.Time, c claims) (wire.Line, error) {
	today, err := s.today(now), refuse(keyholder.RuleNotOnRoster)
	for _, l := range s.state.roster.Lines {
		if l.Issuer != c.Issuer || l.Subject != c.Subject || !l.On(today) {
			continue
		}
		if c.NationalID != "" && l.NationalID != "" && c.NationalID != l.NationalID {
			continue
		}
		if !slices.Contains(c.Classes, l.Class) {
			err = refuse(keyholder.RuleClassNotProven)
			continue
		}
		return l, nil
	}
	return wire.Line{}, err
}

// prove checks a token against a nonce that this process drew for one of acts.
// The nonce is taken as soon as a token that verifies names it. How the person
// was authenticated is checked here, once, for sessions and approvals alike
// (TestSecondFactor).
func (s *Service) prove(now time.Time, token string, acts ...string) (claims, drawn, error) {
	c, err := s.tokens.verify(token)
	if err != nil {
		return claims{}, drawn{}, err
	}
	if err := s.noteKey(now, c); err != nil {
		return claims{}, drawn{}, err
	}
	d, err := s.take(now, c.Nonce)
	if err != nil {
		return claims{}, drawn{}, err
	}
	if !slices.Contains(acts, d.act) {
		return claims{}, drawn{}, fmt.Errorf("nonce is of another act: %w", keyholder.ErrUnauthenticated)
	}
	if !c.Strong {
		return claims{}, drawn{}, refuse(keyholder.RuleSecondFactor)
	}
	return c, d, nil
}

package wire

import (
	"errors"
	"fmt"
	"slices"

	"cloison/crypto/passkey"
)

// maxPasskeys of one line: one in the pocket, one in the safe, and room.
const maxPasskeys = 8

func validPasskeys(l Line) error {
	if len(l.Passkeys) > maxPasskeys {
		return errors.New("more passkeys than a person has")
	}
	for i, k := range l.Passkeys {
		if err := k.Valid(); err != nil {
			return fmt.Errorf("passkey %d: %w", i+1, err)
		}
	}
	return nil
}

// oneOwner: over the whole roster, a passkey is of one account and names one key, so that whose an assertion is, is never a choice
// (TestRosterThatGivesTooMuchIsRefused). An account may stand on two lines, of two periods.
func (r Roster) oneOwner() error {
	type owner struct{ issuer, subject, key string }
	owners := map[string]owner{}
	for n, l := range r.Lines {
		for i, k := range l.Passkeys {
			of := owner{l.Issuer, l.Subject, string(k.PublicKey)}
			if before, ok := owners[k.Name()]; ok && before != of || named(l.Passkeys[:i], k) {
				return fmt.Errorf("roster line %d names a passkey that is named already", n+1)
			}
			owners[k.Name()] = of
		}
	}
	return nil
}

func named(keys []passkey.Key, k passkey.Key) bool {
	return slices.ContainsFunc(keys, func(other passkey.Key) bool { return other.Name() == k.Name() })
}

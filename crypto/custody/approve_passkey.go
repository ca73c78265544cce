package custody

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
)

// approvePasskey is approve for people whose provider answers from a running
// session: the authenticator signs the very nonce that a token would carry, and
// the roster, which k custodians signed, says whose key it is. It is fresh by
// itself: the nonce was drawn here, minutes ago, and is taken once. It is asked
// only where tokens approve nothing, so that nobody has two doors of which a
// thief takes the weaker (TestApprovePasskeyRefuses, TestAPasskeyIsNoSecondDoor).
func (s *Service) approvePasskey(now time.Time, a keyholder.ApprovePasskeyArgs) (result, error) {
	line, key, err := s.holder(now, a)
	if err != nil {
		return result{}, err
	}
	counter, err := key.Verify(a.Nonce, a.Assertion)
	if err != nil {
		return result{}, refuse(keyholder.RulePasskeyAssertion)
	}
	d, err := s.take(now, a.Nonce)
	if err != nil {
		return result{}, err
	}
	if !slices.Contains(approved, d.act) {
		return result{}, fmt.Errorf("nonce is of another act: %w", keyholder.ErrUnauthenticated)
	}
	if err := s.counted(key, counter); err != nil {
		return result{}, err
	}
	if err := mayApprove(line, d.act); err != nil {
		return result{}, err
	}
	archived, err := canonical.Marshal(a.Assertion)
	if err != nil {
		return result{}, err
	}
	rec := keyholder.ApprovalRecord{
		ID: hex.EncodeToString(random(16)), Nonce: a.Nonce, Act: d.act, Dossier: d.dossier, Digest: d.digest, Draw: d.draw,
		Issuer: line.Issuer, Subject: line.Subject, NationalID: line.NationalID, At: now.UTC(), Assertion: &a.Assertion,
	}
	sum := sha256.Sum256(archived)
	return s.commit(rec, &approveData{
		ID: rec.ID, Act: d.act, Dossier: d.dossier, Person: line.Person(), Issuer: line.Issuer, Subject: line.Subject,
		Blind: s.blind(d.digest), Token: hex.EncodeToString(sum[:]), Passkey: key.Name(), Counter: counter,
	}, now), nil
}

// holder finds the line that names the passkey for this person today. Nothing of the assertion is believed yet.
func (s *Service) holder(now time.Time, a keyholder.ApprovePasskeyArgs) (wire.Line, passkey.Key, error) {
	today, err := s.today(now), refuse(keyholder.RuleNotOnRoster)
	for _, l := range s.state.roster.Lines {
		if l.Issuer != a.Issuer || l.Subject != a.Subject || !l.On(today) {
			continue
		}
		switch i, pinned := s.tokens.issuer(l.Issuer); {
		case !pinned || !slices.Contains(i.Classes, l.Class):
			err = refuse(keyholder.RuleClassNotProven)
		case !i.IgnoresReauthentication:
			err = refuse(keyholder.RulePasskeyNotAsked)
		default:
			err = refuse(keyholder.RulePasskeyUnknown)
			for _, k := range l.Passkeys {
				if k.Name() == a.Assertion.Name() {
					return l, k, nil
				}
			}
		}
	}
	return wire.Line{}, passkey.Key{}, err
}

// counted refuses a counter that does not go forward: the key was copied, and
// the other copy has signed since. An authenticator that counts nothing says 0
// each time.
func (s *Service) counted(k passkey.Key, counter uint32) error {
	last := s.state.counters[k.Name()]
	if (counter != 0 || last != 0) && counter <= last {
		s.opts.Log.Error("ALARM a passkey counts backwards: there may be two of it; have its person come, and take it off the roster", "passkey", k.Name())
		return refuse(keyholder.RulePasskeyCounter)
	}
	return nil
}

func names(l wire.Line, passkeyName string) bool {
	return slices.ContainsFunc(l.Passkeys, func(k passkey.Key) bool { return k.Name() == passkeyName })
}

// passkeys answers how the handle's person approves. Like showBudgets, it leaves the session as it was.
func (s *Service) passkeys(now time.Time, a keyholder.PasskeysArgs) (result, error) {
	h, ok := s.handles[sha256.Sum256([]byte(a.Handle))]
	if !ok || !h.alive(now) || !h.line.On(s.today(now)) {
		return result{}, fmt.Errorf("no such handle: %w", keyholder.ErrUnauthenticated)
	}
	i, _ := s.tokens.issuer(h.line.Issuer)
	reply := keyholder.PasskeysReply{Asked: i.IgnoresReauthentication, Keys: []passkey.Key{}}
	// The handle died if the roster changed since: its line is the roster's.
	reply.Keys = append(reply.Keys, h.line.Passkeys...)
	return result{reply: reply}, nil
}

package custody

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// ErrUnproven: the files do not prove this approval.
var ErrUnproven = errors.New("the approval is not proven")

// Proof is what an approval is held against, years later and without us: the keystore's description, which names the custodians, and keyholder's
// chain file, which holds each roster with their signatures.
type Proof struct {
	Keystore keystore.Public
	Chain    func(each func(chain.Record) error) error
	Location *time.Location // Europe/Paris
}

// Proven is what was found.
type Proven struct {
	Line     wire.Line // of the roster in force then
	Position uint64    // of the approval in the chain file
	Roster   uint64    // of the roster's order
	Passkey  string    // fingerprint; "" where a token approved
}

// Approval proves that the person of the archive approved what its digest names: the nonce follows from act and digest; the token, or the assertion
// of a passkey, was made over that nonce; and the roster that k custodians had signed then lists the person, and names that passkey for him
// (TestApprovalIsProvenOffline). What it can't show: that the chain file is keyholder's, which needs its key, and that no later line was cut off.
func (p Proof) Approval(a keyholder.Approval) (Proven, error) {
	if a.Nonce != keyholder.ApprovalNonce(a.Act, a.Digest, a.Draw) {
		return Proven{}, fmt.Errorf("%w: its nonce is not of this act and digest", ErrUnproven)
	}
	found, err := p.find(a)
	if err != nil {
		return Proven{}, err
	}
	signed, err := signatures(p.Keystore, wire.OpSetRoster, found.roster.Roster, found.roster.Quorum)
	if err != nil {
		return Proven{}, err
	}
	if signed < p.Keystore.K {
		return Proven{}, fmt.Errorf("%w: %d of the custodians of this keystore signed the roster in force then, %d must", ErrUnproven, signed, p.Keystore.K)
	}
	line, ok := found.line(a, a.At.In(p.Location).Format(time.DateOnly))
	if !ok {
		return Proven{}, fmt.Errorf("%w: the roster in force then does not list this person", ErrUnproven)
	}
	out := Proven{Line: line, Position: found.position, Roster: found.ordered}
	if a.Assertion == nil {
		return out, found.token(a)
	}
	out.Passkey, err = asserted(a, line)
	return out, err
}

// past is what the chain file says up to an approval.
type past struct {
	roster            rosterData
	ordered, position uint64
	keys              map[string]bool // issuer and thumbprint of its keys, as they were first used
	record            approveData
}

var errFound = errors.New("found")

// find walks the chain up to the approval's own line, which must say the same as the archive.
func (p Proof) find(a keyholder.Approval) (past, error) {
	found := past{keys: map[string]bool{}}
	err := p.Chain(func(r chain.Record) error {
		if r.Outcome != chain.Done {
			return nil
		}
		switch r.Op {
		case wire.OpSetRoster:
			found.roster, found.ordered = rosterData{}, r.Seq
			return decodeData(r.Data, &found.roster)
		case issuerKeyOp:
			var d issuerKeyData
			err := decodeData(r.Data, &d)
			found.keys[d.Issuer+" "+d.Thumbprint] = true
			return err
		case keyholder.OpApprove, keyholder.OpApprovePasskey:
			found.record, found.position = approveData{}, r.Seq
			if err := decodeData(r.Data, &found.record); err != nil || found.record.ID != a.ID {
				return err
			}
			if !r.At.Equal(a.At) {
				return fmt.Errorf("%w: the chain file dates it otherwise", ErrUnproven)
			}
			return errFound
		}
		return nil
	})
	switch {
	case err == nil:
		return past{}, fmt.Errorf("%w: the chain file has no line of it", ErrUnproven)
	case !errors.Is(err, errFound):
		return past{}, err
	}
	proof, err := proofOf(a)
	if err != nil {
		return past{}, err
	}
	sum, d := sha256.Sum256(proof), found.record
	if d.Act != a.Act || d.Dossier != a.Dossier || d.Issuer != a.Issuer || d.Subject != a.Subject || d.Token != hex.EncodeToString(sum[:]) {
		return past{}, fmt.Errorf("%w: the chain file tells of another", ErrUnproven)
	}
	return found, nil
}

func proofOf(a keyholder.Approval) ([]byte, error) {
	if a.Assertion == nil {
		return []byte(a.Token.Reveal()), nil
	}
	return canonical.Marshal(a.Assertion)
}

func (f past) line(a keyholder.Approval, day string) (wire.Line, bool) {
	for _, l := range f.roster.Roster.Lines {
		if l.Issuer == a.Issuer && l.Subject == a.Subject && l.NationalID == a.NationalID && l.On(day) && (a.Assertion == nil || names(l, a.Assertion.Name())) {
			return l, true
		}
	}
	return wire.Line{}, false
}

// asserted checks the assertion with the key that the roster names, as keyholder did.
func asserted(a keyholder.Approval, line wire.Line) (fingerprint string, err error) {
	for _, k := range line.Passkeys {
		if k.Name() != a.Assertion.Name() {
			continue
		}
		if _, err := k.Verify(a.Nonce, *a.Assertion); err != nil {
			return "", fmt.Errorf("%w: %w", ErrUnproven, err)
		}
		return k.Fingerprint(), nil
	}
	return "", fmt.Errorf("%w: the roster in force then names no such passkey", ErrUnproven)
}

// token checks that an issuer's key, which the chain knows by then, signed this nonce for this person.
func (f past) token(a keyholder.Approval) error {
	var key jose.JSONWebKey
	if err := json.Unmarshal(a.IssuerKey, &key); err != nil || !key.IsPublic() {
		return fmt.Errorf("%w: the issuer's key can't be read", ErrUnproven)
	}
	thumbprint, err := key.Thumbprint(crypto.SHA256)
	if err != nil || !f.keys[a.Issuer+" "+hex.EncodeToString(thumbprint)] {
		return fmt.Errorf("%w: keyholder knew no such key of that issuer", ErrUnproven)
	}
	signed, err := jose.ParseSigned(a.Token.Reveal(), issuerAlgorithms)
	if err != nil {
		return fmt.Errorf("%w: the token can't be read", ErrUnproven)
	}
	body, err := signed.Verify(key)
	if err != nil {
		return fmt.Errorf("%w: the issuer's key did not sign the token", ErrUnproven)
	}
	var c struct {
		Issuer  string `json:"iss"`
		Subject string `json:"sub"`
		Nonce   string `json:"nonce"`
	}
	if json.Unmarshal(body, &c) != nil || c.Issuer != a.Issuer || c.Subject != a.Subject || c.Nonce != a.Nonce {
		return fmt.Errorf("%w: the token is of another person or nonce", ErrUnproven)
	}
	return nil
}

// ApprovesOpinion says whether an approval is of this opinion, and of no other referral's beside it (canonical, with its date; its seal is left out).
func ApprovesOpinion(a keyholder.Approval, raw []byte) (bool, error) {
	o, err := parseOpinion(raw)
	if err != nil {
		return false, err
	}
	return a.Act == keyholder.ActOpinionSign && bytes.Equal(keyholder.ApprovedDigest(sha256.Sum256(o.body)), a.Digest), nil
}

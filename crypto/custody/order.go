package custody

import (
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

type drawData struct{}

// draw gives the nonce of one order to custodians.
func (s *Service) draw(now time.Time, _ keyholder.None) (result, error) {
	for n, at := range s.orders {
		if now.Sub(at) >= nonceLife {
			delete(s.orders, n)
		}
	}
	if len(s.orders) >= maxNonces {
		return result{}, keyholder.ErrRateLimited
	}
	nonce := random(32)
	s.orders[hex.EncodeToString(nonce)] = now
	return result{reply: wire.DrawReply{Nonce: nonce}, data: drawData{}}, nil
}

// quorum checks that k custodians signed this order and that its nonce was
// drawn here, not long ago and for no other order. Their public keys are the
// keystore's, authenticated at unseal.
func (s *Service) quorum(now time.Time, op string, content any, q wire.Quorum) error {
	key := hex.EncodeToString(q.Nonce)
	at, ok := s.orders[key]
	if !ok || now.Sub(at) >= nonceLife || now.Before(at) {
		return refuse(wire.RuleOrderNonce)
	}
	order, err := wire.Order(s.public.ID, op, content, q.Nonce)
	if err != nil {
		return err
	}
	signed := map[int]bool{}
	for _, sig := range q.Signatures {
		c, ok := s.public.Custodian(sig.Custodian)
		if ok && ed25519.Verify(c.Approval, order, sig.Value) {
			signed[c.Number] = true
		}
	}
	if len(signed) < s.public.K {
		return refuse(wire.RuleQuorum)
	}
	// Only a full quorum takes the nonce: nobody else can spoil an order that
	// custodians are still signing.
	delete(s.orders, key)
	return nil
}

package custody

import (
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

type drawData struct{}

// draw gives the nonce of one order to custodians.
func (s *Service) draw(now time.Time, _ keyholder.None) (result, error) {
	nonce := random(32)
	if !s.orders.add(now, hex.EncodeToString(nonce), struct{}{}) {
		return result{}, keyholder.ErrRateLimited
	}
	return result{reply: wire.DrawReply{Nonce: nonce}, data: drawData{}}, nil
}

// quorum checks that k custodians signed this order and that its nonce was
// drawn here, not long ago and for no other order. Their public keys are the
// keystore's, authenticated at unseal.
func (s *Service) quorum(now time.Time, op string, content any, q wire.Quorum) error {
	key := hex.EncodeToString(q.Nonce)
	if _, ok := s.orders.find(now, key); !ok {
		return refuse(wire.RuleOrderNonce)
	}
	signed, err := signatures(s.public, op, content, q)
	if err != nil {
		return err
	}
	if signed < s.public.K {
		return refuse(wire.RuleQuorum)
	}
	// Only a full quorum takes the nonce: nobody else can spoil an order that
	// custodians are still signing.
	s.orders.drop(key)
	return nil
}

// signatures counts the custodians of a keystore who signed exactly this order.
func signatures(of keystore.Public, op string, content any, q wire.Quorum) (int, error) {
	order, err := wire.Order(of.ID, op, content, q.Nonce)
	if err != nil {
		return 0, err
	}
	signed := map[int]bool{}
	for _, sig := range q.Signatures {
		c, ok := of.Custodian(sig.Custodian)
		if ok && ed25519.Verify(c.Approval, order, sig.Value) {
			signed[c.Number] = true
		}
	}
	return len(signed), nil
}

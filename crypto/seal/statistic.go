package seal

import (
	"bytes"
	"crypto/ed25519"
	"fmt"

	"filippo.io/age"

	"cloison/crypto/envelope"
	"cloison/crypto/statistics"
)

// Statistics is the checked recipient of the records that are counted once a year.
type Statistics struct{ key *age.HybridRecipient }

// CheckStatistics verifies a recipient against keyholder's public key for recipients (TestASwappedStatisticsRecipientIsRefused).
func CheckStatistics(pub ed25519.PublicKey, zone, recipient string, signature []byte) (Statistics, error) {
	if len(pub) != ed25519.PublicKeySize || !ed25519.Verify(pub, envelope.StatisticsStatement(zone, recipient), signature) {
		return Statistics{}, fmt.Errorf("checking the statistics recipient: %w", ErrRecipient)
	}
	key, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		return Statistics{}, fmt.Errorf("parsing the statistics recipient: %w", ErrRecipient)
	}
	return Statistics{key}, nil
}

// Record seals one record. It stands in no dossier, so no context goes with it: what binds it is keyholder's mark.
func (s Statistics) Record(r statistics.Record) ([]byte, error) {
	if s.key == nil {
		return nil, ErrRecipient
	}
	plain, err := r.Encode()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, s.key)
	if err != nil {
		return nil, fmt.Errorf("beginning a record of the statistics: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("sealing a record of the statistics: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("ending a record of the statistics: %w", err)
	}
	return out.Bytes(), nil
}

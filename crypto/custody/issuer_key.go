package custody

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// issuerKeyOp names the line of an issuer's key at its first use; no request
// bears it.
const issuerKeyOp = "IssuerKey"

type issuerKeyData struct {
	Issuer     string `json:"issuer"`
	Thumbprint string `json:"thumbprint"` // RFC 7638, SHA-256
}

func (d *issuerKeyData) apply(st *state, _ time.Time) {
	if st.issuerKeys[d.Issuer] == nil {
		st.issuerKeys[d.Issuer] = map[string]bool{}
	}
	st.issuerKeys[d.Issuer][d.Thumbprint] = true
}

// noteKey raises an alarm when a token is verified for the first time by a key
// that this issuer had not: a thief of the file of keys would need one. The
// first key of an issuer is no news. It is remembered across restarts
// (TestANewIssuerKeyIsAnAlarm).
func (s *Service) noteKey(now time.Time, c claims) error {
	var key jose.JSONWebKey
	if err := json.Unmarshal(c.Key, &key); err != nil {
		return fmt.Errorf("reading an issuer's key: %w", err)
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return fmt.Errorf("reading an issuer's key: %w", err)
	}
	d := &issuerKeyData{Issuer: c.Issuer, Thumbprint: hex.EncodeToString(sum)}
	known := s.state.issuerKeys[d.Issuer]
	if known[d.Thumbprint] {
		return nil
	}
	if len(known) > 0 {
		s.opts.Log.Error("ALARM an issuer signs with a key that it had not: ask it, by another way, whether that is its own", "issuer", d.Issuer, "thumbprint", d.Thumbprint)
	}
	if _, err := s.record(now, issuerKeyOp, 0, d, nil); err != nil {
		return err
	}
	d.apply(&s.state, now)
	return nil
}

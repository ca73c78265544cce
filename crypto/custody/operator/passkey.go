package operator

import (
	"encoding/base64"
	"fmt"

	"cloison/crypto/passkey"
)

// rosterPasskey is a passkey as people write it, or paste it from what `cloison keys passkeys` printed.
type rosterPasskey struct {
	Credential octets `toml:"credential"`
	PublicKey  octets `toml:"public_key"`
	RPID       string `toml:"rp_id"`
	Origin     string `toml:"origin"`
}

// octets stand in base64.
type octets []byte

func (o *octets) UnmarshalText(text []byte) (err error) {
	*o, err = base64.StdEncoding.Strict().DecodeString(string(text))
	return err
}

func (o octets) MarshalText() ([]byte, error) {
	return []byte(base64.StdEncoding.EncodeToString(o)), nil
}

func (k rosterPasskey) key() passkey.Key {
	return passkey.Key{Credential: k.Credential, PublicKey: k.PublicKey, RPID: k.RPID, Origin: k.Origin}
}

// FormatPasskey is the table that ParseRoster reads back.
func FormatPasskey(k passkey.Key) string {
	encoded := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("[[line.passkey]] # %s\ncredential = %q\npublic_key = %q\nrp_id = %q\norigin = %q\n",
		k.Fingerprint(), encoded(k.Credential), encoded(k.PublicKey), k.RPID, k.Origin)
}

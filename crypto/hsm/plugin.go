//go:build hsm && cgo

package hsm

import (
	"fmt"
	"io"

	"filippo.io/age"
	"filippo.io/age/plugin"
)

// NewIdentity makes a key on a token and answers what age calls it by.
func NewIdentity(t Token) (string, error) {
	key, err := Generate(t)
	if err != nil {
		return "", err
	}
	return plugin.EncodeIdentity(PluginName, key.Data()), nil
}

// Serve is the plugin's side of one of age's protocols, recipient-v1 or identity-v1. pin gives the PIN, or "" to have it asked for by who called the plugin.
// It answers the exit code.
func Serve(protocol, module string, pin func() (string, error), in io.Reader, out, said io.Writer) int {
	p, err := plugin.New(PluginName)
	if err != nil {
		fmt.Fprintln(said, err)
		return 1
	}
	p.SetIO(in, out, said)
	key := func(data []byte) (*Key, error) {
		return ParseKey(data, module, func() (string, error) {
			if known, err := pin(); known != "" || err != nil {
				return known, err
			}
			return p.RequestValue("code du jeton", true)
		})
	}
	p.HandleIdentity(func(data []byte) (age.Identity, error) { return key(data) })
	p.HandleIdentityAsRecipient(func(data []byte) (age.Recipient, error) { return key(data) })
	switch protocol {
	case "recipient-v1":
		return p.RecipientV1()
	case "identity-v1":
		return p.IdentityV1()
	}
	fmt.Fprintf(said, "unknown protocol %q\n", protocol)
	return 1
}

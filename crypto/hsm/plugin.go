//go:build hsm && cgo

package hsm

import (
	"flag"
	"fmt"
	"os"

	"filippo.io/age"
	"filippo.io/age/plugin"
)

// Main is the plugin: the age protocol on its standard input and output, or with -generate LABEL a new key, whose identity it prints. pin gives the PIN, or
// "" to have it asked for by who called the plugin. It answers the exit code.
func Main(module string, pin func() (string, error)) int {
	p, err := plugin.New(PluginName)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	p.RegisterFlags(nil)
	generate := flag.String("generate", "", "étiquette du jeton où faire une clé")
	flag.Parse()
	if *generate != "" {
		key, err := Generate(Token{Module: module, Label: *generate, PIN: pin})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(plugin.EncodeIdentity(PluginName, key.Data()))
		return 0
	}
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
	return p.Main()
}

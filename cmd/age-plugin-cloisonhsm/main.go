//go:build hsm && cgo

// Command age-plugin-cloisonhsm opens age files whose key is wrapped by a PKCS #11 token. A custodian's key rests so: `cloison keys token`.
//
//	CGO_ENABLED=1 go build -tags hsm -o bin/age-plugin-cloisonhsm ./cmd/age-plugin-cloisonhsm
//	CLOISON_PKCS11_MODULE=/usr/lib/softhsm/libsofthsm2.so age-plugin-cloisonhsm -generate LABEL > identity
//
// The PIN is asked for by who called it (cloison, age), or read from the file that CLOISON_HSM_PIN_FILE names.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"cloison/crypto/hsm"
)

func main() {
	protocol := flag.String("age-plugin", "", "protocole, que age indique")
	label := flag.String("generate", "", "étiquette du jeton où faire une clé")
	flag.Parse()
	module := os.Getenv("CLOISON_PKCS11_MODULE")
	if *label == "" {
		os.Exit(hsm.Serve(*protocol, module, pin, os.Stdin, os.Stdout, os.Stderr))
	}
	identity, err := hsm.NewIdentity(hsm.Token{Module: module, Label: *label, PIN: pin})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(identity)
}

func pin() (string, error) {
	path := os.Getenv("CLOISON_HSM_PIN_FILE")
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the PIN: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

//go:build hsm && cgo

// Command age-plugin-cloisonhsm opens age files whose key is wrapped by a PKCS #11 token. A custodian's key rests so: `cloison keys token`.
//
//	CGO_ENABLED=1 go build -tags hsm -o bin/age-plugin-cloisonhsm ./cmd/age-plugin-cloisonhsm
//	CLOISON_PKCS11_MODULE=/usr/lib/softhsm/libsofthsm2.so age-plugin-cloisonhsm -generate LABEL > identity
//
// The PIN is asked for by who called it (cloison, age), or read from the file that CLOISON_HSM_PIN_FILE names.
package main

import (
	"fmt"
	"os"
	"strings"

	"cloison/crypto/hsm"
)

func main() { os.Exit(hsm.Main(os.Getenv("CLOISON_PKCS11_MODULE"), pin)) }

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

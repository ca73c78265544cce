// Package hardware is a custodian's key that rests under a hardware token: the key file, sealed by an age plugin, opens on the custodian's machine with the
// token and its PIN. A copy of the file is worth nothing without both.
//
// It trusts the plugin that the identity names, which it runs from the PATH, and the token behind it. keyholder does not link it: a share reaches it as it
// always did, sealed to one start of it.
package hardware

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"

	"cloison/crypto/custody/keystore"
)

// prefix begins the file of a key under a token: the identity of the plugin, a line feed, then the key file as an armored age file.
const prefix = "AGE-PLUGIN-"

// ErrToken: the plugin did not open the file, or is not there. What it says stands in the error, for the custodian.
var ErrToken = errors.New("the token does not open this key")

// maxKey is larger than any custodian's key file.
const maxKey = 64 << 10

// ReadKey reads a custodian's key file, whether it rests in the clear or under a token.
func ReadKey(path string) (keystore.CustodianKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return keystore.CustodianKey{}, fmt.Errorf("reading custodian key: %w", err)
	}
	if !bytes.HasPrefix(b, []byte(prefix)) {
		return keystore.ParseCustodianKey(b)
	}
	plain, err := open(b)
	if err != nil {
		return keystore.CustodianKey{}, err
	}
	return keystore.ParseCustodianKey(plain)
}

// Rest puts the key file in under the token of an identity, and opens what it wrote before it says that it did.
func Rest(in, identity, out string) error {
	plain, err := os.ReadFile(in)
	if err != nil {
		return fmt.Errorf("reading custodian key: %w", err)
	}
	if _, err := keystore.ParseCustodianKey(plain); err != nil {
		return err
	}
	with, err := plugin.NewIdentity(strings.TrimSpace(identity), terminal())
	if err != nil {
		return fmt.Errorf("reading the identity of the token: %w", err)
	}
	sealed, err := seal(plain, with)
	if err != nil {
		return err
	}
	if again, err := open(sealed); err != nil || !bytes.Equal(again, plain) {
		return errors.Join(ErrToken, err)
	}
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("creating key file: %w", err)
	}
	_, err = f.Write(sealed)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing key file: %w", err)
	}
	return nil
}

func seal(plain []byte, with *plugin.Identity) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(with.String() + "\n")
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, with.Recipient())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	_, err = w.Write(plain)
	if err := errors.Join(err, w.Close(), armored.Close()); err != nil {
		return nil, fmt.Errorf("sealing custodian key: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func open(file []byte) ([]byte, error) {
	identity, sealed, _ := bytes.Cut(file, []byte("\n"))
	with, err := plugin.NewIdentity(string(identity), terminal())
	if err != nil {
		return nil, fmt.Errorf("reading custodian key: %w: %w", keystore.ErrTampered, err)
	}
	plain, err := age.Decrypt(armor.NewReader(bytes.NewReader(sealed)), with)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	content, err := io.ReadAll(io.LimitReader(plain, maxKey))
	if err != nil {
		return nil, fmt.Errorf("reading custodian key: %w: %w", keystore.ErrTampered, err)
	}
	return content, nil
}

// terminal asks for the PIN where the custodian sits.
func terminal() *plugin.ClientUI {
	say := func(format string, v ...any) { fmt.Fprintf(os.Stderr, format+"\n", v...) }
	return plugin.NewTerminalUI(say, say)
}

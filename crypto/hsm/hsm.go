//go:build hsm && cgo

package hsm

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"filippo.io/age"
	"github.com/miekg/pkcs11"
)

// PluginName is what age calls the plugin by.
const PluginName = "cloisonhsm"

const (
	idSize  = 16
	ivSize  = 12
	tagBits = 128
	keySize = 32
	context = "cloison-hsm-1" // authenticated with each file key
)

// Sentences for the custodian, who reads them behind "cloisonhsm plugin:".
var (
	errModule  = errors.New("le module PKCS #11 ne se charge pas : indiquez-le par CLOISON_PKCS11_MODULE")
	errAbsent  = errors.New("le jeton n'est pas là : branchez-le, puis recommencez")
	errPIN     = errors.New("le jeton refuse ce code : vérifiez-le avant de recommencer, il se bloque après quelques essais")
	errLocked  = errors.New("le jeton est bloqué : son administrateur seul peut redonner un code")
	errNoKey   = errors.New("ce jeton n'a pas cette clé : ce n'est pas celui sous lequel elle a été mise")
	errDamaged = errors.New("le jeton n'ouvre pas ce fichier : il est abîmé, ou d'une autre clé")
)

// Token is where a key is: the module that speaks to it, its label, and who gives the PIN when asked.
type Token struct {
	Module string
	Label  string
	PIN    func() (string, error)
}

// Key is one AES key of a token. It is both an age.Recipient and an age.Identity.
type Key struct {
	Token
	ID []byte
}

// ParseKey reads the data of an identity: the key's id, then the token's label.
func ParseKey(data []byte, module string, pin func() (string, error)) (*Key, error) {
	if len(data) <= idSize {
		return nil, errors.New("not an identity of this plugin")
	}
	return &Key{Token{module, string(data[idSize:]), pin}, slices.Clone(data[:idSize])}, nil
}

// Data is what ParseKey reads. It is no secret: it opens nothing without the token.
func (k *Key) Data() []byte { return append(slices.Clone(k.ID), k.Label...) }

// Generate makes a key that never leaves the token.
func Generate(t Token) (*Key, error) {
	k := &Key{t, make([]byte, idSize)}
	rand.Read(k.ID)
	err := t.session(func(c *pkcs11.Ctx, session pkcs11.SessionHandle) error {
		_, err := c.GenerateKey(session, []*pkcs11.Mechanism{pkcs11.NewMechanism(pkcs11.CKM_AES_KEY_GEN, nil)}, []*pkcs11.Attribute{
			pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY), pkcs11.NewAttribute(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_AES),
			pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true),
			pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true), pkcs11.NewAttribute(pkcs11.CKA_EXTRACTABLE, false),
			pkcs11.NewAttribute(pkcs11.CKA_ENCRYPT, true), pkcs11.NewAttribute(pkcs11.CKA_DECRYPT, true),
			pkcs11.NewAttribute(pkcs11.CKA_VALUE_LEN, keySize), pkcs11.NewAttribute(pkcs11.CKA_ID, k.ID), pkcs11.NewAttribute(pkcs11.CKA_LABEL, "cloison"),
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("making a key on the token: %w", err)
	}
	return k, nil
}

// Wrap has the token encrypt a file key by AES-GCM.
func (k *Key) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	iv := make([]byte, ivSize)
	rand.Read(iv)
	var sealed []byte
	err := k.use(func(c *pkcs11.Ctx, session pkcs11.SessionHandle, key pkcs11.ObjectHandle, gcm *pkcs11.Mechanism) (err error) {
		if err = c.EncryptInit(session, []*pkcs11.Mechanism{gcm}, key); err != nil {
			return err
		}
		sealed, err = c.Encrypt(session, fileKey)
		return err
	}, iv)
	if err != nil {
		return nil, err
	}
	return []*age.Stanza{{Type: PluginName, Args: []string{k.name()}, Body: append(iv, sealed...)}}, nil
}

// Unwrap has the token decrypt what Wrap made, and answers age.ErrIncorrectIdentity where no stanza is of this key.
func (k *Key) Unwrap(stanzas []*age.Stanza) (fileKey []byte, err error) {
	for _, s := range stanzas {
		if s.Type != PluginName || len(s.Args) != 1 || s.Args[0] != k.name() {
			continue
		}
		if len(s.Body) <= ivSize {
			return nil, errDamaged
		}
		err := k.use(func(c *pkcs11.Ctx, session pkcs11.SessionHandle, key pkcs11.ObjectHandle, gcm *pkcs11.Mechanism) error {
			if err := c.DecryptInit(session, []*pkcs11.Mechanism{gcm}, key); err != nil {
				return err
			}
			if fileKey, err = c.Decrypt(session, s.Body[ivSize:]); err != nil {
				return errDamaged
			}
			return nil
		}, s.Body[:ivSize])
		return fileKey, err
	}
	return nil, age.ErrIncorrectIdentity
}

func (k *Key) name() string { return base64.RawStdEncoding.EncodeToString(k.ID) }

// use finds the key in a session, with the mechanism that it is used by.
func (k *Key) use(do func(*pkcs11.Ctx, pkcs11.SessionHandle, pkcs11.ObjectHandle, *pkcs11.Mechanism) error, iv []byte) error {
	return k.session(func(c *pkcs11.Ctx, session pkcs11.SessionHandle) error {
		wanted := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY), pkcs11.NewAttribute(pkcs11.CKA_ID, k.ID)}
		if err := c.FindObjectsInit(session, wanted); err != nil {
			return err
		}
		found, _, err := c.FindObjects(session, 1)
		if err := errors.Join(err, c.FindObjectsFinal(session)); err != nil {
			return err
		}
		if len(found) == 0 {
			return errNoKey
		}
		params := pkcs11.NewGCMParams(iv, []byte(context), tagBits)
		defer params.Free()
		return do(c, session, found[0], pkcs11.NewMechanism(pkcs11.CKM_AES_GCM, params))
	})
}

// session signs in to the token for one use, and out of it.
func (t Token) session(do func(*pkcs11.Ctx, pkcs11.SessionHandle) error) error {
	c := pkcs11.New(t.Module)
	if c == nil {
		return errModule
	}
	defer c.Destroy()
	if err := c.Initialize(); err != nil {
		return fmt.Errorf("%w (%w)", errModule, err)
	}
	defer c.Finalize()
	slot, err := t.slot(c)
	if err != nil {
		return err
	}
	session, err := c.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return fmt.Errorf("opening a session of the token: %w", err)
	}
	defer c.CloseSession(session)
	pin, err := t.PIN()
	if err != nil {
		return err
	}
	switch err := c.Login(session, pkcs11.CKU_USER, pin); {
	case errors.Is(err, pkcs11.Error(pkcs11.CKR_PIN_INCORRECT)), errors.Is(err, pkcs11.Error(pkcs11.CKR_PIN_LEN_RANGE)), errors.Is(err, pkcs11.Error(pkcs11.CKR_PIN_INVALID)):
		return errPIN
	case errors.Is(err, pkcs11.Error(pkcs11.CKR_PIN_LOCKED)):
		return errLocked
	case err != nil:
		return fmt.Errorf("signing in to the token: %w", err)
	}
	defer c.Logout(session)
	return do(c, session)
}

func (t Token) slot(c *pkcs11.Ctx) (uint, error) {
	slots, err := c.GetSlotList(true)
	if err != nil {
		return 0, fmt.Errorf("listing tokens: %w", err)
	}
	for _, slot := range slots {
		if info, err := c.GetTokenInfo(slot); err == nil && info.Label == t.Label {
			return slot, nil
		}
	}
	return 0, errAbsent
}

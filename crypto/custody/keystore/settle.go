package keystore

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cloison/crypto/checkpoint"
	"cloison/crypto/cms"
)

// nextOpinion names a public file of the key that seals opinions next.
func nextOpinion(name string) string { return "next-" + name }

// settle has the public files beside the description say what it says. They come after it, so a crash leaves the ones of before: nothing is lost by that, and
// the next unlock ends it (TestAChangeOfAKeyIsWholeOrNotAtAll).
func settle(dir string, p Public) error {
	keys, err := checkpoint.FormatLog(p.logKeys())
	if err != nil {
		return err
	}
	if err := settleFile(dir, CheckpointKeyFile, keys); err != nil {
		return err
	}
	return settleCertificate(dir, p)
}

// logKeys are those of this zone's log, the key that signs now before the one that comes next: who reads the file takes heads of both.
func (p Public) logKeys() []checkpoint.LogKey {
	var keys []checkpoint.LogKey
	for _, former := range p.FormerCheckpoints {
		keys = append(keys, checkpoint.LogKey{Public: former.Public, Until: former.Until})
	}
	keys = append(keys, checkpoint.LogKey{Public: p.Checkpoints})
	if p.Next.Checkpoints != nil {
		keys = append(keys, checkpoint.LogKey{Public: p.Next.Checkpoints})
	}
	return keys
}

func settleFile(dir, name string, content []byte) error {
	now, err := os.ReadFile(filepath.Join(dir, name))
	if err == nil && bytes.Equal(now, content) {
		return nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return replaceFile(dir, name, 0o644, content)
}

// settleCertificate gives the files of a key that was taken the names of the present one. The certificate of the key before is kept beside them: what it
// sealed is checked by it.
func settleCertificate(dir string, p Public) error {
	taken, err := certificateOf(dir, nextOpinion(OpinionCertificateFile), p.Opinions)
	if err != nil || taken == nil {
		return err
	}
	before, err := certificateIn(dir, OpinionCertificateFile)
	if err != nil {
		return err
	}
	if before != nil && !isOf(before, p.Opinions) {
		if err := rename(dir, OpinionCertificateFile, "opinion-"+cms.KeyID(before)+".pem"); err != nil {
			return err
		}
	}
	// The certificate last: while it bears the other name, this is begun again.
	for _, name := range []string{OpinionRequestFile, OpinionAuthorityFile, OpinionCertificateFile} {
		err := rename(dir, nextOpinion(name), name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// certificateIn reads a certificate, nil where there is none.
func certificateIn(dir, name string) (*x509.Certificate, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the certificate of the opinion key: %w", err)
	}
	certificate, err := cms.ParseCertificate(text)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return certificate, nil
}

// certificateOf is certificateIn for one key: nil where the file is another's.
func certificateOf(dir, name string, public []byte) (*x509.Certificate, error) {
	certificate, err := certificateIn(dir, name)
	if err != nil || certificate == nil || !isOf(certificate, public) {
		return nil, err
	}
	return certificate, nil
}

func isOf(certificate *x509.Certificate, public []byte) bool {
	of, err := x509.MarshalPKIXPublicKey(certificate.PublicKey)
	return err == nil && bytes.Equal(of, public)
}

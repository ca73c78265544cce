package custody_test

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cloison/crypto/cms"
	"cloison/crypto/custody"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/keyholder"
)

// Who asks chooses the document. What it gets sealed under these approvals says which opinion they are of.
func TestASealBindsTheApprovedOpinion(t *testing.T) {
	t.Parallel()
	w := opened(t)
	approved, other := opinionFor("r-1", 1, "FAVORABLE", today), opinionFor("r-1", 1, "DEFAVORABLE", today)
	request := approved.request("d1", w.approveAll(approved, "d1", "med-a", "med-b", "med-c")...)
	document := other.document()
	request.ToSealDigest = document[:]
	got, err := w.SignOpinion(t.Context(), request)
	must(t, err)
	value, err := base64.StdEncoding.DecodeString(got.Value)
	must(t, err)
	if cms.Verify(w.certificate(), value, cms.Content{Document: document, Approved: sha256.Sum256([]byte(other.toSeal))}) == nil {
		t.Error("another opinion's document is sealed as approved")
	}
}

func TestAnOpinionHasOneDocument(t *testing.T) {
	t.Parallel()
	w := opened(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	_, err := w.SignOpinion(t.Context(), o.request("d1", w.approveAll(o, "d1", "med-a", "med-b", "med-c")...))
	must(t, err)
	w.restart()
	again := o.request("d1")
	again.ToSealDigest = o.bodyDigest()
	_, err = w.SignOpinion(t.Context(), again)
	wantRule(t, err, keyholder.RuleOpinionOtherDocument)

	// Its document of another day is another one, and then the only one of that day.
	w.clock.forward(24 * time.Hour)
	later := opinionFor("r-1", 1, "FAVORABLE", "2026-03-03")
	_, err = w.SignOpinion(t.Context(), later.request("d1"))
	must(t, err)
	again = later.request("d1")
	again.ToSealDigest = o.bodyDigest()
	_, err = w.SignOpinion(t.Context(), again)
	wantRule(t, err, keyholder.RuleOpinionOtherDocument)
	_, err = w.SignOpinion(t.Context(), o.request("d1"))
	must(t, err)
}

// Until the provider's certificate is there, everything but a seal is given; and another key's is no certificate.
func TestNoCertificateNoSeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must(t, os.Rename(w.path("keystore/opinion.pem"), w.path("aside.pem")))
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	request := o.request("d1", w.approveAll(o, "d1", "med-a", "med-b", "med-c")...)
	_, err := w.SignOpinion(t.Context(), request)
	wantRule(t, err, keyholder.RuleSealCertificate)

	w.shutdown()
	stranger := newWorld(t)
	stranger.initEpoch("2026")
	file, err := os.ReadFile(stranger.path("keystore/opinion.pem"))
	must(t, err)
	must(t, os.WriteFile(w.path("keystore/opinion.pem"), file, 0o600))
	_, err = custody.New(w.opts)
	want(t, err, keystore.ErrCertificate)

	must(t, os.Rename(w.path("aside.pem"), w.path("keystore/opinion.pem")))
	w.startup()
	w.unseal()
	_, err = w.SignOpinion(t.Context(), request)
	must(t, err)
}

// In production nobody certifies their own key.
func TestProductionGetsARequestAndNoCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, custody.Init(filepath.Join(dir, "keystore"), keystore.Options{
		Environment: "production", Zone: "medical", Epoch: "2026", N: 3, K: 2,
		Custodians: filepath.Join(dir, "custodians"), Recovery: filepath.Join(dir, "recovery.key"),
	}))
	if _, err := os.Stat(filepath.Join(dir, "keystore", keystore.OpinionRequestFile)); err != nil {
		t.Error(err)
	}
	for _, name := range []string{keystore.OpinionCertificateFile, keystore.OpinionAuthorityFile} {
		if _, err := os.Stat(filepath.Join(dir, "keystore", name)); err == nil {
			t.Errorf("%s is there", name)
		}
	}
}

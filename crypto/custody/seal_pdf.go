package custody

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"cloison/crypto/cms"
	"cloison/crypto/keyholder"
)

// sealDocument seals the document of an opinion that may be signed. keyholder
// does not see the document, which holds names: the asker gives its digest. So
// the seal binds beside it the opinion itself, as its authors approved it and
// as of its day: a seal over another opinion's document, asked for under these
// approvals, says which opinion was approved, and no receiver takes it
// (TestASealBindsTheApprovedOpinion). And an opinion of one day has one
// document (TestAnOpinionHasOneDocument).
func (s *Service) sealDocument(o opinion, d *signOpinionData, toSealDigest []byte) (keyholder.Seal, error) {
	if len(toSealDigest) != sha256.Size {
		return keyholder.Seal{}, refuse(keyholder.RuleOpinionDigest)
	}
	before, signed := s.state.opinions[opinionKey{o.Referral, o.Version}]
	if document, sealed := before.documents[o.IssuedOn]; signed && sealed && document != d.Document {
		return keyholder.Seal{}, refuse(keyholder.RuleOpinionOtherDocument)
	}
	if s.certificate == nil || !cms.InForce(s.certificate, o.IssuedOn) {
		return keyholder.Seal{}, refuse(keyholder.RuleSealCertificate)
	}
	content := cms.Content{Document: [32]byte(toSealDigest), Approved: sha256.Sum256(o.toSeal)}
	value, err := cms.Sign(s.keys.Opinions, s.certificate, content)
	if err != nil {
		s.opts.Log.Error("ALARM an opinion that may be sealed is not", "error", err)
		return keyholder.Seal{}, keyholder.ErrUnavailable
	}
	return keyholder.Seal{Form: "CMS", Alg: "RSA-SHA256", Key: cms.KeyID(s.certificate), Value: base64.StdEncoding.EncodeToString(value)}, nil
}

// blindDocument: a document holds answers that a few guesses would find, and a
// name that its file gives. Its digest stands nowhere in clear.
func (s *Service) blindDocument(digest []byte) string {
	return hex.EncodeToString(s.keys.Blind("document", digest))
}

package prefecture

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"

	"cloison/crypto/cms"
	"cloison/release"
	"cloison/release/form"
	"cloison/server/store"
	"cloison/web"
)

// Check is one thing that was looked at, and whether it holds.
type Check struct {
	Code  string `json:"code"`
	Holds bool   `json:"holds"`
}

// What verifyOpinion looks at.
const (
	checkForm     = "FORMULAIRE" // the form has a renderer and was in force on the day of issue
	checkSeal     = "SCELLEMENT" // a pinned certificate's seal, over the document rendered now and over the opinion as approved
	checkDocument = "DOCUMENT"   // the file is the one that was taken
	checkDecision = "DECISION"   // the decision is one that this zone holds, in force on the day of issue
	checkAuthors  = "AUTEURS"    // each author is listed in it, that day
	checkStamp    = "HORODATAGE" // the authority's token, where one came, is of this seal
)

// SealCertificate is whose seal it is.
type SealCertificate struct {
	Key       string       `json:"key"`
	Subject   string       `json:"subject"`
	Issuer    string       `json:"issuer"`
	ValidFrom release.Date `json:"valid_from"`
	ValidTo   release.Date `json:"valid_to"`
}

// Verification is what was checked of an opinion, now, from this zone's own copies.
type Verification struct {
	Referral    string              `json:"referral"`
	Opinion     string              `json:"opinion"`
	Version     int                 `json:"version"`
	IssuedOn    release.Date        `json:"issued_on"`
	Holds       bool                `json:"holds"` // every check does
	Checks      []Check             `json:"checks"`
	Form        *form.Version       `json:"form"`
	Document    string              `json:"document"` // hex SHA-256 of the file, as it is given now
	Stamp       *SealStamp          `json:"stamp"`    // null while no authority has dated the seal, or where none is configured
	Certificate *SealCertificate    `json:"certificate"`
	Decision    release.DecisionRef `json:"decision"`
	AuthorNames []AuthorName        `json:"author_names"`
}

// verifyOpinion checks everything anew. What does not hold is answered, not refused: the prefect has to know.
func (d *Desk) verifyOpinion(c *web.Call, in getOpinionIn) (web.Reply[Verification], error) {
	found, document, err := d.findDocument(c, "opinion.verify", in.Referral)
	if err != nil {
		return web.Reply[Verification]{}, err
	}
	o := *found.Opinion
	authors, err := store.AuthorsOf(c.Context(), d.Pool, o)
	if err != nil {
		return web.Reply[Verification]{}, err
	}
	v := Verification{
		Referral: o.Referral, Opinion: o.ID, Version: o.Version, IssuedOn: o.IssuedOn, Document: hex.EncodeToString(document.Digest),
		Certificate: d.certificate(o.Seal.Key), Decision: o.Decision,
	}
	for _, l := range authors.Lines {
		v.AuthorNames = append(v.AuthorNames, AuthorName{l.Line, l.FamilyName, l.GivenName})
	}
	version, unknown := form.VersionOf(o.Unsealed)
	if unknown == nil {
		v.Form = &version
	}
	file, stamped, broken := d.document(o, document)
	v.Checks = []Check{
		{checkForm, unknown == nil},
		{checkSeal, broken == nil || errors.Is(broken, errOtherFile)},
		{checkDocument, broken == nil},
		{checkDecision, authors.DecisionHolds},
		{checkAuthors, authors.Listed},
	}
	if broken == nil {
		v.Document = hex.EncodeToString(store.DocumentOf(file, document.Names).Digest)
	}
	if v.Stamp = stamped; stamped != nil {
		v.Checks = append(v.Checks, Check{checkStamp, stamped.Holds})
	}
	v.Holds = !slices.ContainsFunc(v.Checks, func(check Check) bool { return !check.Holds })
	return web.OK(v), nil
}

func (d *Desk) certificate(key string) *SealCertificate {
	i := slices.IndexFunc(d.Pins, func(c *x509.Certificate) bool { return cms.KeyID(c) == key })
	if i < 0 {
		return nil
	}
	c := d.Pins[i]
	return &SealCertificate{
		Key: key, Subject: c.Subject.String(), Issuer: c.Issuer.String(),
		ValidFrom: release.DateOf(c.NotBefore.UTC()), ValidTo: release.DateOf(c.NotAfter.UTC()),
	}
}

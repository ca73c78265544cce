package custody_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/crypto/cms"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// anOpinion is a canonical opinion, in the three forms that get signed,
// approved and sent.
type anOpinion struct{ toSeal, body string }

func opinionFor(referral string, version int, outcome, issuedOn string) anOpinion {
	return opinionBy(college, collegeDigest, "[2,5,9]", referral, version, outcome, issuedOn)
}

func opinionBy(ref, digest, authors, referral string, version int, outcome, issuedOn string) anOpinion {
	head := fmt.Sprintf(`{"id":"o-1","referral":%q,"version":%d,"outcome":%q,"decision":{"ref":%q,"digest":%q},"authors":%s`,
		referral, version, outcome, ref, digest, authors)
	return anOpinion{toSeal: head + fmt.Sprintf(`,"issued_on":%q}`, issuedOn), body: head + "}"}
}

func (o anOpinion) bodyDigest() []byte { s := sha256.Sum256([]byte(o.body)); return s[:] }

func (o anOpinion) request(dossier string, approvals ...string) keyholder.SignOpinionRequest {
	d := o.document()
	return keyholder.SignOpinionRequest{Dossier: dossier, Opinion: json.RawMessage(o.toSeal), ToSealDigest: d[:], Approvals: approvals}
}

// document stands for the digest of the document rendered from the opinion.
func (o anOpinion) document() [32]byte { return sha256.Sum256([]byte("document of " + o.toSeal)) }

func (w *world) certificate() *x509.Certificate {
	w.t.Helper()
	file, err := os.ReadFile(w.path("keystore/opinion.pem"))
	must(w.t, err)
	certificate, err := cms.ParseCertificate(file)
	must(w.t, err)
	return certificate
}

func (w *world) approve(act, dossier string, digest []byte, subject string) string {
	w.t.Helper()
	a, err := w.tryApprove(act, dossier, digest, subject)
	must(w.t, err)
	return a.ID
}

func (w *world) tryApprove(act, dossier string, digest []byte, subject string, edit ...func(tokenClaims)) (keyholder.Approval, error) {
	w.t.Helper()
	n, err := w.Nonce(w.t.Context(), act, dossier, digest)
	must(w.t, err)
	return w.Approve(w.t.Context(), n, w.psc.token(subject, n, edit...))
}

func (w *world) approveAll(o anOpinion, dossier string, subjects ...string) []string {
	w.t.Helper()
	var ids []string
	for _, s := range subjects {
		ids = append(ids, w.approve(keyholder.ActOpinionSign, dossier, o.bodyDigest(), s))
	}
	return ids
}

const today = "2026-03-02"

func TestSignOpinion(t *testing.T) {
	t.Parallel()
	w := opened(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	w.approve(keyholder.ActReportSign, "d1", make([]byte, 32), "med-d")
	ids := w.approveAll(o, "d1", "med-a", "med-b", "med-c")
	w.restart() // approvals are kept
	got, err := w.SignOpinion(t.Context(), o.request("d1", ids...))
	must(t, err)
	value, err := base64.StdEncoding.DecodeString(got.Value)
	must(t, err)
	sum := sha256.Sum256([]byte(o.toSeal))
	certificate := w.certificate()
	must(t, cms.Verify(certificate, value, cms.Content{Document: o.document(), Approved: sum}))
	if got.Form != "CMS" || got.Alg != "RSA-SHA256" || got.Key != cms.KeyID(certificate) {
		t.Errorf("got %+v", got)
	}

	// A retry gives the same seal, after a restart too, and needs no approval
	// again; a seal member in what is sent changes nothing.
	w.restart()
	again, err := w.SignOpinion(t.Context(), o.request("d1"))
	must(t, err)
	withSeal := o.request("d1", ids...)
	withSeal.Opinion = json.RawMessage(strings.TrimSuffix(o.toSeal, "}") + `,"seal":null}`)
	third, err := w.SignOpinion(t.Context(), withSeal)
	must(t, err)
	if again != got || third != got {
		t.Error("a retry gave another seal")
	}

	// Another date of issue is the same body.
	w.clock.forward(24 * time.Hour)
	later := opinionFor("r-1", 1, "FAVORABLE", "2026-03-03")
	_, err = w.SignOpinion(t.Context(), later.request("d1"))
	must(t, err)

	// Another body is refused for ever, whoever approves it.
	other := opinionFor("r-1", 1, "DEFAVORABLE", today)
	_, err = w.SignOpinion(t.Context(), other.request("d1", w.approveAll(other, "d1", "med-a", "med-b", "med-c")...))
	wantRule(t, err, keyholder.RuleOpinionOtherBody)
	next := opinionFor("r-1", 2, "DEFAVORABLE", "2026-03-03")
	_, err = w.SignOpinion(t.Context(), next.request("d1", w.approveAll(next, "d1", "med-a", "med-b", "med-c")...))
	must(t, err)
}

func TestSignOpinionRefuses(t *testing.T) {
	t.Parallel()
	w := opened(t)
	roster := usualRoster()
	twin := physician("med-a-bis", "99790000001") // the same person under another account
	roster.Lines = append(roster.Lines, twin)
	w.setRoster(roster)

	o := opinionFor("r-1", 1, "FAVORABLE", today)
	ids := w.approveAll(o, "d1", "med-a", "med-b", "med-c")
	a, b, c := ids[0], ids[1], ids[2]
	otherBody := w.approveAll(opinionFor("r-1", 1, "DEFAVORABLE", today), "d1", "med-c")[0]
	otherDossier := w.approveAll(o, "d2", "med-c")[0]
	report := w.approve(keyholder.ActReportSign, "d9", o.bodyDigest(), "med-c")
	same := w.approveAll(o, "d1", "med-a-bis")[0]
	w.approve(keyholder.ActReportSign, "d1", make([]byte, 32), "med-d")
	author := w.approveAll(o, "d1", "med-d")[0]

	edited := func(f func(*keyholder.SignOpinionRequest)) keyholder.SignOpinionRequest {
		r := o.request("d1", a, b, c)
		f(&r)
		return r
	}
	text := func(from, to string) keyholder.SignOpinionRequest {
		changed := anOpinion{toSeal: strings.Replace(o.toSeal, from, to, 1)}
		if changed.toSeal == o.toSeal {
			t.Fatalf("nothing to change: %s", from)
		}
		return changed.request("d1", a, b, c)
	}
	for name, tc := range map[string]struct {
		req  keyholder.SignOpinionRequest
		rule string
	}{
		"two approvals":              {o.request("d1", a, b), keyholder.RuleApprovalsMissing},
		"no approval":                {o.request("d1"), keyholder.RuleApprovalsMissing},
		"four approvals":             {o.request("d1", a, b, c, author), keyholder.RuleApprovalsMissing},
		"one approval three times":   {o.request("d1", a, a, a), keyholder.RuleApprovalSamePerson},
		"one person, two accounts":   {o.request("d1", a, same, b), keyholder.RuleApprovalSamePerson},
		"an unknown approval":        {o.request("d1", a, b, "nope"), keyholder.RuleApprovalUnknown},
		"of another body":            {o.request("d1", a, b, otherBody), keyholder.RuleApprovalOther},
		"of another dossier":         {o.request("d1", a, b, otherDossier), keyholder.RuleApprovalOther},
		"of another act":             {o.request("d9", report, report, report), keyholder.RuleApprovalOther},
		"the author of the report":   {o.request("d1", a, b, author), keyholder.RuleApprovalAuthor},
		"no digest to seal":          {edited(func(r *keyholder.SignOpinionRequest) { r.ToSealDigest = []byte{} }), keyholder.RuleOpinionDigest},
		"issued tomorrow":            {opinionFor("r-1", 1, "FAVORABLE", "2026-03-03").request("d1", a, b, c), keyholder.RuleOpinionFuture},
		"two authors":                {text(`[2,5,9]`, `[2,5]`), keyholder.RuleApprovalsMissing},
		"an author twice":            {text(`[2,5,9]`, `[2,5,5]`), keyholder.RuleOpinionMalformed},
		"no decision":                {text(`"decision":{"ref":"DEC-2026-01","digest":"`+collegeDigest+`"},`, ``), keyholder.RuleOpinionMalformed},
		"a decision named twice":     {text(`{"ref":"DEC-2026-01",`, `{"ref":"DEC-2019-01","ref":"DEC-2026-01",`), keyholder.RuleOpinionMalformed},
		"no referral":                {text(`"referral":"r-1",`, ``), keyholder.RuleOpinionMalformed},
		"no version":                 {text(`"version":1,`, ``), keyholder.RuleOpinionMalformed},
		"no date of issue":           {text(`,"issued_on":"2026-03-02"`, ``), keyholder.RuleOpinionMalformed},
		"a member twice":             {text(`"version":1,`, `"version":1,"version":1,`), keyholder.RuleOpinionMalformed},
		"a date of issue twice":      {text(`"id":"o-1",`, `"id":"o-1","issued_on":"2026-01-01",`), keyholder.RuleOpinionMalformed},
		"a member in other letters":  {text(`"version":1,`, `"version":1,"Version":2,`), keyholder.RuleOpinionMalformed},
		"a member's name escaped":    {text(`"version":1,`, `"\u0076ersion":1,`), keyholder.RuleOpinionMalformed},
		"a member added":             {text(`"version":1,`, `"version":1,"note":"x",`), keyholder.RuleApprovalOther},
		"a referral that is a story": {text(`"r-1"`, `"le patient est malade"`), keyholder.RuleOpinionMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.SignOpinion(t.Context(), tc.req)
			wantRule(t, err, tc.rule)
		})
	}

	t.Run("two authors, each of whom approved", func(t *testing.T) {
		pair := anOpinion{toSeal: strings.Replace(o.toSeal, `[2,5,9]`, `[2,5]`, 1), body: strings.Replace(o.body, `[2,5,9]`, `[2,5]`, 1)}
		_, err := w.SignOpinion(t.Context(), pair.request("d1", w.approveAll(pair, "d1", "med-a", "med-b")...))
		wantRule(t, err, keyholder.RuleApprovalsMissing)
	})
	t.Run("an author no longer listed", func(t *testing.T) {
		w.setRoster(wire.Roster{Lines: slices.DeleteFunc(usualRoster().Lines, func(l wire.Line) bool { return l.Subject == "med-c" })})
		_, err := w.SignOpinion(t.Context(), o.request("d1", a, b, c))
		wantRule(t, err, keyholder.RuleNotOnRoster)
	})
	t.Run("and what all of them refused is granted in order", func(t *testing.T) {
		w.setRoster(roster)
		_, err := w.SignOpinion(t.Context(), o.request("d1", c, b, a))
		must(t, err)
	})
}

func TestApproveRefuses(t *testing.T) {
	t.Parallel()
	w := opened(t)
	digest := make([]byte, 32)
	nonce := func() string {
		n, err := w.Nonce(t.Context(), keyholder.ActOpinionSign, "d1", digest)
		must(t, err)
		return n
	}
	t.Run("a session's nonce", func(t *testing.T) {
		n := w.sessionNonce()
		_, err := w.Approve(t.Context(), n, w.psc.token("med-a", n))
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("a token for another nonce", func(t *testing.T) {
		_, err := w.Approve(t.Context(), nonce(), w.psc.token("med-a", nonce()))
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("twice", func(t *testing.T) {
		n := nonce()
		token := w.psc.token("med-a", n)
		_, err := w.Approve(t.Context(), n, token)
		must(t, err)
		_, err = w.Approve(t.Context(), n, token)
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("ten minutes later", func(t *testing.T) {
		n := nonce()
		w.clock.forward(10 * time.Minute)
		_, err := w.Approve(t.Context(), n, w.psc.token("med-a", n))
		want(t, err, keyholder.ErrUnauthenticated)
	})
	t.Run("a running session at the provider", func(t *testing.T) {
		_, err := w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "med-a", func(c tokenClaims) {
			c["auth_time"] = w.clock.Now().Add(-time.Minute).Unix()
		})
		wantRule(t, err, keyholder.RuleNotFreshlyProven)
	})
	t.Run("no word on when the person authenticated", func(t *testing.T) {
		_, err := w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "med-a", func(c tokenClaims) { delete(c, "auth_time") })
		wantRule(t, err, keyholder.RuleNotFreshlyProven)
	})
	t.Run("a secretary", func(t *testing.T) {
		n := nonce()
		_, err := w.Approve(t.Context(), n, w.pro.token("sec-a", n))
		wantRule(t, err, keyholder.RuleClassNotProven)
	})
	t.Run("someone unlisted", func(t *testing.T) {
		_, err := w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "intern")
		wantRule(t, err, keyholder.RuleNotOnRoster)
	})
	t.Run("an act that has no approval", func(t *testing.T) {
		_, err := w.Nonce(t.Context(), "dossier.purge", "d1", digest)
		wantRule(t, err, keyholder.RuleUnknownAct)
	})
}

// What is archived can be checked without us, and prints without the token.
func TestApprovalCanBeChecked(t *testing.T) {
	t.Parallel()
	w := opened(t)
	digest := bytes.Repeat([]byte{7}, 32)
	a, err := w.tryApprove(keyholder.ActOpinionSign, "d1", digest, "med-a")
	must(t, err)
	archived, err := a.Archive()
	must(t, err)
	back, err := keyholder.ParseApproval(archived)
	must(t, err)
	if back.Nonce != keyholder.ApprovalNonce(back.Act, back.Digest, back.Draw) || !bytes.Equal(back.Digest, digest) {
		t.Error("the nonce does not follow from what it binds")
	}
	if back.NationalID != "99790000001" || back.Dossier != "d1" || back.Token.Reveal() == "" || len(back.IssuerKey) == 0 {
		t.Errorf("the archive is not whole: %+v", back)
	}
	if printed := fmt.Sprintf("%v %+v %#v", a, a, a); strings.Contains(printed, back.Token.Reveal()) {
		t.Error("an approval prints its token")
	}
}

// No plain digest of medical content in keyholder's own file: the body of an
// opinion can be guessed.
func TestChainHoldsNoDigestOfAnOpinion(t *testing.T) {
	t.Parallel()
	w := opened(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	_, err := w.SignOpinion(t.Context(), o.request("d1", w.approveAll(o, "d1", "med-a", "med-b", "med-c")...))
	must(t, err)
	file, err := os.ReadFile(w.path("state/chain"))
	must(t, err)
	toSeal, document := sha256.Sum256([]byte(o.toSeal)), o.document()
	for _, d := range [][]byte{o.bodyDigest(), toSeal[:], document[:]} {
		for _, text := range []string{fmt.Sprintf("%x", d), base64.StdEncoding.EncodeToString(d), base64.RawURLEncoding.EncodeToString(d)} {
			if bytes.Contains(file, []byte(text)) {
				t.Error("the chain file holds a digest of an opinion")
			}
		}
	}
	if !bytes.Contains(file, []byte(`"SignOpinion"`)) {
		t.Error("the call does not stand in the chain file")
	}
}

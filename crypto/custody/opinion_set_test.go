package custody_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"cloison/crypto/keyholder"
)

// pairOf is one opinion for two referrals, and the digest that its authors approve.
func pairOf(outcome, one, other string) (a, b anOpinion, approved []byte) {
	of := func(referral, receiver string) anOpinion {
		body := fmt.Sprintf(`{"id":"o-%s","referral":%q,"version":1,"receiver":%q,"outcome":%q,"decision":{"ref":%q,"digest":%q},"authors":[2,5,9]`,
			referral, referral, receiver, outcome, college, collegeDigest)
		return anOpinion{toSeal: body + fmt.Sprintf(`,"issued_on":%q}`, today), body: body + "}"}
	}
	a, b = of(one, "93"), of(other, "75")
	return a, b, keyholder.ApprovedDigest([32]byte(a.bodyDigest()), [32]byte(b.bodyDigest()))
}

func together(o anOpinion, approvals []string, bodies ...string) keyholder.SignOpinionRequest {
	r := o.request("d1", approvals...)
	for _, b := range bodies {
		r.Bodies = append(r.Bodies, json.RawMessage(b))
	}
	return r
}

func (w *world) approveDigest(digest []byte) (ids []string) {
	w.t.Helper()
	for _, subject := range []string{"med-a", "med-b", "med-c"} {
		ids = append(ids, w.approve(keyholder.ActOpinionSign, "d1", digest, subject))
	}
	return ids
}

// One approval of each author covers the opinion that answers both referrals (L. 425-10: two parents), and nothing else.
func TestSeveralReferralsAreOneOpinion(t *testing.T) {
	t.Parallel()
	w := opened(t)
	a, b, digest := pairOf("FAVORABLE", "r-1", "r-2")
	ids := w.approveDigest(digest)
	_, foreign, _ := pairOf("FAVORABLE", "r-1", "r-3")
	_, changed, _ := pairOf("DEFAVORABLE", "r-1", "r-2")
	alternative, _, _ := pairOf("DEFAVORABLE", "r-1", "r-2")

	for name, c := range map[string]struct {
		req  keyholder.SignOpinionRequest
		rule string
	}{
		"without the bodies":                 {together(a, ids), keyholder.RuleApprovalOther},
		"one body alone":                     {together(a, ids, a.body), keyholder.RuleOpinionSet},
		"in the other order":                 {together(a, ids, b.body, a.body), keyholder.RuleOpinionSet},
		"a body twice":                       {together(a, ids, a.body, a.body), keyholder.RuleOpinionSet},
		"two opinions for one referral":      {together(a, ids, a.body, alternative.body), keyholder.RuleOpinionSet},
		"another answer for one of them":     {together(a, ids, a.body, changed.body), keyholder.RuleOpinionSet},
		"an opinion that is not among them":  {together(foreign, ids, a.body, b.body), keyholder.RuleOpinionSet},
		"another referral in place of one":   {together(a, ids, a.body, foreign.body), keyholder.RuleApprovalOther},
		"a third referral":                   {together(a, ids, a.body, b.body, foreign.body), keyholder.RuleApprovalOther},
		"an opinion in place of its body":    {together(a, ids, a.toSeal, b.toSeal), keyholder.RuleOpinionSet},
		"a body that is no object":           {together(a, ids, a.body, `[]`), keyholder.RuleOpinionSet},
		"a body that names no referral":      {together(a, ids, a.body, strings.Replace(b.body, `"referral":"r-2",`, ``, 1)), keyholder.RuleOpinionSet},
		"nine bodies":                        {together(a, ids, nine(a.body)...), keyholder.RuleOpinionSet},
		"approvals of this body and no more": {together(a, w.approveDigest(a.bodyDigest()), a.body, b.body), keyholder.RuleApprovalOther},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.SignOpinion(t.Context(), c.req)
			wantRule(t, err, c.rule)
		})
	}

	first, err := w.SignOpinion(t.Context(), together(a, ids, a.body, b.body))
	must(t, err)
	w.restart()
	second, err := w.SignOpinion(t.Context(), together(b, ids, a.body, b.body))
	must(t, err)
	if first == second {
		t.Error("two opinions have one seal")
	}
	again, err := w.SignOpinion(t.Context(), together(a, nil, a.body, b.body))
	must(t, err)
	if again != first {
		t.Error("a retry gave another seal")
	}
	// One body, for ever, per referral and version: approving it alone, otherwise, comes too late.
	_, err = w.SignOpinion(t.Context(), alternative.request("d1", w.approveDigest(alternative.bodyDigest())...))
	wantRule(t, err, keyholder.RuleOpinionOtherBody)
}

func nine(body string) []string {
	bodies := []string{body}
	for i := range 8 {
		bodies = append(bodies, strings.Replace(body, `"r-1"`, fmt.Sprintf(`"r-1%d"`, i), 1))
	}
	return bodies
}

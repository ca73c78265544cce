package custody

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"cloison/crypto/keyholder"
)

// Two bodies that are taken for one opinion differ in nothing but what is their referral's own, and both are bound.
func FuzzApprovedTogether(f *testing.F) {
	f.Add([]byte(`{"id":"a","referral":"r-1","outcome":"X"}`), []byte(`{"id":"b","referral":"r-2","outcome":"X"}`))
	f.Add([]byte(`{"referral":"r-1","receiver":"93"}`), []byte(`{"receiver":"75","referral":"r-2"}`))
	f.Add([]byte(`{"referral":"r-1","authors":[2]}`), []byte(`{"referral":"r-2","authors":[3]}`))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		digest, err := approvedTogether(opinion{body: one}, []json.RawMessage{one, other})
		if err != nil {
			return
		}
		if want := keyholder.ApprovedDigest(sha256.Sum256(one), sha256.Sum256(other)); !bytes.Equal(digest, want) {
			t.Error("what is approved is not both bodies")
		}
		var a, b map[string]json.RawMessage
		if json.Unmarshal(one, &a) != nil || json.Unmarshal(other, &b) != nil {
			t.Fatal("accepted what is no object")
		}
		if bytes.Equal(a["referral"], b["referral"]) {
			t.Error("one referral has two bodies")
		}
		for _, name := range ownMembers {
			delete(a, name)
			delete(b, name)
		}
		if len(a) != len(b) {
			t.Fatal("one body has more members")
		}
		for name, value := range a {
			if !bytes.Equal(value, b[name]) {
				t.Errorf("member %q differs", name)
			}
		}
	})
}

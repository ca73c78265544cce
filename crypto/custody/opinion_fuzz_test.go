package custody

import (
	"bytes"
	"encoding/json"
	"testing"
)

// What is accepted is an object whose body is what it says, less two members:
// nothing of it escapes the digests that were approved.
func FuzzParseOpinion(f *testing.F) {
	f.Add([]byte(`{"referral":"r-1","version":1,"decision":{"ref":"D","digest":"ab"},"authors":[2,5,9],"issued_on":"2026-03-02"}`))
	f.Add([]byte(`{"issued_on":"2026-03-02","seal":null,"referral":"r","version":2,"decision":{"ref":"","digest":""},"authors":[],"x":{"seal":1}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := parseOpinion(raw)
		if err != nil {
			return
		}
		var whole, body map[string]json.RawMessage
		if json.Unmarshal(raw, &whole) != nil || json.Unmarshal(o.body, &body) != nil {
			t.Fatal("accepted what is no object")
		}
		delete(whole, "issued_on")
		delete(whole, "seal")
		if len(whole) != len(body) {
			t.Fatalf("body has %d members of %d", len(body), len(whole))
		}
		for name, value := range whole {
			if !bytes.Equal(body[name], value) {
				t.Errorf("member %q was changed", name)
			}
		}
	})
}

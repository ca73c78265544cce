package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// token is what stands in every medical field and file of the sample, so that a leak can be searched for.
var token = regexp.MustCompile(`CNRY[A-Z2-7]{10}`)

// secretsOf are the tokens of a case and what identifies its applicant.
func (l *line) secretsOf(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(theWorld.sample(), "cases", l.given.ID+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, found := range token.FindAll(raw, -1) {
		list = append(list, string(found))
	}
	patient, _ := l.given.Applicant["patient"].(object)
	for _, field := range []string{"family_name", "usage_name", "birth_place", "address", "phone", "email"} {
		if s, ok := patient[field].(string); ok && s != "" {
			list = append(list, s)
		}
	}
	for _, name := range patient["given_names"].([]any) {
		list = append(list, name.(string))
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) < 20 {
		t.Fatalf("only %d secrets in %s: the search would prove nothing", len(list), l.given.ID)
	}
	return list
}

// logsTellNothing searches every log of the environment, and what the launcher printed, for the secrets of the dossiers, as they are and as
// JSON writes them.
func (e *environment) logsTellNothing(t *testing.T, lines ...*line) {
	t.Helper()
	size := 0
	for _, file := range append(e.logs(t), e.output) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		size += len(content)
		for _, l := range lines {
			for _, secret := range l.secretsOf(t) {
				escaped, err := json.Marshal(secret)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(content, []byte(secret)) || bytes.Contains(content, bytes.Trim(escaped, `"`)) {
					t.Errorf("%s holds %q", filepath.Base(file), secret)
				}
			}
		}
	}
	if size == 0 {
		t.Error("every log is empty: nothing was searched")
	}
}

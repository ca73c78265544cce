// Package hostile gives tests the uploads of sample/hostile, with what must become of each. The few that an antivirus program would take
// away exist only as recipes in the manifest, and in the memory of a test.
package hostile

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Upload is one entry of the manifest.
type Upload struct {
	ID       string `json:"id"`
	Category string `json:"category"`
	File     string `json:"file"`
	Build    *struct {
		Kind string `json:"kind"`
		Data string `json:"data"`
	} `json:"build"`
	Name     string `json:"upload_name"`
	Declared string `json:"declared_media_type"`
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	Expected struct {
		Outcome
		Also []Outcome `json:"also_acceptable"`
	} `json:"expected"`
	Why    string   `json:"why"`
	Checks []string `json:"checks"`
}

// Outcome is a verdict and its reason, in the manifest's words.
type Outcome struct {
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
}

// verdicts are the manifest's words for ours.
var verdicts = map[string]string{"ACCEPT": "accept", "SANITISED": "accept-sanitised", "REJECT": "reject"}

// Load reads the manifest.
func Load(t testing.TB) []Upload {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder(), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Entries []Upload `json:"entries"`
	}
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Entries) < 90 {
		t.Fatalf("%d uploads in the manifest", len(manifest.Entries))
	}
	return manifest.Entries
}

// folder is found from the folder of the test, upwards.
func folder() string {
	for at := "."; ; at = filepath.Join(at, "..") {
		found := filepath.Join(at, "sample", "hostile")
		if _, err := os.Stat(found); err == nil || len(at) > 64 {
			return found
		}
	}
}

// Content is what is uploaded.
func (u Upload) Content(t testing.TB) []byte {
	t.Helper()
	b, err := u.read()
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != u.SHA256 || int64(len(b)) != u.Size {
		t.Fatalf("%s is not what the manifest says", u.ID)
	}
	return b
}

func (u Upload) read() ([]byte, error) {
	if u.Build != nil {
		return base64.StdEncoding.DecodeString(strings.Map(rot13, u.Build.Data))
	}
	return os.ReadFile(filepath.Join(folder(), u.File))
}

func rot13(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case 'A' <= r && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}

// Allows says whether the manifest admits that outcome.
func (u Upload) Allows(outcome, reason string) bool {
	got := Outcome{verdicts[outcome], reason}
	return got == u.Expected.Outcome || slices.Contains(u.Expected.Also, got)
}

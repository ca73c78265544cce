package inspect

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cloison/medical/inspect/wire"
)

func TestName(t *testing.T) {
	t.Parallel()
	for declared, want := range map[string]string{
		"certificat d'aptitude (1).pdf": "certificat d'aptitude (1).pdf",
		"certificat médical.PDF":        "certificat médical.PDF",
		"certificat me\u0301dical.pdf":  "certificat médical.pdf",
		"../../etc/cron.d/x.pdf":        "etc_cron.d_x.pdf",
		`..\..\Windows\x.pdf`:           "Windows_x.pdf",
		"certificat\u202efdp.exe":       "certificat_fdp.pdf",
		"certificat.pdf.exe":            "certificat.pdf",
		"certificat.pdf\x00.exe":        "certificat.pdf_.pdf",
		"CON.pdf":                       "piece-CON.pdf",
		"..":                            "piece.pdf",
		"":                              "piece.pdf",
		"-rf --version.pdf":             "rf --version.pdf",
		"certificat.pdf. . ":            "certificat.pdf",
		"IM0001":                        "IM0001",
	} {
		got, changed := Name(declared, wire.PDF)
		if composed := declared == "certificat me\u0301dical.pdf"; got != want || changed != (got != declared && !composed) {
			t.Errorf("%q: %q, changed %v", declared, got, changed)
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add("../x.pdf")
	f.Add("a\u202e\x00\r\n.exe")
	f.Add(strings.Repeat("c", 300) + ".pdf")
	f.Fuzz(func(t *testing.T, declared string) {
		name, _ := Name(declared, wire.PDF)
		if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > nameLength+len("piece-") || strings.ContainsAny(name, "/\\\"<>|:*?\x00\r\n") ||
			strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.ContainsFunc(name, unicode.IsControl) {
			t.Errorf("%q becomes %q", declared, name)
		}
		if again, changed := Name(name, wire.PDF); changed || again != name {
			t.Errorf("%q becomes %q, then %q", declared, name, again)
		}
	})
}

package form_test

import (
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloison/crypto/cms"
	"cloison/crypto/stamp"
	"cloison/internal/dev/sealing"
	"cloison/internal/dev/tsa"
	"cloison/release"
	"cloison/release/form"
)

// Readers of documents that are not ours: poppler and qpdf. tools/setup.sh test installs them.

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func save(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "avis.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read is the text of a document, as somebody who selects all of it copies it.
func read(t *testing.T, file []byte) string {
	t.Helper()
	return tool(t, "pdftotext", "-layout", save(t, file), "-")
}

func TestTheDocumentIsWhole(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		path := save(t, render(t, s.opinion, s.names).Unsealed())
		tool(t, "qpdf", "--check", path)
		info := tool(t, "pdfinfo", path)
		title := "Avis du collège de médecins de l'OFII, annexe " + string(s.opinion.Form.Annexe)
		if s.opinion.Form.Annexe == release.AnnexeD {
			title = "Avis du médecin de l'OFII, annexe D"
		}
		for _, want := range []string{title, "Tagged:          yes", "Pages:           1", "(A4)", "Custom Metadata: no"} {
			if !strings.Contains(info, want) {
				t.Errorf("%s: pdfinfo does not say %q:\n%s", s.name, want, info)
			}
		}
	}
}

// TestThePageSaysNothingElse reads every word of the page: what is fixed, the names, the codes as words and ticks. Nothing of the rapporteur,
// nothing typed.
func TestThePageSaysNothingElse(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		golden := filepath.Join("testdata", strings.ReplaceAll(strings.ReplaceAll(s.name, " ", "-"), ",", "")+".txt")
		got := read(t, render(t, s.opinion, s.names).Unsealed())
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if normal(got) != normal(string(want)) {
			t.Errorf("%s: the page says\n%s", s.name, got)
		}
		if strings.Contains(strings.ToLower(got), "rapporteur") {
			t.Errorf("%s: the page speaks of the rapporteur", s.name)
		}
	}
}

// normal leaves out how a reader spaces words.
func normal(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestTheSealIsValidInAReader: a reader that trusts the authority shows the document as signed, whole and unchanged.
func TestTheSealIsValidInAReader(t *testing.T) {
	t.Parallel()
	s := sealing.Usual()
	o, err := s.Seal(favourable(), names())
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.Pins().Verify(o, names())
	if err != nil {
		t.Fatal(err)
	}
	trust := t.TempDir()
	authority := filepath.Join(trust, "authority.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Authority.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	tool(t, "certutil", "-N", "-d", "sql:"+trust, "--empty-password")
	tool(t, "certutil", "-A", "-d", "sql:"+trust, "-n", "authority", "-t", "C,C,C", "-i", authority)
	for name, one := range map[string][]byte{"as it was sealed": file, "with its time-stamp": withStamp(t, s, o)} {
		path := save(t, one)
		tool(t, "qpdf", "--check", path)
		said := tool(t, "pdfsig", "-nssdir", "sql:"+trust, path)
		for _, want := range []string{
			"Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "Scellement d'essai",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: pdfsig does not say %q:\n%s", name, want, said)
			}
		}
	}

	changed := slices.Clone(file)
	at := strings.Index(string(file), "/Title")
	changed[at+10] ^= 1
	if said := tool(t, "pdfsig", "-nssdir", "sql:"+trust, save(t, changed)); !strings.Contains(said, "Digest Mismatch") {
		t.Errorf("a changed document: %s", said)
	}
}

// withStamp is the document of an opinion with what openssl's authority says of its seal.
func withStamp(t *testing.T, s sealing.Sealer, o release.Opinion) []byte {
	t.Helper()
	authority := tsa.Start(t)
	signature, err := cms.Signature(cmsOf(t, o))
	if err != nil {
		t.Fatal(err)
	}
	request, err := stamp.NewRequest(signature)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := authority.Answer(request.DER)
	if err != nil {
		t.Fatal(err)
	}
	said, err := request.Accept(reply, authority.Pool)
	if err != nil {
		t.Fatal(err)
	}
	file, err := s.Pins().Stamped(o, names(), said.Token)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(file), hex.EncodeToString(said.Token)) {
		t.Error("the token is not in the document")
	}
	if _, err := s.Pins().Stamped(o, names(), make([]byte, form.MaxSeal)); err == nil {
		t.Error("a token that has no room is taken")
	}
	return file
}

// One day is in a document, and no hour.
func TestADocumentHasADayAndNoHour(t *testing.T) {
	t.Parallel()
	file := string(render(t, favourable(), names()).Unsealed())
	dates := regexp.MustCompile(`\(D:[^)]*\)`).FindAllString(file, -1)
	if len(dates) != 2 || dates[0] != "(D:20260312)" || dates[1] != dates[0] {
		t.Errorf("dates: %v", dates)
	}
}

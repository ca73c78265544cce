package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

const piecePath = "/dossiers/" + dossierID + "/piece"

// parts writes a form as a browser does: the fields, then the file.
func parts(t *testing.T, boundary string, fields [][2]string, name string, content []byte) string {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(boundary); err != nil {
		t.Fatal(err)
	}
	for _, f := range append([][2]string{{keyName, formTestKey}}, fields...) {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	header := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="_file"; filename=%q`, name)}, "Content-Type": {"application/pdf"}}
	part, err := w.CreatePart(header)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (p formPortal) sendPiece(t *testing.T, boundary, body string, headers ...string) answer {
	t.Helper()
	return p.do(t, "POST", piecePath, body, append([]string{"Content-Type", "multipart/form-data; boundary=" + boundary, "Accept", "text/html"}, headers...)...)
}

// The size of a file is known before its first byte, whatever stands around it and in it, and its bytes reach the second act whole.
func TestAFormCarriesAFile(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	for i, content := range [][]byte{
		[]byte("x"), bytes.Repeat([]byte("ab\r\n--"), 50000), []byte("\r\n--bound\r\n--boundar\r\n--"), bytes.Repeat([]byte{0}, 4097), []byte("--bound--x\r\n"),
	} {
		for _, boundary := range []string{"boundary", "----WebKitFormBoundaryAbCdEfGhIjKlMnOp"} {
			a := p.sendPiece(t, boundary, parts(t, boundary, [][2]string{{"kind", "A"}, {"months", "3"}}, "à lire.pdf", content))
			if a.status != http.StatusSeeOther {
				t.Fatalf("%d, %s: %d %s", i, boundary, a.status, a.body)
			}
			last := len(p.taken.files) - 1
			if f := p.taken.files[last]; f.Size != int64(len(content)) || f.Name != "à lire.pdf" || f.MediaType != "application/pdf" {
				t.Errorf("%d, %s: %+v, want %d bytes", i, boundary, f, len(content))
			}
			if !bytes.Equal(p.taken.read[last], content) {
				t.Errorf("%d, %s: %d bytes were read, not those sent", i, boundary, len(p.taken.read[last]))
			}
			if a := p.taken.acts[last]; a.Action != "piece.take" || a.IdempotencyKey != formTestKey || *(*p.acts)[last].Months != 3 {
				t.Errorf("%d: the act %+v", i, a)
			}
		}
	}
}

func TestAFileThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	whole := parts(t, "b", [][2]string{{"kind", "A"}}, "a.pdf", []byte("contenu"))
	field := "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nB\r\n"
	for name, body := range map[string]string{
		"cut":                  whole[:len(whole)-6],
		"a field after it":     strings.Replace(whole, "--b--\r\n", field+"--b--\r\n", 1),
		"a longer end":         whole + "rest of something",
		"a closing line apart": strings.Replace(whole, "--b--\r\n", "--c--\r\n", 1),
	} {
		before := len(p.taken.files)
		if a := p.sendPiece(t, "b", body); a.status < 400 || a.status >= 500 || len(p.taken.files) != before {
			t.Errorf("%s: %d, %d files taken", name, a.status, len(p.taken.files)-before)
		}
	}
}

func TestARefusedFormWithAFileSaysWhy(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	if a := p.sendPiece(t, "b", parts(t, "b", [][2]string{{"kind", "A"}}, "", nil)); a.status != 422 || !strings.Contains(a.body, "_file:Choisissez un fichier.") {
		t.Errorf("no file: %d %s", a.status, a.body)
	}
	big := bytes.Repeat([]byte("x"), 3<<20)
	if a := p.sendPiece(t, "b", parts(t, "b", [][2]string{{"kind", "C"}}, "a.pdf", big)); a.status != 422 || !strings.Contains(a.body, "kind:[C]") {
		t.Errorf("a wrong field before a file: %d %s", a.status, a.body)
	}
	if a := p.sendPiece(t, "b", parts(t, "b", [][2]string{{"kind", "A"}, {"outcome", "x"}}, "a.pdf", big)); a.status != 400 {
		t.Errorf("an unknown field: %d", a.status)
	}
	if a := p.sendPiece(t, "b", parts(t, "b", [][2]string{{"kind", string(big)}}, "a.pdf", nil)); a.status != 413 {
		t.Errorf("fields without end: %d", a.status)
	}
	if a := p.send(t, map[string][]string{"kind": {"A"}}); a.status != 303 {
		t.Errorf("the form without a file: %d", a.status)
	}
	if a := p.do(t, "POST", piecePath, "kind=A", "Content-Type", "application/x-www-form-urlencoded"); a.status != 415 {
		t.Errorf("an urlencoded form for a file: %d", a.status)
	}
	if len(p.taken.files) != 0 {
		t.Errorf("%d files were taken", len(p.taken.files))
	}
}

// A file is given an hour: nobody is, before they have said who they are. A stranger who sends slowly is answered at once and holds nothing.
func TestAStrangersFileIsNotRead(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	head := "POST " + piecePath + " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000000\r\n"
	begun := strings.Repeat("x", 64<<10) // more than the server reads by itself
	for name, body := range map[string]string{
		"a field, slowly":  "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n" + begun,
		"a file, and more": "--b\r\nContent-Disposition: form-data; name=\"_file\"; filename=\"a\"\r\n\r\n" + begun,
	} {
		if said := p.talk(t, false, head+"\r\n"+body); !strings.HasPrefix(said, "HTTP/1.1 401 ") {
			t.Errorf("%s: %.60q", name, said)
		}
		if said := p.talk(t, false, head+"X-Test-User: u\r\n\r\n"+body); strings.HasPrefix(said, "HTTP/1.1") {
			t.Errorf("%s: somebody who is known is not waited for: %.60q", name, said)
		}
	}
}

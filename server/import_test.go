package server_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cloison/server/prefecture"
)

const (
	importHeader = "cle;kind;channel;prefecture;agdref;country;request_registered_on;family_name;given_names;sex;birth_date;birth_place;birth_country;nationality;language;address\n"
	importPath   = "/api/v1/referral-imports"
)

// importRow is a line that is taken, with its key and number.
func importRow(key string, agdref int) string {
	return fmt.Sprintf("%s;SEJ_L4259_PREMIERE;ANEF;75;%d;CIV;2026-01-16;FICTIVAUX;Adjoua, Clarisse;F;1987-05-14;Bouaké;CIV;CIV;fr;\"7 passage Fictif ; Paris\"\n", key, agdref)
}

func (z *zone) sendFile(who, content string) answer {
	z.t.Helper()
	return z.call(who, http.MethodPost, importPath, content, "Content-Type", "text/csv")
}

func (z *zone) imported(who, content string) prefecture.ImportReport {
	z.t.Helper()
	a := z.sendFile(who, content)
	if a.status != 200 {
		z.t.Fatalf("importReferrals: %d %s", a.status, a.body)
	}
	var report prefecture.ImportReport
	a.into(z.t, &report)
	return report
}

// TestALineIsAllOrNothingAndOnce: a line that is refused keeps no other back, says what to mend and leaves nothing; a file that is sent again makes
// nothing twice, however late and by whomever of the prefecture.
func TestALineIsAllOrNothingAndOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	file := "\ufeff" + importHeader + importRow("a-1", 9975100017) +
		strings.Replace(importRow("a-2", 9975100024), "1987-05-14", "2087-05-14", 1) +
		strings.Replace(importRow("a-3", 9975100031), "9975100031", "12", 1) +
		strings.Replace(importRow("a-4", 9975100048), ";75;", ";69;", 1) +
		strings.Replace(importRow("a-5", 9975100055), "1987-05-14", "2015-05-14", 1) +
		strings.Replace(importRow("a-6", 9975100062), "SEJ_L4259_PREMIERE", "OQTF_L7313_RETENU", 1) +
		importRow("a-7", 9975100017) +
		"a-8;SEJ_L4259_PREMIERE\n" +
		strings.Replace(importRow("a-9", 9975100079), "\"7 passage", "\"\"7\" passage", 1) +
		importRow("clé", 9975100086) + "\n" +
		importRow("a-1", 9975100093) +
		strings.TrimSuffix(importRow("a-10", 9975100109), "\n")
	report := z.imported("pref-75", file)
	var got []string
	for _, l := range report.Lines {
		if (l.Referral != "") != (l.Outcome != prefecture.ImportRefused) || (l.Detail != "") != (l.Outcome == prefecture.ImportRefused) {
			t.Errorf("line %d: %+v", l.Line, l)
		}
		got = append(got, strings.Join([]string{fmt.Sprint(l.Line), l.Key, string(l.Outcome), l.Column, l.Code, l.Rule}, " "))
	}
	want := []string{"2 a-1 CREATED   ", "3 a-2 REFUSED birth_date invalid ", "4 a-3 REFUSED agdref invalid ", "5 a-4 REFUSED  forbidden WRONG_PREFECTURE",
		"6 a-5 REFUSED  invalid LEGAL_REPRESENTATIVE_REQUIRED", "7 a-6 REFUSED  invalid IMPORT_KIND", "8 a-7 REFUSED  conflict REFERRAL_TWIN",
		"9  REFUSED  malformed ", "10  REFUSED  malformed ", "11  REFUSED cle invalid ", "13 a-1 REFUSED  conflict IMPORT_KEY_REUSED", "14 a-10 CREATED   "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if report.Created != 2 || report.Known != 0 || report.Refused != 10 {
		t.Errorf("%+v", report)
	}
	page := z.events(0)
	if len(page.Items) != 2 || page.Items[0].Referral.Civil.Patient.Address != "7 passage Fictif ; Paris" || len(page.Items[0].Referral.Civil.Patient.GivenNames) != 2 {
		t.Errorf("what crosses: %+v", page.Items)
	}
	before := z.rows()
	z.clock.set("2026-03-16T15:20:00+01:00") // no Idempotency-Key lives so long
	again := z.imported("pref-75", importHeader+importRow("a-1", 9975100017)+importRow("a-10", 9975100109))
	if again.Known != 2 || again.Lines[0].Referral != report.Lines[0].Referral || z.rows() != before {
		t.Errorf("sent again: %+v", again)
	}
	// Its key is the prefecture's: another's is another.
	other := z.imported("pref-93", importHeader+strings.Replace(importRow("a-1", 9975100017), ";75;", ";93;", 1))
	if other.Created != 1 {
		t.Errorf("another prefecture's line of that key and number: %+v", other)
	}
}

// TestAFileWithAColumnOfItsOwnIsRefused: before its first line is read, so that nothing of it is kept anywhere, and the entry says no more than that.
func TestAFileWithAColumnOfItsOwnIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	const secret = "CNRYIMPORTPATHOLOGIE"
	for name, c := range map[string]struct{ header, code, entry string }{
		"one that looks medical":  {"pathologie;" + importHeader, "unknown_field", "UNKNOWN_FIELD"},
		"a diagnosis as its name": {secret + " et suites;" + importHeader, "unknown_field", "UNKNOWN_FIELD"},
		"what a rule gives":       {"territorial_direction;" + importHeader, "unknown_field", "UNKNOWN_FIELD"},
		"one that is there twice": {"agdref;" + importHeader, "malformed", "MALFORMED"},
		"one that is missing":     {strings.Replace(importHeader, "agdref;", "", 1), "malformed", "MALFORMED"},
		"another kind of file":    {"PK\x03\x04\"", "malformed", "MALFORMED"},
		"nothing":                 {"\n", "malformed", "MALFORMED"},
		"a line without an end":   {strings.Repeat("x", 17<<10), "too_large", "TOO_LARGE"},
	} {
		before := z.rows()
		a := z.sendFile("pref-75", c.header+secret+";"+importRow("a-1", 9975100017))
		var p problem
		a.into(t, &p)
		if p.Code != c.code || p.Detail == "" || strings.Contains(string(a.body), secret) || z.rows() != before {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if got := z.entriesOf(a); got != "DONE ALLOW_PREFECTURE, REFUSED "+c.entry {
			t.Errorf("%s: entries %s", name, got)
		}
	}
	var kept int
	const look = `SELECT (SELECT count(*) FROM audit.entries e WHERE e::text ILIKE '%' || $1 || '%') + (SELECT count(*) FROM server.imported_lines l WHERE l::text ILIKE '%' || $1 || '%')
		+ (SELECT count(*) FROM server.referral_groups g WHERE g::text ILIKE '%' || $1 || '%')`
	if err := z.pool.QueryRow(t.Context(), look, secret).Scan(&kept); err != nil || kept != 0 || strings.Contains(z.log.String(), secret) {
		t.Errorf("kept %d times, or logged: %v", kept, err)
	}
	z.refused(func() answer { return z.sendFile("aud-01", importHeader) }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}

// TestACutFileTakesNoHalfLine: a connection that ends in the middle leaves what was whole, and not the number that a cut line would have.
func TestACutFileTakesNoHalfLine(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	// More than the server takes in before it hands a body on.
	whole := importHeader + importRow("a-1", 9975100017) + strings.Repeat(strings.Repeat("x", 15<<10)+"\n", 8)
	cut := strings.TrimSuffix(importRow("a-2", 9975100024), " ; Paris\"\n") + "\""
	at, err := url.Parse(z.portal)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nX-Test-Subject: pref-75\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n%s%s", importPath, at.Host, len(whole)+len(cut)+10, whole, cut)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(conn)
	if page := z.events(0); len(page.Items) != 1 || page.Items[0].Referral.AGDREF != "9975100017" {
		t.Errorf("%d referrals, and %q", len(page.Items), said)
	}
	if report := z.imported("pref-75", whole+importRow("a-2", 9975100024)); report.Known != 1 || report.Created != 1 {
		t.Errorf("sent whole: %+v", report)
	}
}

// TestAFileIsSentByAPage: with the same report, line by line, as a page; a file with a column of its own is refused whole, on the form.
func TestAFileIsSentByAPage(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	if page := string(z.call("pref-75", http.MethodGet, "/saisines", "", "Accept", "text/html").body); !strings.Contains(page, "/saisines/fichier") {
		t.Error("the list of referrals does not lead to it")
	}
	send := func(content string) answer {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		keyed := w.WriteField("_key", strings.Repeat("ab", 16))
		part, err := w.CreateFormFile("_file", "saisines.csv")
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err := errors.Join(keyed, err, w.Close()); err != nil {
			t.Fatal(err)
		}
		return z.call("pref-75", http.MethodPost, "/saisines/fichier", body.String(), "Content-Type", w.FormDataContentType(), "Accept", "text/html", "Sec-Fetch-Site", "same-origin")
	}
	file := importHeader + importRow("a-1", 9975100017) + strings.Replace(importRow("a-2", 9975100024), "9975100024", "12", 1)
	a := send(file)
	for _, want := range []string{"Saisines envoyées : 1. Lignes déjà prises : 0. Lignes refusées : 1.", "Dix chiffres sont attendus", "Colonne agdref", "a-2"} {
		if a.status != 200 || !strings.Contains(string(a.body), want) {
			t.Errorf("%d: the report does not say %q\n%.3000s", a.status, want, a.body)
		}
	}
	if a := send(file); !strings.Contains(string(a.body), "Lignes déjà prises : 1") {
		t.Errorf("sent again: %.3000s", a.body)
	}
	before := z.rows()
	if a := send("pathologie;" + importHeader + "x;" + importRow("a-3", 9975100031)); a.status != 400 || z.rows() != before || !strings.Contains(string(a.body), "Envoyer le fichier") {
		t.Errorf("a column that looks medical: %d %.3000s", a.status, a.body)
	}
	if len(z.events(0).Items) != 1 {
		t.Errorf("%d referrals were made", len(z.events(0).Items))
	}
}

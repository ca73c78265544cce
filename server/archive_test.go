package server_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestOpinionsComeAsOneFile: the sealed documents as each is given alone, and a table; one prefecture's own, each opened by an act of its own. A
// document that is not the one that was taken is not in it.
func TestOpinionsComeAsOneFile(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	first, second := z.create("pref-75", caseOne).ID, z.create("pref-75", strings.Replace(caseOne, "FICTIVAUX-N'DRI", "=CMD()", 1)).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, first))
	z.taken(z.opinion(2, second))
	a := z.call("pref-75", http.MethodGet, "/api/v1/opinions.zip", "")
	files := unzipped(t, a.body)
	if a.status != 200 || len(files) != 3 {
		t.Fatalf("%d, files %d", a.status, len(files))
	}
	alone := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+first+documentPath, "")
	found := false
	for name, content := range files {
		found = found || strings.HasSuffix(name, ".pdf") && bytes.Equal(content, alone.body)
	}
	if !found {
		t.Error("the document is not the one that is given alone")
	}
	rows := table(t, files["avis.csv"])
	if len(rows) != 3 || rows[1][0] != "1" || rows[1][1] != first || rows[2][3][0] != '\'' || rows[1][11] != "concorde" || rows[1][8] != "non" {
		t.Errorf("the table: %q", rows)
	}
	if got := z.entriesOf(a); got != "DONE ALLOW_PREFECTURE, DONE ALLOW_PREFECTURE, DONE ALLOW_PREFECTURE" {
		t.Errorf("entries: %s", got)
	}
	if got := z.reconciled("pref-75").Bureaux[0].Read; got != 2 {
		t.Errorf("%d are opened", got)
	}
	z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", "")
	if files := unzipped(t, z.call("pref-75", http.MethodGet, "/api/v1/opinions.zip?only=a_accuser", "").body); len(files) != 2 {
		t.Errorf("what waits: %d files", len(files))
	}
	if files := unzipped(t, z.call("pref-75", http.MethodGet, "/api/v1/opinions.zip?after=1", "").body); len(files) != 2 {
		t.Errorf("after the first: %d files", len(files))
	}
	if files := unzipped(t, z.call("pref-69", http.MethodGet, "/api/v1/opinions.zip", "").body); len(files) != 1 || len(table(t, files["avis.csv"])) != 1 {
		t.Errorf("another prefecture: %d files", len(files))
	}
	z.asOwner("UPDATE server.opinion_documents SET digest = decode(repeat('00', 32), 'hex') WHERE release = 1")
	files = unzipped(t, z.call("pref-75", http.MethodGet, "/api/v1/opinions.zip", "").body)
	if rows := table(t, files["avis.csv"]); len(files) != 2 || rows[1][11] != "ne concorde pas" || rows[1][9] != "" {
		t.Errorf("a document that is another: %d files, %q", len(files), rows)
	}
	z.refused(func() answer { return z.call("aud-01", http.MethodGet, "/api/v1/opinions.zip", "") }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}

func unzipped(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func table(t *testing.T, content []byte) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

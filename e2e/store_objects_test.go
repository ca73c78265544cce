package e2e_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// noOrphanObject: every stored part is of a row, every row has its part, and no upload is left unfinished.
func (e *environment) noOrphanObject(t *testing.T) {
	t.Helper()
	stored := map[string]bool{}
	parts := filepath.Join(e.dir, "store", "parts")
	err := filepath.WalkDir(parts, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			stored[filepath.Base(filepath.Dir(path))+d.Name()] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := e.database(t, medicalZone).Query(t.Context(),
		`SELECT p.object FROM medical.document_parts p UNION ALL SELECT r.object FROM medical.received_parts r`)
	if err != nil {
		t.Fatal(err)
	}
	named, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(named) == 0 {
		t.Error("no document was stored: nothing was compared")
	}
	for _, name := range named {
		if !stored[name] {
			t.Errorf("object %s is lost: its row stands", name)
		}
		delete(stored, name)
	}
	for name := range stored {
		t.Errorf("object %s is of no row", name)
	}
	marks, err := os.ReadDir(filepath.Join(e.dir, "store", "unfinished"))
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, m := range marks {
		left = append(left, m.Name())
	}
	if len(left) > 0 {
		t.Errorf("unfinished uploads: %s", strings.Join(left, ", "))
	}
}

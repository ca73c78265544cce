package audit_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/internal/dev/pgtest"
)

// A folder that we export is checked whole by Tessera's fsck, which shares no code with us; one byte of it changed, wherever, and it says so.
func TestAFolderIsReadByOthers(t *testing.T) {
	t.Parallel()
	fsck, err := filepath.Abs("../.data/tools/fsck")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(fsck); err != nil {
		t.Fatal("fsck is missing: tools/setup.sh test puts it there")
	}
	_, app := pgtest.Database(t, "server")
	key := newKey(t)
	log, err := checkpoint.NewVerifier(origin, key.Public())
	if err != nil {
		t.Fatal(err)
	}
	fill(t, app, 700)
	signHead(t, app, audit.NewOwnSigner(origin, key), log)
	files := folder{}
	if _, err := audit.Export(t.Context(), app, files.put); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put := func(path string, content []byte) {
		t.Helper()
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, content := range files {
		put(path, content)
	}
	put("vkey", []byte(checkpoint.VerifierKey(origin, key.Public())))
	// It ends with 0 whatever it finds, and says what it found.
	check := func() string {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		said, err := exec.CommandContext(ctx, fsck, "-ui=false", "-v=1", "-N=8", "-storage_url=file://"+dir+"/", "-public_key="+filepath.Join(dir, "vkey")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return string(said)
	}
	if said := check(); strings.Contains(said, "fsck failed") || !strings.Contains(said, "log of size 700") || !strings.Contains(said, "Completed ranges") {
		t.Errorf("whole: %s", said)
	}
	for path, content := range files {
		if path == audit.HistoryPath {
			continue // ours
		}
		changed := append([]byte(nil), content...)
		changed[len(changed)/2] ^= 1
		put(path, changed)
		if said := check(); !strings.Contains(said, "fsck failed") {
			t.Errorf("%s changed: %s", path, said)
		}
		put(path, content)
	}
}

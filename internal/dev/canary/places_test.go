package canary

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// TestMain: asked to, the test binary plays a program that holds a token, received on its standard input, in its memory.
func TestMain(m *testing.M) {
	if os.Getenv("CANARY_HOLDS") != "" {
		hold()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func hold() {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	fmt.Println("held", len(line), err)
	_, _ = io.Copy(io.Discard, in) // until the test closes it
	if len(line) == 0 {
		fmt.Println(line)
	}
}

func holder(t *testing.T, held string, env ...string) int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append([]string{"CANARY_HOLDS=1"}, env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program did not end well: %v", err)
		}
	})
	if _, err := io.WriteString(in, held+"\n"); err != nil {
		t.Fatal(err)
	}
	if said, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(said, "held") {
		t.Fatalf("said %q, %v", said, err)
	}
	return cmd.Process.Pid
}

func drawn() string { return "CNRY" + rand.Text()[:10] }

func TestAMemoryThatHoldsATokenIsFound(t *testing.T) {
	t.Parallel()
	token := drawn() // a constant would stand in the test binary, which the other process is
	s := searcher(t, token, "CNRYENVIRONMENT")
	hits, image, err := s.Process("holder", holder(t, token, "X=CNRYENVIRONMENT"))
	if err != nil || image.Bytes < 1<<20 || len(image.Unread) > 0 {
		t.Fatalf("%+v, %v", image, err)
	}
	sources := map[string]string{}
	for _, h := range hits {
		sources[h.Token] += h.Source + "; "
	}
	if !strings.Contains(sources[token], "memory of holder") || strings.Contains(sources[token], "environ") {
		t.Errorf("the token: %s", sources[token])
	}
	if !strings.Contains(sources["CNRYENVIRONMENT"], "holder environ") {
		t.Errorf("the environment: %s", sources["CNRYENVIRONMENT"])
	}
}

func TestAMemoryWithoutOneIsClean(t *testing.T) {
	t.Parallel()
	// The searcher's own memory holds the token; the other process does not.
	hits, image, err := searcher(t, drawn()).Process("holder", holder(t, "nothing"))
	if err != nil || image.Regions == 0 || len(hits) > 0 {
		t.Errorf("%v, %+v, %v", hits, image, err)
	}
}

func TestAMemoryThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, _, err := searcher(t, token).Process("nobody", 1<<22+1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestFilesAndTheirNamesAreSearched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"store/a/1": string(noise(3000, 1)), "log/server.log": "x " + token + "\n", "store/" + token + ".pdf": "x", "store/b.gz": string(gzipped(t, sentence(token))),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hits, done, err := searcher(t, token).Files(dir)
	if err != nil || done.Files != 4 || done.Bytes < 3000 {
		t.Fatalf("%+v, %v", done, err)
	}
	var sources []string
	for _, h := range hits {
		sources = append(sources, h.Source)
	}
	if got, want := strings.Join(sources, ", "), "log/server.log, name of store/"+token+".pdf, store/b.gz"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, _, err := searcher(t, token).Files(filepath.Join(dir, "log", "server.log", "x")); err == nil {
		t.Error("no error for what is no folder")
	}
}

func TestADumpNamesItsTables(t *testing.T) {
	t.Parallel()
	// The first line fills the reader's buffer: what follows in it is no start of a line.
	dump := "--" + strings.Repeat("a", 64<<10-2) + "COPY of.nothing (x) FROM stdin;\nSET x = '';\nCOPY medical.dossiers (id, note) FROM stdin;\n1\t" + token + "\n\\.\n\n" +
		"COPY medical.records (sealed) FROM stdin;\n\\\\x" + hex.EncodeToString(append(noise(200<<10, 1), gzipped(t, sentence(token))...)) + "\nCOPY of nothing\n\\.\n" +
		"-- " + token + "\n"
	for pieces, r := range map[string]io.Reader{"whole": strings.NewReader(dump), "halves": iotest.HalfReader(strings.NewReader(dump))} {
		hits, tables, err := searcher(t, token).Dump("medical", r)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, h := range hits {
			said = append(said, h.Source+" as "+h.Encoding)
		}
		if got, want := strings.Join(said, ", "), "medical medical.dossiers as UTF-8, medical medical.records as hex > gzip > UTF-8, medical as UTF-8"; got != want {
			t.Errorf("%s: got %s, want %s", pieces, got, want)
		}
		if tables["medical.records"] < 400<<10 || tables["medical.dossiers"] == 0 || len(tables) != 3 {
			t.Errorf("%s: %v", pieces, tables)
		}
	}
	if _, _, err := searcher(t, token).Dump("broken", io.MultiReader(strings.NewReader(dump), iotest.ErrReader(io.ErrNoProgress))); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a dump cut short: %v", err)
	}
}

// TestEveryCaseOfTheSampleIsUnderstood: each has tokens, and its own file is where all of them are found.
func TestEveryCaseOfTheSampleIsUnderstood(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "sample", "cases", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no case: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ReadCase(raw)
		if err != nil || len(c.Medical) < 10 || len(c.Civil) < 4 {
			t.Fatalf("%s: %d medical and %d civil tokens, %v", filepath.Base(file), len(c.Medical), len(c.Civil), err)
		}
		s, err := New(c.Medical...)
		if err != nil {
			t.Fatal(err)
		}
		hits, _, err := s.Search("case", bytes.NewReader(raw))
		seen := map[string]bool{}
		for _, h := range hits {
			seen[h.Token] = true
		}
		if err != nil || len(seen) != len(c.Medical) {
			t.Errorf("%s: %d of %d tokens found in their own file, %v", filepath.Base(file), len(seen), len(c.Medical), err)
		}
	}
}

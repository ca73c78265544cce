package cloison_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// saidTo are the folders whose texts people read on a page, in a letter or in a message. The document of an opinion (release/form) keeps its
// bytes, and what a terminal prints keeps what a keyboard types.
var saidTo = []string{"act", "audit/desk", "identity", "medical", "missions", "policy", "server/machine", "server/mail", "server/prefecture", "server/relay", "web"}

// elided is a French word cut before a vowel by the apostrophe of a typewriter.
var elided = regexp.MustCompile(`(?i)(^|[^\pL’'\\])([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|aujourd|presqu)'[\pL]`)

// notSaid is a text that is no sentence: a query, a rule of policy.
var notSaid = regexp.MustCompile(`(?i)\b(select|insert|update|package)\s`)

// What people read has the apostrophe of French, wherever it is written: in the templates, in the words of the pages, in the sentences of rules
// and of errors, in the words that are data.
func TestWhatPeopleReadHasTheApostropheOfFrench(t *testing.T) {
	t.Parallel()
	looked := 0
	for _, folder := range saidTo {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				if entry != nil && slices.Contains([]string{"node_modules", "testdata", "dist", "expected"}, entry.Name()) {
					return filepath.SkipDir
				}
				return err
			}
			for line, text := range textsOf(t, path) {
				looked++
				if elided.MatchString(text) {
					t.Errorf("%s:%d: %q: l’apostrophe française est ’", path, line, text)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 5000 {
		t.Errorf("%d texts were looked at: the folders are not where they were", looked)
	}
}

// textsOf are the texts of a file that somebody may read, by line: the literals of a program, the lines of a template, of a page's script and of data.
func textsOf(t *testing.T, path string) map[int]string {
	t.Helper()
	texts := map[int]string{}
	switch ext := filepath.Ext(path); {
	case ext == ".go" && !strings.HasSuffix(path, "_test.go"):
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && !notSaid.MatchString(text) {
					texts[files.Position(literal.Pos()).Line] += " " + text
				}
			}
			return true
		})
	case slices.Contains([]string{".html", ".json", ".mjs", ".js"}, ext):
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(raw), "\n") {
			texts[i+1] = line
		}
	}
	return texts
}

// The pattern finds what it is for, and nothing else.
func TestTheTypewritersApostropheIsFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Vous n'êtes pas affecté.": true, "jusqu'au terme": true, "L'avis": true, "(d'office)": true, "aujourd'hui": true,
		"Vous n’êtes pas affecté.": false, "it doesn't start": false, "the person's own": false, "data-label='x'": false, "'n' is a letter": false,
	} {
		if elided.MatchString(text) != want {
			t.Errorf("%q: want %t", text, want)
		}
	}
}

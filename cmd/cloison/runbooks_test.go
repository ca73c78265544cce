package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every command of the runbooks, given to the tool as it stands: the paths are examples, so that each fails, but for a file or a socket that is not
// there, never for a word or a flag that the tool does not know, nor for one that is missing.
func TestRunbooksSayWhatTheToolTakes(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/runbooks/*.md")
	if err != nil || len(pages) < 9 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	said := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "cloison ") {
				continue
			}
			said++
			_, err := tool(t, strings.Fields(line)[1:]...)
			if err == nil || !strings.Contains(err.Error(), "no such file") {
				t.Errorf("%s: %s\t%v", filepath.Base(page), line, err)
			}
		}
	}
	if said < 14 {
		t.Errorf("%d commands", said)
	}
}

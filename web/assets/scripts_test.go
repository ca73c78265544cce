package assets

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// sink is what keeps something in the browser, or makes markup or code of a text.
var sink = regexp.MustCompile(`localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|\beval\(|new Function|(inner|outer)HTML|insertAdjacentHTML|document\.write|__proto__|new RegExp`)

// The scripts that are ours keep nothing in the browser, and write texts as texts.
func TestOurScriptsKeepNothingAndWriteNoMarkup(t *testing.T) {
	var files []string
	for _, folder := range []string{"js/*", "../viewer/page/*.mjs"} {
		found, err := filepath.Glob(folder)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 4 {
		t.Fatalf("only %v", files)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := sink.Find(text); found != nil {
			t.Errorf("%s: %s", file, found)
		}
	}
	for _, bad := range []string{"localStorage.setItem('a', b)", "x.innerHTML = y", "eval(x)"} {
		if !sink.MatchString(bad) {
			t.Errorf("%s is not found", bad)
		}
	}
}

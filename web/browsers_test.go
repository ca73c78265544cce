package web

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"cloison/web/viewer"
)

// protocol are the headers that ask nothing of a browser's security.
var protocol = map[string]bool{"Date": true, "Content-Type": true, "Content-Length": true, "X-Request-Id": true}

// TestEveryHeaderHasItsLine: docs/browsers.md says of each header of an answer, and of each directive of its policy, what it is for and what is left
// where a browser does not know it.
func TestEveryHeaderHasItsLine(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/browsers.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := viewer.New(viewer.Options{URL: "https://pieces.example", Portal: "https://medical.example"})
	if err != nil {
		t.Fatal(err)
	}
	portal, err := New(Options{Name: "test", Gate: &book{}, PublicURL: "https://medical.example", Authenticate: nobody})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for host, app := range map[string]*fiber.App{"pieces.example": drawn, "medical.example": portal} {
		request, err := http.NewRequest(http.MethodGet, "https://"+host+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := app.Test(request, -1)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for name := range answer.Header {
			if !protocol[name] {
				words = append(words, name)
			}
		}
		for _, directive := range strings.Split(answer.Header.Get("Content-Security-Policy"), ";") {
			word, _, _ := strings.Cut(strings.TrimSpace(directive), " ")
			words = append(words, word)
		}
		for _, word := range words {
			seen++
			if !strings.Contains(string(page), "`"+word+"`") {
				t.Errorf("%s sends %s, of which the page says nothing", host, word)
			}
		}
	}
	if seen < 30 {
		t.Errorf("%d headers and directives", seen)
	}
}

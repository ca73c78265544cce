package assets

import (
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestHandler(t *testing.T) {
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get(Prefix+"+", set.Handler())
	sheet := set.Stylesheets("")
	for name, try := range map[string]struct {
		path   string
		status int
		kind   string
	}{
		"a sheet":            {sheet[len(sheet)-1], 200, "text/css; charset=utf-8"},
		"the mark":           {set.Icon(), 200, "image/svg+xml"},
		"without its digest": {"/assets/cloison.css", 404, ""},
		"the manifest":       {"/assets/manifest.json", 404, ""},
		"upwards":            {"/assets/../assets.go", 404, ""},
		"upwards, encoded":   {"/assets/..%2fassets.go", 404, ""},
		"the folder":         {"/assets/.keep", 404, ""},
	} {
		answer, err := app.Test(httptest.NewRequest("GET", try.path, nil))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != try.status {
			t.Errorf("%s: %d", name, answer.StatusCode)
			continue
		}
		if try.status == 200 && (answer.Header.Get("Content-Type") != try.kind || !strings.Contains(answer.Header.Get("Cache-Control"), "immutable") || len(body) == 0) {
			t.Errorf("%s: %v, %d bytes", name, answer.Header, len(body))
		}
	}
}

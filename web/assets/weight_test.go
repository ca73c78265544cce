package assets

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// heaviest is what a first visit may cost, in bytes on the wire.
const heaviest = 400_000

// All that the pages of a portal can ever ask for, scripts and fonts included, is less than a first visit may cost: no page can go over.
func TestAFirstVisitIsLight(t *testing.T) {
	t.Parallel()
	set, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get(Prefix+"+", set.Handler())
	total := 0
	for name, file := range set.files {
		request := httptest.NewRequest("GET", Prefix+name, nil)
		request.Header.Set("Accept-Encoding", "br, gzip")
		answer, err := app.Test(request, -1)
		if err != nil {
			t.Fatal(err)
		}
		wire, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != 200 {
			t.Fatalf("%s: %d %v", name, answer.StatusCode, err)
		}
		total += len(wire)
		if answer.Header.Get("Content-Encoding") != "gzip" {
			continue
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(wire))
		if err != nil {
			t.Fatal(err)
		}
		if whole, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(whole, file.Body) || len(wire) >= len(file.Body) {
			t.Errorf("%s is not what it was, or is larger: %v", name, err)
		}
	}
	t.Logf("%d files, %d bytes on the wire", len(set.files), total)
	if total == 0 || total > heaviest {
		t.Errorf("%d bytes on the wire, at most %d", total, heaviest)
	}
}

package exit

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestASourcePrintsAsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := Source{Title: "CANARI", URL: "https://CANARI"}
	fmt.Fprintf(&out, "%v %+v %#v %s %q %v", s, s, s, s, &s, []Source{s})
	slog.New(slog.NewTextHandler(&out, nil)).Info("made", "source", s)
	if strings.Contains(out.String(), "CANARI") {
		t.Error(out.String())
	}
}

package custody_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// A key that an issuer had not is an alarm at its first use, once, and not again after a restart; the first of all is none.
func TestANewIssuerKeyIsAnAlarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var said bytes.Buffer
	w.opts.Log = slog.New(slog.NewTextHandler(&said, nil))
	alarms := func() int { return strings.Count(said.String(), "ALARM an issuer signs with a key") }
	w.startup()
	w.unseal()
	w.setRoster(usualRoster())
	w.signIn("med-a")
	w.signIn("sec-a")
	w.shutdown()
	if alarms() != 0 {
		t.Errorf("the first keys raised %d alarms", alarms())
	}
	w.startup()
	w.unseal()
	w.signIn("med-a")
	w.psc.rotate(t, "k2 of another size")
	w.signIn("med-a")
	w.signIn("med-b")
	w.restart()
	w.signIn("med-a")
	w.shutdown()
	if alarms() != 1 {
		t.Errorf("a new key raised %d alarms:\n%s", alarms(), said.String())
	}
}

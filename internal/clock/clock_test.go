package clock

import (
	"testing"
	"time"
)

func TestMachineIsUTCWithoutMonotonicReading(t *testing.T) {
	t.Parallel()
	now := Machine{}.Now()
	if now.Location() != time.UTC {
		t.Errorf("location = %v, want UTC", now.Location())
	}
	if now != now.Round(0) {
		t.Error("Now carries a monotonic reading: it would not equal the same instant read back from a database")
	}
}

func TestDeadlineIsInTheFuture(t *testing.T) {
	t.Parallel()
	if d := Deadline(time.Minute); time.Until(d) < 50*time.Second {
		t.Errorf("deadline in %v, want about a minute", time.Until(d))
	}
}

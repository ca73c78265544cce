//go:build testclock

package program

import (
	"flag"

	"cloison/crypto/checkpoint"
	"cloison/internal/clock"
	"cloison/internal/dev/testclock"
)

// originPrefix: a log written under a test clock must never pass for a real one.
const originPrefix = checkpoint.TestClock

type clockFlags struct{ file string }

func (f *clockFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.file, "clock-file", "", "file of the test clock")
}

func (f clockFlags) open() (clock.Clock, error) {
	if f.file == "" {
		return clock.Machine{}, nil
	}
	return testclock.Open(f.file)
}

//go:build !testclock

package program

import (
	"flag"

	"cloison/internal/clock"
)

// originPrefix: time here is the machine's.
const originPrefix = ""

// clockFlags: a packaged program takes no clock but the machine's.
type clockFlags struct{}

func (clockFlags) register(*flag.FlagSet) {}

func (clockFlags) open() (clock.Clock, error) { return clock.Machine{}, nil }

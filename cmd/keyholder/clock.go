//go:build !testclock

package main

import (
	"flag"

	"cloison/internal/clock"
)

// clockGoesBack: the machine's clock does not, or nothing is opened.
const clockGoesBack = false

// clockFlags adds no flag: outside builds for tests there is only the machine's
// clock.
func clockFlags(*flag.FlagSet) func() (clock.Clock, error) {
	return func() (clock.Clock, error) { return clock.Machine{}, nil }
}

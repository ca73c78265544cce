//go:build testclock

package main

import (
	"flag"

	"cloison/internal/clock"
	"cloison/internal/dev/testclock"
)

// clockGoesBack: a test clock is set back by whoever tests.
const clockGoesBack = true

func clockFlags(flags *flag.FlagSet) func() (clock.Clock, error) {
	file := flags.String("clock-file", "", "fichier de l'horloge d'essai")
	return func() (clock.Clock, error) {
		if *file == "" {
			return clock.Machine{}, nil
		}
		return testclock.Open(*file)
	}
}

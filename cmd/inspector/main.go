// Command inspector looks at one piece and ends. The medical program starts it for each piece, without environment, arguments or open
// files; it reads a request and the piece on its input, and answers on its output. It holds no key, knows no dossier and reaches nothing:
// what a hostile file could take over here is a process that can only answer (TestConfinedProcess).
package main

import (
	"os"
	"runtime/debug"
	"time"

	"cloison/medical/inspect/confine"
	"cloison/medical/inspect/piece"
)

// The bounds of one inspection. The medical program's own clock ends it too; these hold if that program is gone.
const (
	memory    = 512 << 20
	softer    = memory * 3 / 4 // the collector works harder before the wall
	processor = 60             // seconds
	wall      = 2 * time.Minute
)

// Exit codes, for whoever runs it by hand: nothing is written about a piece but the answer.
const (
	failed  = 1
	expired = 3
)

func main() {
	missing := confine.Apply(confine.Limits{Memory: memory, CPU: processor})
	debug.SetMemoryLimit(softer)
	debug.SetGCPercent(50)
	if err := piece.Serve(os.Stdin, os.Stdout, missing, func() { time.AfterFunc(wall, func() { os.Exit(expired) }) }); err != nil {
		os.Exit(failed)
	}
}

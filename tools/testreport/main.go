// Command testreport reads `go test -json` on its input (several runs one after
// the other are fine) and prints failures as they come, seconds per package, the
// ten slowest tests, what was skipped, what failed and why, and as its last line
//
//	N passed, N failed, N skipped
//
// It ends with 1 if anything failed. Tests and subtests count alike; a package
// that does not build, or dies outside a test, counts as one failure.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	failed, err := run(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// event is what `go test -json` prints, as far as it matters here.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
}

func run(in io.Reader, out io.Writer) (failed bool, err error) {
	r := newReport(out)
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, fmt.Errorf("reading test events: %w", err)
		}
	}
	return r.summary(), nil
}

func (r *report) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		r.out.Write(line) // not an event: what a tool printed
		return
	}
	r.event(e)
}

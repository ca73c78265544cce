package bench

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// grown is by how many bytes the resident memory of this process was higher at its highest while work was done: both ends of an upload are
// in it, the one that sends too.
func grown(b *testing.B, work func()) int64 {
	b.Helper()
	debug.FreeOSMemory()
	must(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)) // puts the mark of the highest back to the present
	before := resident(b, "VmRSS")
	work()
	return resident(b, "VmHWM") - before
}

func resident(b *testing.B, field string) int64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	must(b, err)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			kib, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			must(b, err)
			return kib << 10
		}
	}
	b.Fatalf("no %s in the status of the process", field)
	return 0
}

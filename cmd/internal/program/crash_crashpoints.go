//go:build crashpoints

package program

import (
	"flag"

	"cloison/internal/crash"
)

// CrashFlag adds the flag that names the folder of the crash points.
func CrashFlag(set *flag.FlagSet) (arm func() error) {
	dir := set.String("crash-dir", "", "folder of the crash points")
	return func() error { return crash.Arm(*dir) }
}

package form

import (
	"strings"

	"cloison/release"
)

// Law is the legal references of an opinion's form on a day, as its document has them: pages show the same.
func Law(kind release.Kind, on release.Date) string {
	return strings.Join(lawOn(kind, on), " ; ") + "."
}

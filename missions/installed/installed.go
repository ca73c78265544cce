// Package installed lists the missions. Adding one is its folder, and one line here.
package installed

import (
	"cloison/missions"
	family "cloison/missions/family/module"
)

// Modules are the missions of this build.
func Modules() []missions.Module {
	return []missions.Module{
		family.Module(),
	}
}

package form

import (
	"errors"
	"fmt"
)

// Papers are several papers in one file, each on pages of its own and numbered by itself: what is printed at once and put into as many envelopes.
// The file has the title and the date of the first.
type Papers []Paper

// PDF draws them all, in order.
func (all Papers) PDF() ([]byte, error) {
	if len(all) == 0 {
		return nil, errors.New("drawing papers: there is none")
	}
	s := newSheet()
	for i, p := range all {
		if !p.On.Valid() {
			return nil, fmt.Errorf("drawing a paper: %q is no day", p.On)
		}
		if i > 0 {
			s.turn()
		}
		p.write(s, p.draw(0).page+1)
	}
	return all[0].assemble(s)
}

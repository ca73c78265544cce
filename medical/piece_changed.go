package medical

import (
	"strconv"
	"strings"
)

// PieceChange is a change of the file of a dossier once a member of the round in progress had answered on it.
type PieceChange struct {
	Composition, Round int
	Event              Event // the first such: a piece came, or one was set aside, moved or split
}

// PieceChanged says whether what a member answered on is no longer what the file holds; nil where it is, or where no composition answers. No text
// read says that the others answer again: three physicians give one opinion at sight of one file (R. 425-13; arrêté of 27 December 2016, art. 6), so
// each is told before he signs, and any of them may ask for a further round (to confirm).
func (c Case) PieceChanged() *PieceChange {
	var now PieceChange
	answered, changed := false, false
	begin := func(composition, round int) {
		now, answered, changed = PieceChange{Composition: composition, Round: round}, false, false
	}
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case CollegeDesigne:
			begin(d.Composition, 1)
		case Med1Designe:
			begin(d.Composition, 1)
		case TourOuvert:
			begin(d.Composition, d.Round)
		case CompositionClose, AvisEmis:
			begin(0, 0)
		case ReponseMembre:
			answered = answered || d.Composition == now.Composition
		case PieceRecue, PieceEcartee:
			if answered && !changed {
				now.Event, changed = e, true
			}
		}
	}
	if !changed {
		return nil
	}
	return &now
}

// pieceChangedTask tells whoever sits, until they answer again, or have issued the opinion knowing it.
func (c Case) pieceChangedTask() []Task {
	changed := c.PieceChanged()
	if changed == nil {
		return nil
	}
	return []Task{{Code: TaskPieceChanged, Ref: ListingRef(changed.Composition, strconv.Itoa(changed.Round)), RaisedAt: changed.Event.At}}
}

// answersAgain says whether a round replaces the one that a task names.
func answersAgain(e Event, ref string) bool {
	d, ok := e.Data.(TourOuvert)
	return ok && strings.HasPrefix(ref, ListingRef(d.Composition, "")) && ref != ListingRef(d.Composition, strconv.Itoa(d.Round))
}

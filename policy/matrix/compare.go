package matrix

import (
	"fmt"
	"slices"
	"strings"

	"cloison/policy/expected"
)

// Comparison is the table of the engine against the table written by hand.
type Comparison struct {
	Cells, Allows int
	Unexpected    []Cell   // allowed, and no line says so
	Missing       []string // a line says so, and it is refused
	Idle          []string // lines that name what does not exist
	Bare          []string // actions without a line
}

// Compare holds every cell against the lines.
func Compare(cells []Cell, lines []expected.Line) (Comparison, error) {
	result := Comparison{Cells: len(cells)}
	order := statesInOrder(cells)
	used, met := map[int]bool{}, map[string]bool{}
	for _, c := range cells {
		met[c.Action] = true
	}
	for i := range lines {
		var err error
		if lines[i], err = unfold(lines[i], order); err != nil {
			return result, err
		}
		delete(met, lines[i].Action)
	}
	for _, c := range cells {
		by := slices.IndexFunc(lines, func(l expected.Line) bool { return covers(l, c) })
		if by >= 0 {
			used[lines[by].Number] = true
		}
		switch {
		case c.Allow && by < 0:
			result.Unexpected = append(result.Unexpected, c)
		case !c.Allow && by >= 0:
			result.Missing = append(result.Missing, fmt.Sprintf("allows.csv:%d: %v", lines[by].Number, c.row()))
		}
		if c.Allow {
			result.Allows++
		}
	}
	for _, l := range lines {
		if !used[l.Number] {
			result.Idle = append(result.Idle, fmt.Sprintf("allows.csv:%d: %s", l.Number, l.Action))
		}
	}
	for action := range met {
		result.Bare = append(result.Bare, action)
	}
	slices.Sort(result.Bare)
	return result, nil
}

func covers(l expected.Line, c Cell) bool {
	return l.Action == c.Action && l.Object == c.Object && l.Compartment == c.Compartment && slices.Contains(l.States, c.State) &&
		slices.Contains(l.Roles, c.Role) && slices.Contains(l.Ties, c.Tie)
}

// groups of relations that lines name together.
var groups = map[string][]string{
	"charge":  {"rapporteur", "membre", "membre_repondu", "membre_radie", "membre_examinateur", "rapporteur_membre"},
	"members": {"membre", "membre_repondu", "membre_radie", "membre_examinateur", "rapporteur_membre"},
	"sitting": {"membre", "membre_repondu"},
}

// unfold replaces groups, ranges and stars by the names that they stand for. A name that the table does not know is an error.
func unfold(l expected.Line, order map[string][]string) (expected.Line, error) {
	var roleNames, tieNames []string
	for _, r := range roles() {
		roleNames = append(roleNames, r.name)
		tieNames = append(tieNames, r.ties...)
	}
	persons := roleNames[:len(roleNames)-2] // without the relay and the sweep
	var err error
	l.Roles, err = names(l.Roles, roleNames, map[string][]string{"!programme": persons})
	if err == nil {
		l.Ties, err = names(l.Ties, tieNames, groups)
	}
	if err == nil {
		l.States, err = names(ranges(l.States, order[l.Object]), order[l.Object], nil)
	}
	if err != nil {
		return l, fmt.Errorf("allows.csv:%d: %w", l.Number, err)
	}
	return l, nil
}

func names(given, known []string, groups map[string][]string) ([]string, error) {
	var all []string
	for _, name := range given {
		switch {
		case name == "*":
			all = append(all, known...)
		case groups[name] != nil:
			all = append(all, groups[name]...)
		case slices.Contains(known, name):
			all = append(all, name)
		default:
			return nil, fmt.Errorf("the table knows no %q", name)
		}
	}
	return all, nil
}

// ranges unfolds A..B; one whose ends are not both known stays as it is, and is refused as a name.
func ranges(given, order []string) []string {
	var all []string
	for _, name := range given {
		from, to, isRange := strings.Cut(name, "..")
		first, last := slices.Index(order, from), slices.Index(order, to)
		if !isRange || first < 0 || last < first {
			all = append(all, name)
			continue
		}
		all = append(all, order[first:last+1]...)
	}
	return all
}

// statesInOrder are the states of each object, as the cells first show them.
func statesInOrder(cells []Cell) map[string][]string {
	order := map[string][]string{}
	for _, c := range cells {
		if !slices.Contains(order[c.Object], c.State) {
			order[c.Object] = append(order[c.Object], c.State)
		}
	}
	return order
}

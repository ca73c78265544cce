package canary

// automaton finds all patterns in one pass (Aho and Corasick), byte after byte: its state is one number, so a word cut by the end of a
// buffer is found all the same. States are numbered by depth. Those near the root, where nearly all bytes of nearly all sources end, have the answer
// to every byte in a table; the millions that follow, of the words of a whole corpus, have their children alone, and where to look without one.
type automaton struct {
	class [256]uint16 // bytes that no pattern holds share class 0
	width int
	near  int32   // states below have a row in next
	next  []int32 // state*width + class

	label   []byte  // by which a state is reached from its parent
	child   []int32 // the first one; 0: none
	sibling []int32 // the next child of the same parent; 0: none
	fail    []int32 // the longest suffix that is also a prefix
	ends    []int32 // which of the finals; 0: no pattern ends here
	finals  [][]int32
	still   int32 // where zeros lead, and more zeros stay
}

// tabled is how deep a state may stand that has its answers in the table.
const tabled = 2

func newAutomaton(all []pattern) *automaton {
	a := &automaton{width: 1, finals: [][]int32{nil}}
	for _, p := range all {
		for _, b := range []byte(p.bytes) {
			if a.class[b] == 0 {
				a.class[b] = uint16(a.width)
				a.width++
			}
		}
	}
	a.grow(all)
	a.link()
	for range all {
		a.still = a.step(a.still, 0)
	}
	return a
}

// grow makes the tree, level by level.
func (a *automaton) grow(all []pattern) {
	a.addState(0)
	at := make([]int32, len(all)) // where the beginning of each pattern leads
	for depth, more := 0, true; more; depth++ {
		more = false
		if depth <= tabled {
			a.near = int32(len(a.label))
		}
		for i, p := range all {
			if depth < len(p.bytes) {
				at[i] = a.grown(at[i], p.bytes[depth])
				more = true
			}
		}
	}
	for i, s := range at {
		if a.ends[s] == 0 {
			a.ends[s] = int32(len(a.finals))
			a.finals = append(a.finals, nil)
		}
		a.finals[a.ends[s]] = append(a.finals[a.ends[s]], int32(i))
	}
}

func (a *automaton) addState(label byte) int32 {
	a.label = append(a.label, label)
	a.child = append(a.child, 0)
	a.sibling = append(a.sibling, 0)
	a.ends = append(a.ends, 0)
	return int32(len(a.label) - 1)
}

func (a *automaton) grown(state int32, b byte) int32 {
	if there := a.childBy(state, b); there != 0 {
		return there
	}
	made := a.addState(b)
	a.sibling[made] = a.child[state]
	a.child[state] = made
	return made
}

func (a *automaton) childBy(state int32, b byte) int32 {
	child := a.child[state]
	for child != 0 && a.label[child] != b {
		child = a.sibling[child]
	}
	return child
}

// link turns the tree into an automaton: where no branch goes on, it goes where the longest suffix that is also a prefix goes.
func (a *automaton) link() {
	a.fail = make([]int32, len(a.label))
	a.next = make([]int32, int(a.near)*a.width)
	for s := range int32(len(a.label)) { // what a suffix leads to is known before: it is shorter
		f := a.fail[s]
		if s < a.near && s != 0 {
			copy(a.row(s), a.row(f))
		}
		for child := a.child[s]; child != 0; child = a.sibling[child] {
			if s != 0 {
				a.fail[child] = a.step(f, a.label[child])
			}
			if s < a.near {
				a.row(s)[a.class[a.label[child]]] = child
			}
		}
		if f != 0 && a.ends[f] != 0 {
			if a.ends[s] == 0 {
				a.ends[s] = a.ends[f]
			} else {
				own := a.ends[s]
				a.finals[own] = append(a.finals[own], a.finals[a.ends[f]]...)
			}
		}
	}
}

func (a *automaton) row(state int32) []int32 {
	return a.next[int(state)*a.width : int(state+1)*a.width]
}

func (a *automaton) step(state int32, b byte) int32 {
	for state >= a.near {
		if child := a.childBy(state, b); child != 0 {
			return child
		}
		state = a.fail[state]
	}
	return a.next[int(state)*a.width+int(a.class[b])]
}

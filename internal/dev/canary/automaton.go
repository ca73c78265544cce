package canary

// automaton finds all patterns in one pass (Aho and Corasick), byte after byte: its state is one number, so a word cut by the end of a
// buffer is found all the same.
type automaton struct {
	class  [256]uint16 // bytes that no pattern holds share class 0
	width  int
	next   []int32   // state*width + class
	finals [][]int32 // patterns that end in a state, its suffixes' included
}

func newAutomaton(all []pattern) *automaton {
	a := &automaton{width: 1}
	for _, p := range all {
		for _, b := range []byte(p.bytes) {
			if a.class[b] == 0 {
				a.class[b] = uint16(a.width)
				a.width++
			}
		}
	}
	a.addState()
	for i, p := range all {
		state := int32(0)
		for _, b := range []byte(p.bytes) {
			at := int(state)*a.width + int(a.class[b])
			if a.next[at] == 0 {
				a.next[at] = a.addState()
			}
			state = a.next[at]
		}
		a.finals[state] = append(a.finals[state], int32(i))
	}
	a.link()
	return a
}

func (a *automaton) addState() int32 {
	a.next = append(a.next, make([]int32, a.width)...)
	a.finals = append(a.finals, nil)
	return int32(len(a.finals) - 1)
}

// link turns the tree into an automaton: where no branch goes on, it goes where the longest suffix that is also a prefix goes.
func (a *automaton) link() {
	fail := make([]int32, len(a.finals))
	var queue []int32
	for _, s := range a.next[:a.width] {
		if s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		f := fail[s]
		a.finals[s] = append(a.finals[s], a.finals[f]...)
		for c := range a.width {
			at, fallback := int(s)*a.width+c, a.next[int(f)*a.width+c]
			if child := a.next[at]; child != 0 {
				fail[child] = fallback
				queue = append(queue, child)
			} else {
				a.next[at] = fallback
			}
		}
	}
}

func (a *automaton) step(state int32, b byte) int32 {
	return a.next[int(state)*a.width+int(a.class[b])]
}

package canary

// A run is a long piece of text that is hexadecimal or base64 from end to end: bytes written as text, which may be compressed. It is undone
// in every alignment, for nobody knows where the bytes begin.
const shortestRun = 32

// flushAt bounds what an alignment holds back.
const flushAt = 4 << 10

type run struct {
	of     *scanner
	kind   string
	bits   uint // per digit
	group  int  // digits after which digits and bytes are aligned again
	digit  *[256]int8
	held   [shortestRun]int8 // digits of a run too short to count yet
	count  int
	decode []*alignment
}

// alignment undoes a run from one of its first digits on.
type alignment struct {
	skip  int
	into  *scanner
	value uint32
	have  uint
	out   []byte
}

// Values of a digit that is none.
const (
	notDigit = -1
	blank    = -2 // a line end inside a run
)

func digits(alphabet, alias, blanks string) *[256]int8 {
	var d [256]int8
	for i := range d {
		d[i] = notDigit
	}
	for i := range len(alphabet) {
		d[alphabet[i]] = int8(i)
	}
	for i := range len(alias) { // other writings of the last digits
		d[alias[i]] = int8(len(alphabet) - len(alias) + i)
	}
	for i := range len(blanks) {
		d[blanks[i]] = blank
	}
	return &d
}

var (
	hexDigits    = digits("0123456789abcdef", "ABCDEF", "\r\n")
	base64Digits = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_", "\r\n")
)

func newRuns(c *scanner) []*run {
	return []*run{
		{of: c, kind: "hex", bits: 4, group: 2, digit: hexDigits},
		{of: c, kind: "base64", bits: 6, group: 4, digit: base64Digits},
	}
}

func (r *run) write(b []byte) {
	for i := 0; i < len(b); i++ {
		// No run has begun and the digit that would be its last one is none: none of those before it begins one either.
		if last := i + shortestRun - 1; r.count == 0 && r.decode == nil && last < len(b) && r.digit[b[last]] == notDigit {
			i = last
			continue
		}
		switch v := r.digit[b[i]]; {
		case v >= 0 && r.decode != nil:
			r.put(v)
		case v >= 0:
			r.held[r.count] = v
			if r.count++; r.count == shortestRun {
				r.start()
			}
		case v == notDigit:
			r.count = 0
			if r.decode != nil {
				r.end()
			}
		}
	}
	for _, a := range r.decode {
		a.flush()
	}
}

func (r *run) start() {
	r.count = 0
	for skip := range r.group {
		r.decode = append(r.decode, &alignment{skip: skip, into: r.of.nested(r.kind)})
	}
	for _, v := range r.held {
		r.put(v)
	}
}

func (r *run) put(v int8) {
	for _, a := range r.decode {
		if a.skip > 0 {
			a.skip--
			continue
		}
		a.value = a.value<<r.bits | uint32(v)
		if a.have += r.bits; a.have >= 8 {
			a.have -= 8
			a.out = append(a.out, byte(a.value>>a.have))
			if len(a.out) == flushAt {
				a.flush()
			}
		}
	}
}

func (a *alignment) flush() {
	_, _ = a.into.Write(a.out) // a limit stands in the findings
	a.out = a.out[:0]
}

func (r *run) end() {
	for _, a := range r.decode {
		a.flush()
		a.into.close()
	}
	r.decode = nil
}

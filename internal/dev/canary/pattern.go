package canary

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Token is a word to look for.
type Token struct {
	Text string
	Name string // what a report calls it: where it stands in the input, never what is around it
	Raw  bool   // bytes that are no text, an excerpt of a file: no case, no UTF-16, no escapes
}

// pattern is one writing of one token.
type pattern struct {
	token    int
	encoding string
	bytes    string
}

// shortest writing that is looked for: below, random bytes would be found guilty.
const shortest = 5

// patterns lists every writing of every token, each once.
func patterns(tokens []Token) []pattern {
	var all []pattern
	for i, t := range tokens {
		seen := map[string]bool{}
		texts := cases(t.Text)
		if t.Raw {
			texts = []string{t.Text}
		}
		for _, text := range texts {
			for _, w := range writings(text, t.Raw) {
				if len(w.bytes) >= shortest && !seen[w.bytes] {
					seen[w.bytes] = true
					w.token = i
					all = append(all, w)
				}
			}
		}
	}
	return all
}

// cases: an index or a normalised name changes the case of a word.
func cases(text string) []string {
	return []string{text, strings.ToUpper(text), strings.ToLower(text)}
}

func writings(text string, raw bool) []pattern {
	plain := []pattern{{encoding: "bytes", bytes: text}}
	if !raw {
		plain = []pattern{
			{encoding: "UTF-8", bytes: text},
			{encoding: "UTF-16LE", bytes: utf16Bytes(text, binary.LittleEndian)},
			{encoding: "UTF-16BE", bytes: utf16Bytes(text, binary.BigEndian)},
		}
	}
	all := append([]pattern(nil), plain...)
	if escaped := escapes(text); !raw && escaped != text {
		all = append(all, pattern{encoding: "escaped", bytes: escaped})
	}
	for _, p := range plain {
		digits := hex.EncodeToString([]byte(p.bytes))
		all = append(all, pattern{encoding: "hex of " + p.encoding, bytes: digits}, pattern{encoding: "hex of " + p.encoding, bytes: strings.ToUpper(digits)})
		for shift := range 3 {
			for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				all = append(all, pattern{encoding: "base64 of " + p.encoding, bytes: shifted(alphabet, p.bytes, shift)})
			}
		}
	}
	return all
}

func utf16Bytes(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// escapes writes what is no ASCII letter, digit or common sign as JSON does when it keeps to ASCII.
func escapes(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf && !strings.ContainsRune(`'"<>&`, r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			digits := strconv.FormatUint(uint64(unit), 16)
			b.WriteString(`\u` + strings.Repeat("0", 4-len(digits)) + digits)
		}
	}
	return b.String()
}

// shifted is the middle of the base64 of a text that stands shift bytes after a multiple of three: the digits that depend on it alone.
func shifted(alphabet *base64.Encoding, text string, shift int) string {
	encoded := alphabet.EncodeToString(append(make([]byte, shift), text...))
	first := []int{0, 2, 3}[shift]      // digits that also hold bits of what stands before
	last := (shift + len(text)) * 8 / 6 // the digit after may hold bits of what follows
	return encoded[first:last]
}

package canary

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

const (
	token = "CNRYABCDEF1234"
	name  = "N'DRI-KOFFIGAN"
)

func searcher(t testing.TB, texts ...string) *Searcher {
	t.Helper()
	var tokens []Token
	for _, text := range texts {
		tokens = append(tokens, Token{Text: text, Name: "a field"})
	}
	s, err := New(tokens...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noise(n int, seed uint64) []byte {
	source, b := rand.New(rand.NewPCG(seed, 7)), make([]byte, n)
	for i := range b {
		b[i] = byte(source.Uint32())
	}
	return b
}

func compressed(t testing.TB, open func(io.Writer) io.WriteCloser, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, content []byte) []byte {
	return compressed(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, content)
}

func zlibbed(t testing.TB, content []byte) []byte {
	return compressed(t, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, content)
}

func zipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, file := range []string{"other.txt", "word/document.xml"} {
		w, err := archive.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sentence(word string) []byte {
	return []byte("Stade (réf. " + word + "), suite du texte, suite du texte, suite du texte.")
}

// TestEveryWritingIsFound: each as it stands in the middle of noise, read in pieces of one byte, of some bytes and whole.
func TestEveryWritingIsFound(t *testing.T) {
	t.Parallel()
	s := searcher(t, token, name, token[:12])
	for what, c := range map[string]struct {
		content  []byte
		encoding string
	}{
		"UTF-8":                     {[]byte(token), "UTF-8"},
		"lower case":                {[]byte(strings.ToLower(token)), "UTF-8"},
		"UTF-16LE":                  {[]byte(utf16Bytes(token, binary.LittleEndian)), "UTF-16LE"},
		"UTF-16BE":                  {[]byte(utf16Bytes(token, binary.BigEndian)), "UTF-16BE"},
		"JSON that keeps to ASCII":  {[]byte(`N\u0027DRI-KOFFIGAN`), "escaped"},
		"hex":                       {[]byte(hex.EncodeToString([]byte(token))), "hex of UTF-8"},
		"HEX":                       {[]byte(strings.ToUpper(hex.EncodeToString([]byte(token)))), "hex of UTF-8"},
		"hex of UTF-16":             {[]byte(hex.EncodeToString([]byte(utf16Bytes(token, binary.LittleEndian)))), "hex of UTF-16LE"},
		"base64, aligned":           {[]byte(base64.StdEncoding.EncodeToString([]byte(token))), "base64 of UTF-8"},
		"base64, one byte before":   {[]byte(base64.StdEncoding.EncodeToString([]byte("o" + token + "o"))), "base64 of UTF-8"},
		"base64, two bytes before":  {[]byte(base64.StdEncoding.EncodeToString([]byte("oo" + token + "oo"))), "base64 of UTF-8"},
		"base64 for URLs":           {[]byte(base64.RawURLEncoding.EncodeToString([]byte("é?" + token + "?é"))), "base64 of UTF-8"},
		"base64 of UTF-16":          {[]byte(base64.StdEncoding.EncodeToString([]byte(utf16Bytes("x"+token, binary.BigEndian)))), "base64 of UTF-16BE"},
		"gzip":                      {gzipped(t, sentence(token)), "gzip > UTF-8"},
		"zlib":                      {zlibbed(t, sentence(token)), "zlib > UTF-8"},
		"zip":                       {zipped(t, sentence(token)), "zip > UTF-8"},
		"zip in gzip":               {gzipped(t, zipped(t, sentence(token))), "gzip > zip > UTF-8"},
		"UTF-16 in zlib":            {zlibbed(t, []byte(utf16Bytes(string(sentence(token)), binary.LittleEndian))), "zlib > UTF-16LE"},
		"gzip as hex":               {[]byte(hex.EncodeToString(gzipped(t, sentence(token)))), "hex > gzip > UTF-8"},
		"gzip as HEX, misaligned":   {[]byte("a" + strings.ToUpper(hex.EncodeToString(gzipped(t, sentence(token))))), "hex > gzip > UTF-8"},
		"gzip as base64":            {[]byte(base64.StdEncoding.EncodeToString(gzipped(t, sentence(token)))), "base64 > gzip > UTF-8"},
		"gzip as base64, shifted":   {[]byte("Zm" + base64.StdEncoding.EncodeToString(gzipped(t, sentence(token)))), "base64 > gzip > UTF-8"},
		"base64 cut into lines":     {[]byte(lines(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(token+"-"), 9)))), "base64 > UTF-8"},
		"hex in base64 in zlib":     {zlibbed(t, []byte(base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(token)))))), "zlib > base64 > hex of UTF-8"},
		"gzip cut before its end":   {cut(gzipped(t, append(sentence(token), noise(3000, 1)...)), 1000), "gzip > UTF-8"},
		"zlib with a bad checksum":  {append(cut(zlibbed(t, sentence(token)), 4), "????"...), "zlib > UTF-8"},
		"two gzip, the second":      {append(gzipped(t, []byte("nothing")), gzipped(t, sentence(token))...), "gzip > UTF-8"},
		"a name with an apostrophe": {[]byte(name), "UTF-8"},
		"after zeros":               {append(make([]byte, 301), token...), "UTF-8"},
		"UTF-16BE among zeros":      {append(append(make([]byte, 77), utf16Bytes(token, binary.BigEndian)...), make([]byte, 50)...), "UTF-16BE"},
		"UTF-16LE among zeros":      {append(append(make([]byte, 78), utf16Bytes(token, binary.LittleEndian)...), make([]byte, 50)...), "UTF-16LE"},
		"zlib among zeros":          {append(append(make([]byte, 64), zlibbed(t, sentence(token))...), make([]byte, 64)...), "zlib > UTF-8"},
		"a run as short as any":     {[]byte("." + hex.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(token[:12])))) + "."), "hex > base64 of UTF-8"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			whole := append(append(append(noise(700, 2), ' '), c.content...), append([]byte{' '}, noise(700, 3)...)...)
			for pieces, r := range map[string]io.Reader{
				"whole": bytes.NewReader(whole), "byte after byte": iotest.OneByteReader(bytes.NewReader(whole)), "halves": iotest.HalfReader(bytes.NewReader(whole)),
			} {
				hits, n, err := s.Search("noise", r)
				if err != nil || n != int64(len(whole)) {
					t.Fatalf("%s: %d bytes, %v", pieces, n, err)
				}
				if !found(hits, c.encoding) {
					t.Errorf("%s: not found as %q: %v", pieces, c.encoding, hits)
				}
			}
		})
	}
}

func lines(text string) string {
	var b strings.Builder
	for len(text) > 20 {
		b.WriteString(text[:20] + "\r\n")
		text = text[20:]
	}
	return b.String() + text
}

func cut(b []byte, last int) []byte { return b[:len(b)-last] }

func found(hits []Hit, encoding string) bool {
	for _, h := range hits {
		if h.Encoding == encoding && h.Source == "noise" && h.Name == "a field" && h.Count > 0 {
			return true
		}
	}
	return false
}

func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	t.Parallel()
	s := searcher(t, token, name, "99751000")
	other := strings.Replace(token, "4", "5", 1)
	for what, content := range map[string][]byte{
		"noise":         noise(4<<20, 4),
		"zeros":         make([]byte, 1<<20),
		"another token": bytes.Join([][]byte{[]byte(other), gzipped(t, []byte(other)), zipped(t, []byte(other)), []byte(hex.EncodeToString([]byte(other)))}, []byte(" ")),
		"half a token":  []byte(token[:10] + " " + token[4:]),
		"headers alone": bytes.Repeat([]byte("\x1f\x8b\x08PK\x03\x04x\x9c"), 1000),
		"nothing":       nil,
	} {
		if hits, _, err := s.Search(what, bytes.NewReader(content)); err != nil || len(hits) > 0 {
			t.Errorf("%s: %v, %v", what, hits, err)
		}
	}
}

// TestAFileIsFoundByItsExcerpts: as it is, in base64 and in a gzip; another file is not.
func TestAFileIsFoundByItsExcerpts(t *testing.T) {
	t.Parallel()
	file, other := noise(3000, 20), noise(3000, 21)
	tokens, err := Excerpts("file", file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(tokens...)
	if err != nil {
		t.Fatal(err)
	}
	for encoding, content := range map[string][]byte{
		"bytes": file, "base64 > bytes": []byte(base64.StdEncoding.EncodeToString(file)), "gzip > bytes": gzipped(t, file), "hex of bytes": []byte(hex.EncodeToString(file)),
		"base64 of bytes": []byte(base64.RawURLEncoding.EncodeToString(file)),
	} {
		hits, _, err := s.Search("x", bytes.NewReader(content))
		seen := 0
		for _, h := range hits {
			if h.Encoding == encoding {
				seen++
			}
		}
		if strings.HasPrefix(encoding, "base64") { // in either alphabet, both as a writing and as a run
			seen = min(seen, strings.Count(said(hits), "base64 > bytes"), strings.Count(said(hits), "base64 of bytes"))
		}
		if err != nil || seen != excerpts {
			t.Errorf("%s: %v, %v", encoding, hits, err)
		}
		if hits, _, err := s.Search("x", bytes.NewReader(other)); err != nil || len(hits) > 0 {
			t.Errorf("another file: %v, %v", hits, err)
		}
	}
	if _, err := Excerpts("short", file[:100]); err == nil {
		t.Error("no error for a short file")
	}
}

// TestZerosAreCountedWhereTheyAreLookedFor: a long stretch of them is not passed over then.
func TestZerosAreCountedWhereTheyAreLookedFor(t *testing.T) {
	t.Parallel()
	s, err := New(Token{Text: strings.Repeat("\x00", 8), Name: "zeros", Raw: true}, Token{Text: token, Name: "a field"})
	if err != nil {
		t.Fatal(err)
	}
	hits, _, err := s.Search("x", bytes.NewReader(append(make([]byte, 100), "."+token...)))
	if err != nil || len(hits) != 2 || hits[0].Count != 93 {
		t.Errorf("%v, %v", hits, err)
	}
}

func said(hits []Hit) string {
	var b strings.Builder
	for _, h := range hits {
		b.WriteString(h.String() + "\n")
	}
	return b.String()
}

func TestATokenInsideAnotherIsFoundToo(t *testing.T) {
	t.Parallel()
	hits, _, err := searcher(t, token, token[4:10], token[7:]).Search("x", strings.NewReader("."+token+"."))
	if err != nil || len(hits) != 3 {
		t.Errorf("%v, %v", hits, err)
	}
}

// TestMembersAreCountedOnceAndLeaveNothingBehind: one gzip after another is two members; one that is cut, in one that is cut, in hex, is closed
// with the search.
func TestMembersAreCountedOnceAndLeaveNothingBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	hits, _, err := searcher(t, token).Search("x", bytes.NewReader(append(gzipped(t, []byte("nothing")), gzipped(t, sentence(token))...)))
	if err != nil || len(hits) != 1 || hits[0].Count != 1 {
		t.Errorf("%v, %v", hits, err)
	}
	inner := cut(gzipped(t, append(sentence(token), noise(3000, 1)...)), 1000)
	outer := hex.EncodeToString(cut(gzipped(t, inner), 200))
	if hits, _, err := searcher(t, token).Search("x", strings.NewReader(outer)); err != nil || !strings.Contains(said(hits), "hex > gzip > gzip > UTF-8") {
		t.Errorf("%v, %v", hits, err)
	}
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d decoders are left open", now-before)
	}
}

func TestCountsAndPlaces(t *testing.T) {
	t.Parallel()
	s := searcher(t, token)
	content := append(noise(5000, 5), []byte(token+" "+token)...)
	hits, _, err := s.Search("place", bytes.NewReader(content))
	if err != nil || len(hits) != 1 {
		t.Fatalf("%v, %v", hits, err)
	}
	if h := hits[0]; h.Count != 2 || h.Offset != int64(5000+len(token)-1) {
		t.Errorf("%+v", h)
	}
	if text := hits[0].String(); !strings.Contains(text, "place: "+token+" (a field)") {
		t.Errorf("said %q", text)
	}
}

// TestALimitIsSaid: a bomb, and more members than are followed, end the search with an error: nothing found would mean nothing.
func TestALimitIsSaid(t *testing.T) {
	t.Parallel()
	s := searcher(t, token)
	// A stored block that announces 65535 bytes, again and again: each stays open.
	many := bytes.Repeat([]byte{0x78, 0x01, 0x00, 0xff, 0xff, 0x00, 0x00}, 2*maxActive)
	if _, _, err := s.Search("many", bytes.NewReader(many)); !errors.Is(err, ErrIncomplete) || !strings.Contains(err.Error(), "open at once") {
		t.Errorf("many members: %v", err)
	}
	f := &findings{inflated: maxInflated}
	if _, err := (bounded{strings.NewReader("x"), f}).Read(make([]byte, 1)); !errors.Is(err, ErrIncomplete) || f.limit == nil {
		t.Errorf("a bomb: %v", err)
	}
}

func TestAReaderThatFailsIsSaid(t *testing.T) {
	t.Parallel()
	hits, _, err := searcher(t, token).Search("broken", io.MultiReader(strings.NewReader(token), iotest.ErrReader(io.ErrNoProgress)))
	if !errors.Is(err, io.ErrNoProgress) || len(hits) != 1 {
		t.Errorf("%v, %v", hits, err)
	}
}

func TestTokensThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	for what, tokens := range map[string][]Token{"none": nil, "empty": {{}}, "short": {{Text: "Paul"}}} {
		if _, err := New(tokens...); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// TestMemoryIsBounded: 64 MiB, a quarter of them out of one member, cost less than a tenth of that.
func TestMemoryIsBounded(t *testing.T) {
	s := searcher(t, token)
	inside := gzipped(t, bytes.Repeat(noise(1<<14, 6), 1<<10))
	content := io.MultiReader(bytes.NewReader(inside), io.LimitReader(endless{rand.New(rand.NewPCG(8, 8))}, 48<<20))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if _, _, err := s.Search("large", content); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 24<<20 {
		t.Errorf("the heap grew by %d MiB", grown>>20)
	}
}

type endless struct{ *rand.Rand }

func (e endless) Read(p []byte) (int, error) {
	for i := 0; i+8 <= len(p); i += 8 {
		binary.LittleEndian.PutUint64(p[i:], e.Uint64())
	}
	return len(p), nil
}

// FuzzSearch: no input makes the search panic or hang, and a token after it is still found, however the two are cut.
func FuzzSearch(f *testing.F) {
	s := searcher(f, token, name)
	for _, seed := range [][]byte{nil, gzipped(f, sentence("x")), zipped(f, sentence("x")), zlibbed(f, noise(100, 9)), []byte(hex.EncodeToString(noise(40, 10))), {0x78, 1, 0, 255, 255, 0, 0}} {
		f.Add(seed, uint16(3))
	}
	f.Fuzz(func(t *testing.T, before []byte, piece uint16) {
		if len(before) > 1<<16 {
			return
		}
		content := append(append([]byte{}, before...), token...)
		hits, _, err := s.Search("noise", pieces{bytes.NewReader(content), int(piece)%4096 + 1})
		if errors.Is(err, ErrIncomplete) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if !found(hits, "UTF-8") {
			t.Fatal("the token at the end was not found")
		}
	})
}

type pieces struct {
	io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }

func BenchmarkNoise(b *testing.B) {
	s := searcher(b, token, name)
	content := noise(8<<20, 11)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := s.Search("noise", bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	s := searcher(b, token, name)
	content := []byte(strings.Repeat(base64.StdEncoding.EncodeToString(noise(600, 12))+" Le texte clair du dossier, hC x^ hb. ", 8<<10))
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := s.Search("text", bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
	}
}

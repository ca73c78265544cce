package piece

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"cloison/medical/inspect/wire"
)

// secret stands in what tells of the making of an image.
const secret = "48.8566N"

func expect(t *testing.T, content []byte, outcome wire.Outcome, reason wire.Reason) {
	t.Helper()
	if v := Examine(content, ""); v.Outcome != outcome || v.Reason != reason {
		t.Errorf("%+v, want %s %s", v, outcome, reason)
	}
}

// stripped is what a reader gets: the same type, accepted, without the secret.
func stripped(t *testing.T, content []byte) []byte {
	t.Helper()
	if !bytes.Contains(content, []byte(secret)) {
		t.Fatal("there is nothing to remove")
	}
	made, kind, _ := Make(content, wire.Neutralise, 0)
	if len(made) == 0 || kind != Examine(content, "").Type || bytes.Contains(made, []byte(secret)) {
		t.Errorf("%d bytes of %q", len(made), kind)
	}
	return made
}

// entry is one entry of a TIFF directory in big-endian order, its value in place.
func entry(tag, kind uint16, count, value uint32) []byte {
	b := big.AppendUint16(big.AppendUint16(nil, tag), kind)
	return big.AppendUint32(big.AppendUint32(b, count), value)
}

// exif is a TIFF with an orientation and a GPS directory that holds the secret.
func exif(orientation uint32) []byte {
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	b = append(b, entry(tagOrientation, 3, 1, orientation<<16)...)
	b = append(b, entry(tagGPS, 4, 1, 8+2+24+4)...)
	b = append(b, 0, 0, 0, 0, 0, 1)
	b = append(b, entry(1, 2, uint32(len(secret)), 8+2+24+4+2+12+4)...)
	return append(append(b, 0, 0, 0, 0), secret...)
}

func photograph(t *testing.T, segments ...[]byte) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 20))
	m.Set(3, 3, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	out := append([]byte{}, b.Bytes()[:2]...)
	for _, s := range segments {
		out = append(out, 0xff, s[0])
		out = append(big.AppendUint16(out, uint16(len(s)+1)), s[1:]...)
	}
	return append(out, b.Bytes()[2:]...)
}

func TestPhotographKeepsItsOrientationAlone(t *testing.T) {
	t.Parallel()
	content := photograph(t, append([]byte("\xe1Exif\x00\x00"), exif(6)...), []byte("\xfe"+secret))
	expect(t, content, wire.Sanitised, wire.MetadataStripped)
	made := stripped(t, content)
	segments, _, _ := jpegSegments(made)
	turn := 0
	for _, s := range segments {
		turn = max(turn, jpegOrientation(made, s))
	}
	if turn != 6 {
		t.Errorf("orientation %d", turn)
	}
	shown, kind, _ := Make(content, wire.Render, 1)
	c, err := jpeg.DecodeConfig(bytes.NewReader(shown))
	if err != nil || kind != wire.JPEG || c.Width != 20 || c.Height != 40 {
		t.Errorf("shown as %s of %d by %d, %v", kind, c.Width, c.Height, err)
	}
	expect(t, photograph(t), wire.Accept, "")
	expect(t, append(photograph(t), "more"...), wire.Sanitised, wire.TrailingData)
}

func TestScanLosesItsPlace(t *testing.T) {
	t.Parallel()
	const entries = 8
	directory := uint32(8)
	gps := directory + 2 + entries*12 + 4
	text := gps + 2 + 12 + 4
	b := append([]byte("MM\x00*"), 0, 0, 0, 8, 0, entries)
	for _, e := range [][]byte{entry(tagWidth, 3, 1, 1<<16), entry(tagHeight, 3, 1, 1<<16), entry(258, 3, 1, 8<<16), entry(259, 3, 1, 1<<16),
		entry(262, 3, 1, 1<<16), entry(tagStripOffsets, 4, 1, text), entry(tagStripCounts, 4, 1, 1), entry(tagGPS, 4, 1, gps)} {
		b = append(b, e...)
	}
	b = append(b, 0, 0, 0, 0, 0, 1)
	b = append(b, entry(1, 2, uint32(len(secret)), text+1)...)
	b = append(append(b, 0, 0, 0, 0, 0x7f), secret...)
	expect(t, b, wire.Sanitised, wire.MetadataStripped)
	if made := stripped(t, b); made != nil {
		if shown, _, _ := Make(made, wire.Render, 1); len(shown) == 0 {
			t.Error("the image is gone with its place")
		}
	}
	expect(t, b[:len(b)-len(secret)-1], wire.Reject, wire.Truncated)
}

// oneByOne is a WebP image of one pixel.
const oneByOne = "VP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func riff(chunks string) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(chunks))), "WEBP"+chunks...)
}

func TestWebP(t *testing.T) {
	t.Parallel()
	expect(t, riff(oneByOne), wire.Accept, "")
	told := riff(oneByOne + "EXIF\x08\x00\x00\x00" + secret)
	expect(t, told, wire.Sanitised, wire.MetadataStripped)
	stripped(t, told)
	expect(t, append(riff(oneByOne), "more"...), wire.Sanitised, wire.TrailingData)
	expect(t, told[:len(told)-2], wire.Reject, wire.Truncated)
	expect(t, riff(oneByOne+"ANIM\x00\x00\x00\x00"), wire.Reject, wire.TypeNotAllowed)
}

func boxOf(kind string, content ...string) string {
	all := strings.Join(content, "")
	return string(big.AppendUint32(nil, uint32(8+len(all)))) + kind + all
}

func photographHEIC() []byte {
	top := boxOf("ftyp", "heic\x00\x00\x00\x00mif1")
	at := func(n int) string { return string(big.AppendUint32(nil, uint32(n))) }
	meta := func(place int) string {
		return boxOf("meta", "\x00\x00\x00\x00",
			boxOf("iinf", "\x00\x00\x00\x00\x00\x01", boxOf("infe", "\x02\x00\x00\x00\x00\x07\x00\x00Exif\x00")),
			boxOf("iloc", "\x00\x00\x00\x00\x44\x00\x00\x01", "\x00\x07\x00\x00\x00\x01", at(place), at(len(secret))),
			boxOf("iprp", boxOf("ipco", boxOf("ispe", "\x00\x00\x00\x00\x00\x00\x0f\xa0\x00\x00\x0b\xb8"))))
	}
	return []byte(top + meta(len(top)+len(meta(0))+8) + boxOf("mdat", secret, "pixels"))
}

func TestHEIC(t *testing.T) {
	t.Parallel()
	content := photographHEIC()
	expect(t, content, wire.Sanitised, wire.MetadataStripped)
	expect(t, stripped(t, content), wire.Accept, "")
	expect(t, content[:len(content)-1], wire.Reject, wire.Truncated)
	huge := bytes.Replace(content, []byte("\x00\x00\x0f\xa0\x00\x00\x0b\xb8"), []byte("\x00\xff\x0f\xa0\x00\x00\x0b\xb8"), 1)
	expect(t, huge, wire.Reject, wire.DimensionsTooLarge)
}

// part is one part of a Word document that is made for a test.
type part struct {
	name, content string
	change        func(*zip.FileHeader)
}

func word(t *testing.T, more ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range append([]part{{contentTypes, "<Types/>", nil}, {mainPart, "<w:document><w:p><w:t>texte</w:t></w:p></w:document>", nil}}, more...) {
		header := &zip.FileHeader{Name: p.name}
		if p.change != nil {
			p.change(header)
		}
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWordDocuments(t *testing.T) {
	t.Parallel()
	expect(t, word(t), wire.Accept, "")
	text, kind, _ := Make(word(t), wire.Render, 1)
	if string(text) != "texte\n" || kind != wire.Text {
		t.Errorf("%q as %s", text, kind)
	}
	link := `<Relationships><Relationship Type="http://x/hyperlink" Target="https://x.invalid" TargetMode="External"/></Relationships>`
	expect(t, word(t, part{"word/_rels/document.xml.rels", link, nil}), wire.Accept, "")
	for name, c := range map[string]struct {
		part part
		want wire.Reason
	}{
		"a part twice":           {part{"WORD/document.xml", "<x/>", nil}, wire.DuplicatePart},
		"a path that leaves":     {part{"../../etc/passwd", "x", nil}, wire.PathTraversal},
		"a path of Windows":      {part{`word\evil.xml`, "<x/>", nil}, wire.PathTraversal},
		"a link":                 {part{"word/link", "/etc/passwd", func(h *zip.FileHeader) { h.SetMode(0o777 | 1<<27) }}, wire.PathTraversal},
		"a part with a password": {part{"word/x.xml", "<x/>", func(h *zip.FileHeader) { h.Flags |= 1 }}, wire.Encrypted},
		"a control":              {part{"word/activeX/a.bin", "x", nil}, wire.ActiveContent},
		"a picture elsewhere":    {part{"word/_rels/x.rels", strings.Replace(link, "hyperlink", "image", 1), nil}, wire.ExternalReference},
		"a macro by its type":    {part{"x.xml", `<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>`, nil}, wire.Macro},
		"parts that do not end":  {part{"word/x.xml", strings.Repeat("<a>", 300), nil}, wire.Corrupt},
		"a bomb":                 {part{"word/media/x.bmp", strings.Repeat("\x00", expansionFloor+1), func(h *zip.FileHeader) { h.Method = zip.Deflate }}, wire.DecompressionBomb},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, word(t, c.part), wire.Reject, c.want)
		})
	}
	expect(t, append(word(t), "more"...), wire.Reject, wire.TrailingData)
}

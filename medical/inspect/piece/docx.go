package piece

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"cloison/medical/inspect/wire"
)

const (
	contentTypes = "[Content_Types].xml"
	mainPart     = "word/document.xml"
	maxParts     = 5000
	partLimit    = 64 << 20 // of one part of text, decompressed
)

func examineDOCX(f *findings, b []byte) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) > maxParts {
		f.refuse(wire.Corrupt)
		return
	}
	examineLayout(f, z, b)
	total := newMeter(allowance(int64(len(b))))
	for _, part := range z.File {
		if f.over() {
			return
		}
		examinePart(f, part, total)
	}
}

// examineLayout looks at the archive itself: names that leave it, parts that stand twice or share their bytes, bytes that belong to none.
func examineLayout(f *findings, z *zip.Reader, b []byte) {
	names := map[string]bool{}
	type span struct{ from, to int64 }
	var spans []span
	for _, part := range z.File {
		folded := strings.ToLower(part.Name)
		if names[folded] {
			f.refuse(wire.DuplicatePart)
		}
		names[folded] = true
		if leaves(part.Name) || !part.Mode().IsRegular() && !part.Mode().IsDir() {
			f.refuse(wire.PathTraversal)
		}
		from, err := part.DataOffset()
		if err != nil || int64(part.CompressedSize64) > int64(len(b))-from {
			f.refuse(wire.Corrupt)
			return
		}
		spans = append(spans, span{from, from + int64(part.CompressedSize64)})
	}
	slices.SortFunc(spans, func(x, y span) int { return int(x.from - y.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			f.refuse(wire.OverlappingEntries)
		}
	}
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	if end < 0 || len(b)-end != 22+len(z.Comment) {
		f.refuse(wire.TrailingData)
	}
}

func leaves(name string) bool {
	return strings.Contains(name, `\`) || strings.Contains(name, ":") || path.IsAbs(name) || strings.HasPrefix(path.Clean(name), "..")
}

func examinePart(f *findings, part *zip.File, total *meter) {
	if part.Flags&1 != 0 {
		f.refuse(wire.Encrypted)
		return
	}
	name := strings.ToLower(part.Name)
	switch {
	case strings.Contains(name, "vbaproject"), strings.Contains(name, "vbadata"):
		f.refuse(wire.Macro)
	case strings.Contains(name, "/activex/"):
		f.refuse(wire.ActiveContent)
	case strings.Contains(name, "/embeddings/"), strings.HasPrefix(name, "word/afchunk"):
		f.refuse(wire.EmbeddedFile)
	}
	total.infected = false
	content, err := part.Open()
	if err != nil {
		f.refuse(wire.Corrupt)
		return
	}
	defer content.Close()
	sum := &failing{r: content}
	if total.take(sum) {
		f.refuse(wire.DecompressionBomb)
		return
	}
	if total.infected {
		f.refuse(wire.MalwareSignature)
	}
	if sum.err != nil {
		f.refuse(wire.Corrupt)
		return
	}
	if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
		examineXML(f, part)
	}
}

// failing remembers the error that ended a reading.
type failing struct {
	r   io.Reader
	err error
}

func (x *failing) Read(p []byte) (int, error) {
	n, err := x.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		x.err = err
	}
	return n, err
}

// examineXML walks a part: no definitions of its own, and no reference that is followed when it opens. A link that a person must click is
// ordinary.
func examineXML(f *findings, part *zip.File) {
	content, err := part.Open()
	if err != nil {
		f.refuse(wire.Corrupt)
		return
	}
	defer content.Close()
	d := xml.NewDecoder(io.LimitReader(content, partLimit))
	level := 0
	for !f.over() {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			f.refuse(wire.Corrupt)
			return
		}
		switch t := token.(type) {
		case xml.Directive:
			examineDirective(f, t)
		case xml.StartElement:
			if level++; level > 256 {
				f.refuse(wire.Corrupt)
			}
			examineElement(f, t)
		case xml.EndElement:
			level--
		}
	}
}

func examineDirective(f *findings, d xml.Directive) {
	if bytes.Contains(d, []byte("SYSTEM")) || bytes.Contains(d, []byte("PUBLIC")) {
		f.refuse(wire.ExternalReference)
		return
	}
	f.refuse(wire.EntityExpansion)
}

func examineElement(f *findings, e xml.StartElement) {
	var kind, mode string
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "Type":
			kind = a.Value
		case "TargetMode":
			mode = a.Value
		case "ContentType":
			if strings.Contains(strings.ToLower(a.Value), "macroenabled") {
				f.refuse(wire.Macro)
			}
		}
	}
	if e.Name.Local == "Relationship" && strings.EqualFold(mode, "External") && !strings.HasSuffix(kind, "/hyperlink") {
		f.refuse(wire.ExternalReference)
	}
}

// docxText gives the text of a document, a line for each paragraph.
func docxText(b []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil
	}
	content, err := z.Open(mainPart)
	if err != nil {
		return nil
	}
	defer content.Close()
	var out bytes.Buffer
	inText := false
	for d := xml.NewDecoder(io.LimitReader(content, partLimit)); ; {
		token, err := d.RawToken()
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			switch t.Name.Local {
			case "tab":
				out.WriteByte('\t')
			case "br", "cr":
				out.WriteByte('\n')
			}
		case xml.EndElement:
			inText = false
			if t.Name.Local == "p" {
				out.WriteByte('\n')
			}
		case xml.CharData:
			if inText {
				out.Write(t)
			}
		}
		if err != nil {
			return out.Bytes()
		}
	}
}

package piece

import (
	"testing"

	"cloison/internal/dev/hostile"
	"cloison/medical/inspect/wire"
)

// starts are what each parser is chosen by: a random file begins like one of its own.
var starts = []string{"%PDF-1.7\n", "\xff\xd8\xff\xe0", pngMagic, "II*\x00\x08\x00\x00\x00", "MM\x00*\x00\x00\x00\x08", "RIFF\xff\x00\x00\x00WEBP",
	"\x00\x00\x00\x14ftypheic\x00\x00\x00\x00mif1", string(make([]byte, 128)) + "DICM", "PK\x03\x04", ""}

// Whatever comes, a verdict is a verdict; parsers of our own do not rely on Examine's net; and no copy is made in which something is found.
func FuzzExamine(f *testing.F) {
	for i := range starts {
		f.Add(uint8(i), []byte("\x00\x01"))
	}
	for _, u := range hostile.Load(f) {
		if bomb := u.Expected.Reason == string(wire.DecompressionBomb); !bomb && u.Size < 20_000 { // a bomb takes a fuzzer's whole patience
			f.Add(uint8(len(starts)-1), u.Content(f))
		}
	}
	f.Add(uint8(len(starts)-1), photographHEIC())
	f.Add(uint8(len(starts)-1), riff(oneByOne))
	f.Fuzz(func(t *testing.T, start uint8, rest []byte) {
		content := append([]byte(starts[int(start)%len(starts)]), rest...)
		kind, _ := detect(content)
		if kind != wire.PDF && kind != wire.TIFF { // these call libraries that may panic
			examine(&findings{}, content, "")
		}
		v := Examine(content, "")
		if err := v.Validate(); err != nil {
			t.Errorf("%+v: %v", v, err)
		}
		made, kind, _ := Make(content, wire.Neutralise, 0)
		if made != nil && Examine(made, kind).Outcome != wire.Accept {
			t.Errorf("a copy of %+v is %+v", v, Examine(made, kind))
		}
		if shown, _, _ := Make(content, wire.Render, 1); shown != nil && v.Outcome == wire.Reject {
			t.Errorf("%+v is shown", v)
		}
	})
}

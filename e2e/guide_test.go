package e2e_test

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/chromedp"
)

// illustrations are the pictures of docs/fr, each with how much of the page it shows, in pixels. CLOISON_GUIDES names the folder that they are
// written into, as the stories meet the pages.
var illustrations = map[string]int{
	"medical-my-work-physician": 760, "medical-report-saved": 1000, "medical-answers": 1000, "medical-opinion": 1250, "medical-confirm": 700,
	"medical-my-work-secretary": 700, "medical-certificate": 900, "medical-college": 1000, "medical-summons": 900, "medical-requests": 1100,
	"medical-removal-certificate-warned": 1000, "medical-removal-dossier": 1000, "medical-oncall-physician": 620, "medical-removal-settle": 900, "prefecture-opinion-removal": 900,
	"prefecture-appeal-told": 900, "medical-lifting": 800, "medical-envois-juge": 700, "medical-exits-med-12": 700,
	"prefecture-inbox-opinion": 620, "prefecture-new": 900, "prefecture-referral": 800, "prefecture-opinion": 1100,
}

const illustrationWidth = 1000

func (r *reader) illustrate(name string) {
	r.t.Helper()
	dir, height := os.Getenv("CLOISON_GUIDES"), illustrations[name]
	if dir == "" || height == 0 || r.look != plainLook {
		return
	}
	r.do(r.window(illustrationWidth, "light"))
	raw, err := chromedp.Run(r.page, chromedp.FullScreenshot(100))
	if err == nil {
		raw, err = smaller(raw, height)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), raw, 0o644)
	}
	if err != nil {
		r.t.Errorf("%s: %v", name, err)
	}
	r.do(r.window(r.look.width, r.look.scheme))
}

// smaller keeps the top of a picture, in its own most frequent colours.
func smaller(raw []byte, height int) ([]byte, error) {
	whole, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	size := whole.Bounds()
	size.Max.Y = min(size.Max.Y, height)
	times := map[color.RGBA]int{}
	for y := range size.Max.Y {
		for x := range size.Max.X {
			times[color.RGBAModel.Convert(whole.At(x, y)).(color.RGBA)]++
		}
	}
	frequent := slices.SortedFunc(maps.Keys(times), func(a, b color.RGBA) int { return cmp.Compare(times[b], times[a]) })
	var colours color.Palette
	for _, c := range frequent[:min(len(frequent), 64)] {
		colours = append(colours, c)
	}
	top := image.NewPaletted(size, colours)
	draw.Draw(top, size, whole, image.Point{}, draw.Src)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, top)
	return out.Bytes(), err
}

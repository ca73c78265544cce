package piece

import (
	"fmt"
	"strings"
	"testing"

	"cloison/medical/inspect/wire"
)

// pdf writes a PDF of these objects, the first of which is its catalogue.
func pdf(objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	table := fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	return fmt.Appendf(nil, "%s%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", b.String(), table, len(objects)+1, b.Len())
}

const (
	catalogue = "<< /Type /Catalog /Pages 2 0 R %s >>"
	pages     = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	onePage   = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>"
)

// What acts is seen wherever it stands and however its name is written.
func TestWhatActsInAPDF(t *testing.T) {
	t.Parallel()
	expect(t, pdf(fmt.Sprintf(catalogue, ""), pages, fmt.Sprintf(onePage, "")), wire.Accept, "")
	for name, c := range map[string]struct {
		catalogue, page, more string
		outcome               wire.Outcome
		reason                wire.Reason
	}{
		"a script with an escaped name":        {"/OpenAction << /S /JavaScr#69pt /J#53 (x) >>", "", "null", wire.Sanitised, wire.ActiveContent},
		"a script by a reference":              {"/OpenAction 4 0 R", "", "<< /S /JavaScript /JS (x) >>", wire.Sanitised, wire.ActiveContent},
		"a script nothing refers to":           {"", "", "<< /S /JavaScript /JS (x) >>", wire.Sanitised, wire.ActiveContent},
		"a type by a reference":                {"/OpenAction << /S 4 0 R >>", "", "/JavaScript", wire.Sanitised, wire.ActiveContent},
		"a script in names":                    {"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>", "", "null", wire.Sanitised, wire.ActiveContent},
		"a launch in a chain":                  {"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /Launch /F (x.exe) >> >>", "", "null", wire.Reject, wire.ActiveContent},
		"a launch with an escaped name":        {"/OpenAction << /S /L#61unch /F (x.exe) >>", "", "null", wire.Reject, wire.ActiveContent},
		"a link":                               {"", "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://x.invalid) >> >>]", "null", wire.Sanitised, wire.ExternalReference},
		"a place in the file":                  {"/OpenAction [3 0 R /Fit]", "", "null", wire.Accept, ""},
		"a film":                               {"", "/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]", "null", wire.Sanitised, wire.ActiveContent},
		"an image of a terapixel":              {"", "/Resources << /XObject << /X 4 0 R >> >>", "<< /Type /XObject /Subtype /Image /Width 1000000 /Height 1000000 /Length 1 >>\nstream\nx\nendstream", wire.Reject, wire.DimensionsTooLarge},
		"a page of another document":           {"", "", "<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Ref << /F (other.pdf) /Page 0 >> /Length 1 >>\nstream\nx\nendstream", wire.Sanitised, wire.ExternalReference},
		"a content elsewhere":                  {"", "/Contents 4 0 R", "<< /F (http://127.0.0.1/x) /Length 0 >>\nstream\n\nendstream", wire.Reject, wire.ExternalReference},
		"a program in an attachment":           {"/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a) /EF << /F 4 0 R >> >>] >> >>", "", "<< /Type /EmbeddedFile /Length 4 >>\nstream\nMZ\x90\x00\nendstream", wire.Reject, wire.ExecutableContent},
		"a page that is too large by UserUnit": {"", "/UserUnit 1000", "null", wire.Reject, wire.DimensionsTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := pdf(fmt.Sprintf(catalogue, c.catalogue), pages, fmt.Sprintf(onePage, c.page), c.more)
			expect(t, content, c.outcome, c.reason)
			if made, _, _ := Make(content, wire.Neutralise, 0); (len(made) > 0) != (c.outcome != wire.Reject) {
				t.Errorf("%d bytes are shown", len(made))
			}
		})
	}
}

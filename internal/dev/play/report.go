package play

import "fmt"

// Line is one value that was compared. Skip marks a remark: it counts neither way.
type Line struct {
	Section string `json:"section"`
	Label   string `json:"label"`
	Want    string `json:"expected"`
	Got     string `json:"got"`
	Same    bool   `json:"same"`
	Skip    bool   `json:"remark,omitempty"`
}

// Result is what one dossier gave.
type Result struct {
	ID          string `json:"id"`
	Lines       []Line `json:"lines"`
	Differences int    `json:"differences"`
}

// Report is what a run gave.
type Report struct {
	Dossiers    []*Result `json:"dossiers"`
	Differences int       `json:"differences"`
}

// compare adds a line for one value.
func (r *Result) compare(section, label string, want, got any) {
	w, g := show(want), show(got)
	r.add(Line{Section: section, Label: label, Want: w, Got: g, Same: w == g})
}

// differ adds a line that is a difference whatever it says.
func (r *Result) differ(section, label, want, got string) {
	r.add(Line{Section: section, Label: label, Want: want, Got: got})
}

// remark adds a line that is no comparison.
func (r *Result) remark(section, label, text string) {
	r.add(Line{Section: section, Label: label, Got: text, Same: true, Skip: true})
}

func (r *Result) add(l Line) {
	if !l.Same {
		r.Differences++
	}
	r.Lines = append(r.Lines, l)
}

// show writes a JSON value as a person reads it in a table.
func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "—"
	case string:
		return x
	case bool:
		if x {
			return "oui"
		}
		return "non"
	case float64:
		return fmt.Sprintf("%g", x)
	}
	return fmt.Sprint(v)
}

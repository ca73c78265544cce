package play

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	grey  = "\x1b[2m"
	plain = "\x1b[0m"
)

// printer writes results as tables: colours only for a terminal, since a file keeps them as noise.
type printer struct {
	out     io.Writer
	colours bool
}

func newPrinter(out io.Writer) printer { return printer{out, terminal(out)} }

func terminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p printer) result(r *Result) {
	label, want := width(r.Lines, func(l Line) string { return l.Label }, "valeur"), width(r.Lines, func(l Line) string { return l.Want }, "attendu")
	fmt.Fprintf(p.out, "\n%s : %s\n", r.ID, summary(r.Differences))
	section := ""
	for _, l := range r.Lines {
		if l.Section != section {
			section = l.Section
			fmt.Fprintf(p.out, "  %s\n", section)
		}
		mark, colour := "=", green
		switch {
		case !l.Same:
			mark, colour = "≠", red
		case l.Skip:
			mark, colour = "·", grey
		}
		p.line(colour, fmt.Sprintf("  %s %s  %s  %s", mark, pad(l.Label, label), pad(l.Want, want), l.Got))
	}
}

func (p printer) line(colour, text string) {
	text = strings.TrimRight(text, " ")
	if p.colours {
		text = colour + text + plain
	}
	fmt.Fprintln(p.out, text)
}

func (p printer) total(r *Report) {
	fmt.Fprintf(p.out, "\n%d dossier(s) : %s\n", len(r.Dossiers), summary(r.Differences))
}

func summary(n int) string {
	if n == 0 {
		return "aucun écart"
	}
	return fmt.Sprintf("%d écart(s)", n)
}

// width is that of the widest cell, bounded so that one long value does not push the rest off the screen.
func width(lines []Line, cell func(Line) string, head string) int {
	n := utf8.RuneCountInString(head)
	for _, l := range lines {
		n = max(n, utf8.RuneCountInString(cell(l)))
	}
	return min(n, 56)
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}

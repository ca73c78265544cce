package layout

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// nbsp keeps a number beside its word and a sign beside its sentence.
const nbsp = "\u00a0"

var functions = template.FuncMap{
	"date":     FrenchDate,
	"datetime": FrenchDateTime,
	"iso":      func(t time.Time) string { return t.Format("2006-01-02") },
	"plural":   plural,
	"solid":    solid,
	"dots":     dots,
	"bound":    bound.Replace,
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// FrenchDate writes "1er mars 2026", in the location of t.
func FrenchDate(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + nbsp + months[t.Month()-1] + nbsp + fmt.Sprint(t.Year())
}

// FrenchDateTime writes "1er mars 2026 à 9 h 05", in the location of t.
func FrenchDateTime(t time.Time) string {
	return FrenchDate(t) + " à " + fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
}

// plural writes a number and its word: nought and one are singular in French.
func plural(n int, one, many string) string {
	word := many
	if n < 2 {
		word = one
	}
	return fmt.Sprint(n) + nbsp + word
}

// solid keeps the parts of a reference to the law on one line: "R. 425-13".
func solid(law string) string {
	return strings.NewReplacer(". ", "."+nbsp, "-", "\u2011").Replace(law)
}

// bound keeps each high sign on the line of its word, as French is set; a title or a sentence of ours, never what somebody typed.
var bound = strings.NewReplacer(" :", nbsp+":", " ;", nbsp+";", " ?", nbsp+"?", " !", nbsp+"!", "« ", "«"+nbsp, " »", nbsp+"»")

// dots draws done of total: true is a full dot.
func dots(done, total int) []bool {
	if total < 0 || total > 12 {
		return nil // a drawing of that many dots says nothing; the figures stand beside it
	}
	all := make([]bool, total)
	for i := range all {
		all[i] = i < done
	}
	return all
}

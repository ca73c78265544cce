package statistics

import (
	"regexp"
	"strings"
)

// chapters of ICD-10, 10th revision, by the last category of each (WHO, Classification statistique internationale des maladies, volume 1; in French,
// ATIH, CIM-10 FR). In the order of codes: the last chapter by number, XXII, stands between XIX and XX for its letter U.
var chapters = []struct{ last, number string }{
	{"B99", "I"}, {"D48", "II"}, {"D89", "III"}, {"E90", "IV"}, {"F99", "V"}, {"G99", "VI"}, {"H59", "VII"}, {"H95", "VIII"}, {"I99", "IX"},
	{"J99", "X"}, {"K93", "XI"}, {"L99", "XII"}, {"M99", "XIII"}, {"N99", "XIV"}, {"O99", "XV"}, {"P96", "XVI"}, {"Q99", "XVII"}, {"R99", "XVIII"},
	{"T98", "XIX"}, {"U99", "XXII"}, {"Y98", "XX"}, {"Z99", "XXI"},
}

// gaps are categories between two chapters that none has.
var gaps = regexp.MustCompile(`^(D49|E9[1-9]|H9[6-9]|K9[4-9]|P9[7-9]|T99|V00|Y99)$`)

var category = regexp.MustCompile(`^[A-Z][0-9]{2}$`)

// ChapterOf is the chapter of an ICD-10 code as a physician writes it (B20.6, b206), NoChapter where it is none.
func ChapterOf(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) < 3 || !category.MatchString(code[:3]) || gaps.MatchString(code[:3]) {
		return NoChapter
	}
	for _, c := range chapters {
		if code[:3] <= c.last {
			return c.number
		}
	}
	return NoChapter
}

func chapterNumbers() []string {
	numbers := make([]string, len(chapters))
	for i, c := range chapters {
		numbers[i] = c.number
	}
	return numbers
}

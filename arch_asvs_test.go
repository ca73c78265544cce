package cloison_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asvsSections are the sections of OWASP ASVS 5.0.0 with the number of their requirements.
var asvsSections = map[string]int{
	"1.1": 2, "1.2": 10, "1.3": 12, "1.4": 3, "1.5": 3, "2.1": 3, "2.2": 3, "2.3": 5, "2.4": 2,
	"3.1": 1, "3.2": 3, "3.3": 5, "3.4": 8, "3.5": 8, "3.6": 1, "3.7": 5, "4.1": 5, "4.2": 5, "4.3": 2, "4.4": 4,
	"5.1": 1, "5.2": 6, "5.3": 3, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
	"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2, "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2, "9.1": 3, "9.2": 4,
	"10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3,
	"11.1": 4, "11.2": 5, "11.3": 5, "11.4": 4, "11.5": 2, "11.6": 2, "11.7": 2, "12.1": 5, "12.2": 2, "12.3": 5,
	"13.1": 4, "13.2": 6, "13.3": 4, "13.4": 7, "14.1": 2, "14.2": 8, "14.3": 3, "15.1": 5, "15.2": 5, "15.3": 7, "15.4": 4,
	"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 4, "17.1": 2, "17.2": 8, "17.3": 2,
}

var (
	asvsLine = regexp.MustCompile(`(?m)^\| ([0-9]+\.[0-9]+\.[0-9]+) \| ([^|]*) \| ([^|]*) \|$`)
	testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
)

// docs/asvs.md answers every requirement once, in one of its four words; what it calls held names a test, and every test that it names exists.
func TestASVSIsAnsweredLineByLine(t *testing.T) {
	tests := testsOfTheTree(t)
	text := read(t, "docs/asvs.md")
	for _, name := range testName.FindAllString(text, -1) {
		if !tests[name] {
			t.Errorf("%s does not exist", name)
		}
	}
	var answered []string
	words := map[string]int{}
	for _, line := range asvsLine.FindAllStringSubmatch(text, -1) {
		number, word, why := line[1], line[2], line[3]
		answered = append(answered, number)
		words[word]++
		switch word {
		case "held":
			if !testName.MatchString(why) && !strings.HasPrefix(why, "as ") {
				t.Errorf("%s is held, and no test is named", number)
			}
		case "in part", "no object", "not held":
			if len(why) < 5 {
				t.Errorf("%s: no reason", number)
			}
		default:
			t.Errorf("%s: %q is none of the four words", number, word)
		}
	}
	var wanted []string
	for _, section := range slices.Sorted(maps.Keys(asvsSections)) {
		for i := range asvsSections[section] {
			wanted = append(wanted, fmt.Sprintf("%s.%d", section, i+1))
		}
	}
	slices.Sort(answered)
	if slices.Sort(wanted); !slices.Equal(answered, wanted) {
		t.Errorf("%d requirements are answered, of %d", len(answered), len(wanted))
	}
	t.Logf("%d requirements: %v", len(answered), words)
}

// The pages of the security file name tests that exist too.
func TestHomologationNamesRealTests(t *testing.T) {
	tests := testsOfTheTree(t)
	named := 0
	for _, page := range []string{"perimetre.md", "risques.md", "mesures.md", "risques-residuels.md"} {
		for _, name := range testName.FindAllString(read(t, "docs/homologation/"+page), -1) {
			if named++; !tests[name] {
				t.Errorf("%s: %s does not exist", page, name)
			}
		}
	}
	if named < 20 {
		t.Errorf("%d tests are named", named)
	}
}

func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(tree)
	return tests
}

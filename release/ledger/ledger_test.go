package ledger

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func of(t *testing.T, lines ...Line) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	err := Write(&b, func(write func(Line) error) error {
		for _, l := range lines {
			if err := write(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestLedgersDifferWhereTheirNumbersDo(t *testing.T) {
	t.Parallel()
	medical := of(t, Line{Release, 1, "aa", false}, Line{Release, 2, "bb", false}, Line{Release, 3, "", false},
		Line{Release, 4, "dd", false}, Line{Release, 5, "ee", false}, Line{Acknowledgement, 1, "ff", false})
	server := of(t, Line{Release, 1, "aa", false}, Line{Release, 2, "xx", false}, Line{Release, 3, "cc", false},
		Line{Release, 4, "dd", true}, Line{Acknowledgement, 1, "ff", false}, Line{Acknowledgement, 2, "gg", false})
	got, err := Compare(medical, server)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range got.Differences {
		said = append(said, fmt.Sprint(d.What, d.Seq, d.Fault))
	}
	slices.Sort(said)
	want := "acknowledgement2MISSING_IN_MEDICAL release2DIGESTS_DIFFER release4SET_ASIDE release5MISSING_IN_SERVER"
	if strings.Join(said, " ") != want || got.Agreed[Release] != 1 || got.Agreed[Acknowledgement] != 1 || got.Destroyed != 1 {
		t.Errorf("got %v %+v", said, got)
	}
}

// A ledger that is cut, empty or tells a number twice is no proof of anything.
func TestALedgerThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	good := of(t, Line{Release, 1, "aa", false}).String()
	for name, text := range map[string]string{
		"empty": "", "a number twice": good + "release,1,bb,false\n", "another thing": good + "letter,2,bb,false\n", "no number": good + "release,x,bb,false\n", "a cut line": good + "release,2",
	} {
		if _, err := Compare(strings.NewReader(good), strings.NewReader(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

package desk

import (
	"testing"

	"cloison/act"
)

func TestOneReaderTakesNotEveryPlace(t *testing.T) {
	t.Parallel()
	var c copies
	var ends []func()
	for range copiesOfOne {
		end, err := c.begin("med-01")
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	if _, err := c.begin("med-01"); !act.IsKind(err, act.RateLimited) {
		t.Errorf("one more: %v", err)
	}
	if _, err := c.begin("med-02"); err != nil {
		t.Errorf("another reader: %v", err)
	}
	ends[0]()
	ends[0]() // a place is given back once
	if _, err := c.begin("med-01"); err != nil {
		t.Errorf("once one was shown: %v", err)
	}
	if _, err := c.begin("med-01"); err == nil {
		t.Error("a place was given back twice")
	}
}

package piece_test

import (
	"testing"

	"cloison/internal/dev/hostile"
	"cloison/medical/inspect/piece"
	"cloison/medical/inspect/wire"
)

// The whole corpus, against the parsers alone; package inspect holds the same table against the confined process.
func TestHostileCorpus(t *testing.T) {
	t.Parallel()
	for _, u := range hostile.Load(t) {
		t.Run(u.ID, func(t *testing.T) {
			t.Parallel()
			v := piece.Examine(u.Content(t), wire.MediaType(u.Declared))
			if err := v.Validate(); err != nil {
				t.Errorf("%+v: %v", v, err)
			}
			if !u.Allows(string(v.Outcome), string(v.Reason)) {
				t.Errorf("%s %s: expected %v", v.Outcome, v.Reason, u.Expected)
			}
		})
	}
}

package medical

import (
	"slices"
	"testing"
)

// A piece that comes or goes once a member has answered is a task of the round, until a further round or the opinion; before any answer, and once the
// composition is over, it is none.
func TestAPieceThatChangesAfterAnAnswerIsATask(t *testing.T) {
	t.Parallel()
	college := []EventData{SaisineRecue{}, CertificatRecu{Accepted: true}, RapportSigne{}, RapportTransmis{}, CollegeDesigne{Composition: 1}}
	answer, aside, came := ReponseMembre{Composition: 1, Round: 1}, PieceEcartee{Document: "d-1", ReasonCode: "DEPLACEE_AUTRE_PERSONNE"}, PieceRecue{DocumentIDs: []string{"d-2"}}
	after := func(more ...EventData) Case { return happened(append(slices.Clone(college), more...)...) }
	for name, one := range map[string]struct {
		c    Case
		want string
	}{
		"before any answer":         {after(aside, answer), ""},
		"set aside after one":       {after(answer, aside), "1:1"},
		"come after one":            {after(answer, came), "1:1"},
		"after a settlement":        {after(answer, Synthese{Composition: 1, Round: 1}, aside), "1:1"},
		"a further round":           {after(answer, aside, TourOuvert{Composition: 1, Round: 2}), ""},
		"again in the second round": {after(answer, aside, TourOuvert{Composition: 1, Round: 2}, ReponseMembre{Composition: 1, Round: 2}, came), "1:2"},
		"another composition":       {after(answer, aside, CompositionClose{Composition: 1}), ""},
		"the opinion was issued":    {after(answer, aside, AvisEmis{Composition: 1, Version: 1}), ""},
		"one physician alone":       {happened(SaisineRecue{}, Med1Designe{Composition: 1}, answer, aside), "1:1"},
	} {
		got := ""
		for _, task := range one.c.EventTasks() {
			got += task.Ref
			if task.Code != TaskPieceChanged {
				t.Errorf("%s: %+v", name, task)
			}
		}
		if got != one.want {
			t.Errorf("%s: %q, want %q", name, got, one.want)
		}
	}
	task := Task{Code: TaskPieceChanged, Ref: "1:1"}
	for _, e := range []struct {
		data EventData
		want bool
	}{{TourOuvert{Composition: 1, Round: 2}, true}, {AvisEmis{Composition: 1}, true}, {CompositionClose{Composition: 1}, true}, {Cloture{}, true},
		{TourOuvert{Composition: 2, Round: 2}, false}, {aside, false}, {answer, false}} {
		if got := after().Answers(Event{Type: e.data.EventType(), Data: e.data}, task); got != e.want {
			t.Errorf("%T answers: %v", e.data, got)
		}
	}
}

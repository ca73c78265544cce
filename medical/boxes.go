package medical

// Boxes are the procedural boxes of one stage, as the opinion shows them.
type Boxes struct {
	Convocation Box `json:"convocation"`
	Exams       Box `json:"exams"`
	Identity    Box `json:"identity"`
}

// Box says whether something was asked and, if so, whether it was done; Done is nil when nothing was asked.
type Box struct {
	Requested bool  `json:"requested"`
	Done      *bool `json:"done"`
}

// Missing says that something was asked and not done.
func (b Box) Missing() bool { return b.Requested && !*b.Done }

// AnyMissing says that a default is to be mentioned.
func (b Boxes) AnyMissing() bool {
	return b.Convocation.Missing() || b.Exams.Missing() || b.Identity.Missing()
}

// BoxesOf derives the boxes of a stage from its events; they are never entered by hand (invariant 5). The stage ends with the signature of
// the report, or with the opinion: what comes later no longer counts.
func BoxesOf(events []Event, stage Stage) Boxes {
	t := tally{asked: map[string]bool{}, came: map[string]bool{}, exams: map[string]bool{}, identity: map[string]bool{}}
	for _, e := range inStage(events, stage) {
		t.add(e.Data)
	}
	return Boxes{
		Convocation: box(t.summoned(), t.attended()),
		Exams:       box(len(t.exams) > 0, all(t.exams)),
		Identity:    box(len(t.identity) > 0, all(t.identity)),
	}
}

// tally keeps, by reference, what was asked and what came of it.
type tally struct{ asked, came, exams, identity map[string]bool }

func (t tally) add(data EventData) {
	switch d := data.(type) {
	case ConvocationEnvoyee:
		t.asked[d.Ref] = true
	case ConvocationAnnulee:
		delete(t.asked, d.Ref)
	case Presence:
		t.came[d.Ref] = true
	case ExamensDemandes:
		t.exams[d.Ref] = t.exams[d.Ref]
	case ExamensProduits:
		if _, asked := t.exams[d.Ref]; asked {
			t.exams[d.Ref] = true
		}
	case IdentiteVerifiee:
		t.identity[d.Person] = d.IdentityShown // the last check of each person counts
	}
}

func (t tally) summoned() bool { return len(t.asked) > 0 }

func (t tally) attended() bool {
	for ref := range t.asked {
		if t.came[ref] {
			return true
		}
	}
	return false
}

func box(requested, done bool) Box {
	if !requested {
		return Box{}
	}
	return Box{Requested: true, Done: &done}
}

func all(m map[string]bool) bool {
	for _, done := range m {
		if !done {
			return false
		}
	}
	return true
}

// inStage keeps the events of a stage up to its end. A rectified opinion has the last issue as its end.
func inStage(events []Event, stage Stage) []Event {
	end := len(events)
	for i, e := range events {
		if stage == StageReport && e.Type == EvReportSigned || stage == StageOpinion && e.Type == EvOpinionIssued {
			end = i
		}
	}
	var list []Event
	for _, e := range events[:end] {
		if e.Stage == stage {
			list = append(list, e)
		}
	}
	return list
}

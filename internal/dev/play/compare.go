package play

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// deadlineFields are compared one by one.
var deadlineFields = []string{"code", "start_event", "ref", "start_on", "start_at", "duration", "due_on", "due_at", "fulfilled_on", "fulfilled_at", "outcome"}

// compareDeadlines pairs the lines that are the same delay from the same start, then what is left in order, so that a changed start is one
// value that differs and not one line missing and one too many.
func compareDeadlines(result *Result, want, got []object) {
	pairs := pair(want, got, func(o object) string {
		return text(o, "code") + text(o, "start_event") + text(o, "ref") + text(o, "start_at")
	})
	for _, p := range pairs {
		switch {
		case p.got == nil:
			result.differ("Échéances", deadlineName(p.want), "présente", "absente")
		case p.want == nil:
			result.differ("Échéances", deadlineName(p.got), "absente", "présente")
		default:
			for _, f := range deadlineFields {
				if p.want[f] != nil || p.got[f] != nil {
					result.compare("Échéances", deadlineName(p.got)+" "+f, instant(p.want[f]), instant(p.got[f]))
				}
			}
		}
	}
}

func deadlineName(o object) string {
	return strings.TrimRight(text(o, "code")+" "+text(o, "start_event")+" "+text(o, "ref"), " ")
}

// instant writes a time in UTC: one instant has many spellings.
func instant(v any) any {
	if s, ok := v.(string); ok && strings.Contains(s, "T") {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC().Format(time.RFC3339)
		}
	}
	return v
}

type paired struct{ want, got object }

func pair(want, got []object, key func(object) string) []paired {
	pairs := make([]paired, len(want))
	used := make([]bool, len(got))
	for i, w := range want {
		pairs[i].want = w
		for j, g := range got {
			if !used[j] && key(w) == key(g) {
				pairs[i].got, used[j] = g, true
				break
			}
		}
	}
	for j, g := range got {
		if used[j] {
			continue
		}
		if i := slices.IndexFunc(pairs, func(p paired) bool { return p.got == nil && p.want != nil }); i >= 0 {
			pairs[i].got = g
			continue
		}
		pairs = append(pairs, paired{got: g})
	}
	return pairs
}

// compareOpinion maps the dossier's short names to the door's. What does not cross is not compared.
func compareOpinion(result *Result, people *People, want, got object) {
	section := "Avis"
	country, _ := want["reference_country"].(object)
	gotCountry, _ := got["country"].(object)
	form, _ := got["form"].(object)
	decision, _ := got["decision"].(object)
	authors, _ := got["authors"].([]any)
	for _, v := range []struct {
		label     string
		want, got any
	}{
		{"version", want["version"], got["version"]},
		{"nature (kind)", want["kind_at_opinion"], got["kind"]},
		{"auteur", want["author_kind"], authorKind(len(authors))},
		{"annexe (form)", want["annexe"], form["annexe"]},
		{"version du formulaire", want["form_version"], form["version"]},
		{"rôle du pays", country["role"], gotCountry["role"]},
		{"pays", country["country"], gotCountry["country"]},
		{"q1 (care_needed)", want["q1"], got["care_needed"]},
		{"q2 (exceptional_gravity)", want["q2"], got["exceptional_gravity"]},
		{"q3 (treatment_available)", want["q3"], got["treatment_available"]},
		{"q4_months (duration_months)", want["q4_months"], got["duration_months"]},
		{"q5 (can_travel)", want["q5"], got["can_travel"]},
		{"sens (outcome)", want["sens"], got["outcome"]},
		{"signataires", list(texts(want["signatories"])), list(named(people, text(decision, "ref"), authors))},
		{"date de l'avis", want["opinion_on"], got["issued_on"]},
	} {
		result.compare(section, v.label, v.want, v.got)
	}
}

func authorKind(authors int) string {
	if authors == 1 {
		return "MED1"
	}
	return "COLLEGE3"
}

// named turns line numbers of a decision into people.
func named(people *People, ref string, lines []any) []string {
	var ids []string
	for _, l := range lines {
		if n, ok := l.(float64); ok {
			ids = append(ids, people.line(ref, int(n)))
		}
	}
	return ids
}

// compareBoxes compares the procedural boxes, stage by stage; a removal has none for the report.
func compareBoxes(result *Result, want, got object) {
	procedural, _ := want["procedural"].(object)
	for _, stage := range []struct{ name, want, got string }{{"rapport", "report", "stage_report"}, {"avis", "opinion", "stage_opinion"}} {
		w, hasWant := procedural[stage.want].(object)
		g, hasGot := got[stage.got].(object)
		if !hasWant || !hasGot {
			result.compare("Cases", "stade "+stage.name, present(hasWant), present(hasGot))
			continue
		}
		for _, box := range []string{"convocation", "exams", "identity"} {
			wantBox, _ := w[box].(object)
			gotBox, _ := g[box].(object)
			for _, f := range []string{"requested", "done"} {
				result.compare("Cases", fmt.Sprintf("%s %s %s", stage.name, box, f), wantBox[f], gotBox[f])
			}
		}
	}
}

func present(is bool) string {
	if is {
		return "présent"
	}
	return "absent"
}

// compareNotices walks both lists in order. An optional message may be there or not.
func compareNotices(result *Result, agdref string, want []Notice, got []object) {
	rank := 0
	for i, w := range want {
		label := fmt.Sprintf("%s %d. %s", agdref, i+1, w.Code)
		absent := rank >= len(got)
		if w.Optional && (absent || text(got[rank], "code") != w.Code && len(got)-rank < len(want)-i) {
			result.remark("Messages", label, "facultatif, non envoyé")
			continue
		}
		if absent {
			result.differ("Messages", label, "envoyé", "absent")
			continue
		}
		compareNotice(result, label, w, got[rank])
		rank++
	}
	for _, g := range got[min(rank, len(got)):] {
		result.differ("Messages", fmt.Sprintf("%s %s", agdref, text(g, "code")), "absent", "envoyé")
	}
}

func compareNotice(result *Result, label string, want Notice, got object) {
	result.compare("Messages", label+" code", want.Code, got["code"])
	result.compare("Messages", label+" date", want.On, got["on"])
	if prefecture, ok := got["prefecture"]; ok {
		result.compare("Messages", label+" préfecture", want.Prefecture, prefecture)
	}
	fields, _ := got["fields"].(object)
	for _, f := range slices.Sorted(maps.Keys(want.Fields)) {
		result.compare("Messages", label+" "+f, want.Fields[f], fields[f])
	}
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		if _, expected := want.Fields[f]; !expected && fields[f] != nil {
			result.differ("Messages", label+" "+f, "absent", show(fields[f]))
		}
	}
}

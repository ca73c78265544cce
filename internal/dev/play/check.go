package play

import (
	"context"
	"slices"
	"strings"
)

// check looks at everything that a dossier must have given, as of its time.
func (p *player) check(ctx context.Context, c *Case) {
	result := p.states[c].result
	p.checkDossier(ctx, c, result)
	p.checkOpinion(ctx, c, result)
	p.checkNotices(ctx, c, result)
}

func (p *player) checkDossier(ctx context.Context, c *Case, result *Result) {
	d, err := p.dossier(ctx, c)
	if err != nil {
		result.differ("Dossier", "lecture", "lu", err.Error())
		return
	}
	compareState(result, c.Expected.FinalState, text(d, "state"))
	result.compare("Dossier", "drapeaux", list(c.Expected.Flags), list(texts(d["flags"])))
	compareDeadlines(result, c.Expected.Deadlines, objects(d["deadlines"]))
}

// final states; any other one is EN_COURS.
var final = []string{"CLOS", "SANS_SUITE", "CONTENTIEUX", "PURGE"}

func compareState(result *Result, want, got string) {
	if want == "EN_COURS" && !slices.Contains(final, got) {
		got = want
	}
	result.compare("Dossier", "état final", want, got)
}

// list writes a set in one cell, so that one changed flag is one line.
func list(values []string) string {
	if len(values) == 0 {
		return "aucun"
	}
	return strings.Join(slices.Sorted(slices.Values(values)), ", ")
}

func texts(v any) []string {
	var out []string
	values, _ := v.([]any)
	for _, x := range values {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func objects(v any) []object {
	var out []object
	values, _ := v.([]any)
	for _, x := range values {
		if o, ok := x.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// checkOpinion reads it as the prefecture of each administrative file; the values are compared once, on the first.
func (p *player) checkOpinion(ctx context.Context, c *Case, result *Result) {
	s := p.states[c]
	agent, ok := p.people.agent(c.referral("prefecture"))
	if !ok {
		result.differ("Avis", "lecture", "lu", "aucun agent de cette préfecture")
		return
	}
	a, err := p.try(ctx, p.server, agent.ID, call{op: "getOpinion", path: map[string]string{"referral": s.referrals[c.referral("agdref")]}})
	switch {
	case err != nil:
		result.differ("Avis", "lecture", "lu", err.Error())
		return
	case c.Expected.Opinion == nil:
		got := "aucun"
		if a.ok() {
			got = "un avis"
		}
		result.compare("Avis", "avis", "aucun", got)
		return
	case !a.ok():
		result.differ("Avis", "avis", "un avis", a.String())
		return
	}
	got, err := decode[object](a)
	if err != nil {
		result.differ("Avis", "avis", "un avis", err.Error())
		return
	}
	if inner, ok := got["opinion"].(object); ok {
		got = inner
	}
	compareOpinion(result, p.people, c.Expected.Opinion, got)
	compareBoxes(result, c.Expected.Opinion, got)
}

// checkNotices reads what came to each prefecture, referral by referral.
func (p *player) checkNotices(ctx context.Context, c *Case, result *Result) {
	s := p.states[c]
	came := map[string][]object{}
	for agdref, prefecture := range prefectures(c) {
		agent, ok := p.people.agent(prefecture)
		if !ok {
			result.differ("Messages", "lecture "+prefecture, "lus", "aucun agent de cette préfecture")
			continue
		}
		releases, err := p.releases(ctx, agent.ID)
		if err != nil {
			result.differ("Messages", "lecture "+prefecture, "lus", err.Error())
			continue
		}
		for _, r := range releases {
			if text(r, "referral") == s.referrals[agdref] {
				came[agdref] = append(came[agdref], notice(r))
			}
		}
	}
	for _, agdref := range c.agdrefs() {
		compareNotices(result, agdref, expectedNotices(c, agdref), came[agdref])
	}
}

// prefectures is where the notices of each administrative file go in the end.
func prefectures(c *Case) map[string]string {
	to := map[string]string{}
	for _, f := range objects(c.Referral["administrative_files"]) {
		to[text(f, "agdref")] = text(f, "prefecture")
	}
	for _, n := range c.Expected.Notices {
		if _, known := to[n.AGDREF]; known {
			to[n.AGDREF] = n.Prefecture
		}
	}
	return to
}

// expectedNotices are those of one administrative file, under whatever number it then had.
func expectedNotices(c *Case, agdref string) []Notice {
	names := []string{agdref}
	for _, e := range c.Events {
		if e.Type == "AGDREF_CORRIGE" && slices.Contains(names, text(e.Data, "agdref_old")) {
			names = append(names, text(e.Data, "agdref_new"))
		}
	}
	var list []Notice
	for _, n := range c.Expected.Notices {
		if slices.Contains(names, n.AGDREF) {
			list = append(list, n)
		}
	}
	return list
}

// notice is a release as the dossier expects its messages: code, date and fields. An opinion is N6.
func notice(r object) object {
	if text(r, "code") != "" {
		return r
	}
	if n, ok := r["notice"].(object); ok {
		return n
	}
	o, _ := r["opinion"].(object)
	return object{"code": "N6", "on": o["issued_on"], "fields": object{"opinion_version": o["version"], "opinion_on": o["issued_on"]}}
}

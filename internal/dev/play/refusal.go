package play

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// attempt is how a refused act is tried.
type attempt struct {
	zone *zone
	who  string
	role string // asked at the sign-in
	call call
	// unknownField: the interface has no field for what is refused, so that an unknown field is the refusal.
	unknownField bool
	// met says why nothing is called: no operation can express the act, or none may be.
	met string
}

// refuse tries what must be refused, and compares the rule, the entry in the log and the dossier before and after.
func (p *player) refuse(ctx context.Context, c *Case, r Refusal) {
	result := p.states[c].result
	label := fmt.Sprintf("%s %s par %s", r.ID, r.Action, r.Actor)
	try, err := p.attempt(c, r)
	if err == nil && try.met == "" {
		if _, ok := try.zone.ops[try.call.op]; !ok {
			err = fmt.Errorf("%w: %s", errNotOffered, try.call.op)
		}
	}
	switch {
	case errors.Is(err, errNotOffered):
		result.differ("Refus", label, r.Code, "not offered yet: "+r.Action+" ("+err.Error()+")")
		return
	case err != nil:
		result.differ("Refus", label, r.Code, err.Error())
		return
	case try.met != "":
		result.add(Line{Section: "Refus", Label: label, Want: r.Code, Got: try.met, Same: true})
		return
	}
	before := p.version(ctx, c)
	a, err := p.attemptOnce(ctx, try)
	if err != nil {
		result.differ("Refus", label, r.Code, err.Error())
		return
	}
	rules, audited := p.entry(ctx, a)
	result.compare("Refus", label, r.Code, met(try, r, a, rules))
	result.compare("Refus", r.ID+" inscrit au journal", r.Audited, audited)
	result.compare("Refus", r.ID+" dossier inchangé", r.Unchanged, before == p.version(ctx, c))
}

// attemptOnce answers what came back, a refused sign-in included.
func (p *player) attemptOnce(ctx context.Context, try attempt) (answer, error) {
	person, ok := p.people.find(try.who)
	if !ok {
		return answer{}, fmt.Errorf("%s n'est dans aucun fichier de personnes", try.who)
	}
	s, err := signIn(ctx, try.zone, person.Login, try.role)
	var refused *refusedError
	if errors.As(err, &refused) {
		return refused.answer, nil
	}
	if err != nil {
		return answer{}, err
	}
	return s.call(ctx, try.call)
}

// met is the rule that was met: that of the answer, else that of the entry. A refusal that says none of its own (not found, not signed in)
// counts where nothing else can be known.
func met(try attempt, r Refusal, a answer, rules []string) string {
	if a.ok() {
		return fmt.Sprintf("accepté (%d)", a.Status)
	}
	if try.unknownField && a.Code == "unknown_field" {
		return r.Code
	}
	for _, rule := range append([]string{a.Rule}, rules...) {
		if rule != "" {
			return rule
		}
	}
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		if readOnly[r.Action] {
			return r.Code
		}
	}
	return a.String()
}

// readOnly are the acts for which any refusal to show counts (schema/actions.json).
var readOnly = map[string]bool{"LIRE_CERTIFICAT": true, "LIRE_PIECE": true, "LIRE_REPONSES_MEMBRES": true, "ROLE_RAPPORTEUR": true}

// entry asks an auditor for what the log of that zone says of a request.
func (p *player) entry(ctx context.Context, a answer) (rules []string, found bool) {
	who, ok := p.people.auditor()
	if !ok || a.RequestID == "" {
		return nil, false
	}
	list, err := p.do(ctx, a.zone, who.ID, call{op: "listAuditEntries", query: url.Values{"request_id": {a.RequestID}}})
	if err != nil {
		return nil, false
	}
	page, err := decode[struct{ Items []object }](list)
	if err != nil {
		return nil, false
	}
	for _, e := range page.Items {
		if rule := text(e, "rule"); rule != "" && text(e, "decision") != "ALLOW" {
			rules = append(rules, rule)
		}
	}
	return rules, len(page.Items) > 0
}

// version is what the dossier shows of its history; "" while there is none.
func (p *player) version(ctx context.Context, c *Case) string {
	d, err := p.dossier(ctx, c)
	if err != nil {
		return ""
	}
	return show(d["version"]) + " " + show(d["state"])
}

// dossier reads it as the secretariat of its territory.
func (p *player) dossier(ctx context.Context, c *Case) (object, error) {
	s := p.states[c]
	who, ok := p.people.secretary(c.referral("territorial_direction"))
	if !ok || s.dossier == "" {
		return nil, errors.New("aucun dossier")
	}
	a, err := p.do(ctx, p.medical, who.ID, call{op: "getDossier", path: map[string]string{"dossier": s.dossier}})
	if err != nil {
		return nil, err
	}
	return decode[object](a)
}

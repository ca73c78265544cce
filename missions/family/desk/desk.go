// Package desk is what people do in family reunification: OFII's agents of a direction, the prefecture that decides, a town hall by the link that it was
// given, a consular post. One file per action.
//
// It protects a direction's cases from every other's, the prefect's decision from everybody else, and a case from a partner who has no business with
// more of it (policy decides, on the case as locked in the act; Record of package family says what may follow what). It names no part of the medical
// procedure and reads no other schema.
package desk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
)

// Desk holds the actions. Safe for concurrent use.
type Desk struct {
	missions.Host
	Law    *missions.Law
	Zones  []family.ZoneRow // where the official list has not been loaded
	Random io.Reader
}

// missionWord is the mission's name in the directory.
const missionWord = "REGROUPEMENT_FAMILIAL"

// headquartersWord is that of its headquarters.
const headquartersWord = "SIEGE_REGROUPEMENT"

// New checks what it is given.
func New(h missions.Host, law *missions.Law, zones []family.ZoneRow) (*Desk, error) {
	if law == nil || len(zones) == 0 {
		return nil, errors.New("building the family desk: no parameters, or no zones")
	}
	return &Desk{Host: h, Law: law, Zones: zones, Random: rand.Reader}, nil
}

// Operations is the table of the mission.
func (d *Desk) Operations() []web.Operation {
	// Cases come last: a page that is named stands before the page of a case, whose path would take its name for an id.
	return slices.Concat(d.personOperations(), d.convocationOperations(), d.partnerOperations(), d.officeOperations(), d.caseOperations())
}

func (d *Desk) caseOperations() []web.Operation {
	return []web.Operation{
		web.Op("missions.family.createCase", "POST", "/missions/family/cases", "family.case.create", d.createCase, d.createForm()),
		web.Op("missions.family.listCases", "GET", "/missions/family/cases", "family.case.list", d.listCases, web.Page(queuePath, "cases", d.casesPage)),
		web.Op("missions.family.listParameters", "GET", "/missions/family/parameters", "family.law.list", d.listParameters, web.Page(lawPath, "law", d.lawPage)),
		web.Op("missions.family.getStatistics", "GET", "/missions/family/statistics", "family.statistics.get", d.getStatistics, web.Page(statisticsPath, "list", d.statisticsPage)),
		web.Op("missions.family.listExchanges", "GET", "/missions/family/exchanges", "family.exchange.list", d.listExchanges, web.Page(exchangesPath, "list", d.exchangesPage)),
		web.Op("missions.family.getCase", "GET", "/missions/family/cases/:case", "family.case.get", d.getCase, web.PageOf(queuePath+"/:case", "case", d.casePage)),
		web.Op("missions.family.getPaper", "GET", "/missions/family/cases/:case/papers/:paper", "family.paper.get", d.getPaper, web.Gives("application/pdf")),
		web.Op("missions.family.computeResources", "POST", "/missions/family/cases/:case/resources", "family.case.compute", d.computeResources, d.resourcesForm()),
		web.Op("missions.family.computeHousing", "POST", "/missions/family/cases/:case/housing", "family.case.compute", d.computeHousing, d.housingForm()),
		web.Op("missions.family.recordEvent", "POST", "/missions/family/cases/:case/events", "family.event.record", d.recordEvent, d.eventForms(ofiiActs)...),
		web.Op("missions.family.recordDecision", "POST", "/missions/family/cases/:case/decisions", "family.decision.record", d.recordDecision, d.eventForms(prefectActs)...),
	}
}

// personOperations are about who asks, whatever the case.
func (d *Desk) personOperations() []web.Operation {
	return []web.Operation{
		web.Op("missions.family.searchCases", "POST", "/missions/family/search", "family.case.search", d.searchCases, d.searchForm(), web.Status(200)),
		web.Op("missions.family.joinPersons", "POST", "/missions/family/cases/:case/same-person", "family.person.join", d.joinPersons, d.joinForm("reunir", false)),
		web.Op("missions.family.separatePersons", "POST", "/missions/family/cases/:case/another-person", "family.person.join", d.separatePersons, d.joinForm("separer", true)),
		web.Op("missions.family.changeAddress", "POST", "/missions/family/cases/:case/address", "family.case.address", d.changeAddress, d.addressForm()),
	}
}

func (d *Desk) convocationOperations() []web.Operation {
	return []web.Operation{
		web.Op("missions.family.createConvocations", "POST", "/missions/family/convocations", "family.convocation.create", d.createConvocations, d.convocationForm(), web.Status(200)),
		web.Op("missions.family.printConvocations", "GET", "/missions/family/convocations/:kind/:day", "family.convocation.print", d.printConvocations, web.Gives("application/pdf")),
		web.Op("missions.family.cancelConvocation", "POST", "/missions/family/cases/:case/appointments/:appointment/cancellation", "family.convocation.cancel", d.cancelConvocation, d.cancelForm()),
	}
}

// partnerOperations are those of a town hall, by its link, and of a consular post; and the links themselves.
func (d *Desk) partnerOperations() []web.Operation {
	return []web.Operation{
		web.Op("missions.family.createLink", "POST", "/missions/family/cases/:case/links", "family.link.create", d.createLink, d.linkForm(), web.Status(200)),
		web.Op("missions.family.closeLinks", "POST", "/missions/family/cases/:case/links/closure", "family.link.create", d.closeLinks, d.closeForm()),
		web.Op("missions.family.getByLink", "GET", "/missions/family/mairie/:link", "family.link.read", d.getByLink, web.Page(linkPath+"/:link", "case", d.townHallPage)),
		web.Op("missions.family.recordByLink", "POST", "/missions/family/mairie/:link/events", "family.link.record", d.recordByLink, d.townHallForms()...),
		web.Op("missions.family.listPostCases", "GET", "/missions/family/consulat/cases", "family.post.list", d.listPostCases, web.Page(postPath, "cases", d.postPage)),
		web.Op("missions.family.getPostCase", "GET", "/missions/family/consulat/cases/:case", "family.post.get", d.getPostCase, web.Page(postPath+"/:case", "case", d.postCasePage)),
		web.Op("missions.family.recordVisa", "POST", "/missions/family/consulat/cases/:case/events", "family.visa.record", d.recordVisa, d.postForms()...),
	}
}

// resource is what policy decides on.
type resource struct {
	Kind       string `json:"kind"`
	ID         string `json:"id"`
	Direction  string `json:"direction"`
	Department string `json:"department"`
	Post       string `json:"post"`

	Arriving    bool `json:"arriving"`    // from the visa on, until it is handed over
	Represented bool `json:"represented"` // OFII has a representation where the post is
}

// Kept is what of it stands in the record of a decision: not which case it is.
func (r resource) Kept(func(string) string) any {
	r.ID = ""
	return r
}

func resourceOf(c store.Case) resource {
	return resource{"family_case", c.ID, c.Direction, c.Department, c.Post, slices.Contains(family.Arriving(), c.State), represented(c.Post)}
}

type getter func(ctx context.Context, tx pgx.Tx, id string) (store.Case, error)

func load(id string, into *store.Case, get getter) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		found, err := get(ctx, tx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.NotFound()
		}
		if err != nil {
			return nil, err
		}
		*into = found
		return resourceOf(found), nil
	}
}

func get(ctx context.Context, tx pgx.Tx, id string) (store.Case, error) {
	return store.Get(ctx, tx, id)
}

func lock(ctx context.Context, tx pgx.Tx, id string) (store.Case, error) {
	return store.Lock(ctx, tx, id)
}

// nothing is the work of an act that only reads: Load did it.
func nothing(context.Context, *act.Tx) error { return nil }

// today is the civil date in Paris, overseas too.
func (d *Desk) today(at time.Time) missions.Date { return missions.DateOf(at.In(d.Location)) }

// change does an act on a case under its lock and answers the case as the act left it.
func (d *Desk) change(c *web.Call, id string, fn func(context.Context, *act.Tx, store.Case) error) (web.Reply[Case], error) {
	after, err := d.changed(c, id, "family.case.get", fn)
	if err != nil {
		return web.Reply[Case]{}, err
	}
	view, err := d.view(after)
	return web.OK(view), err
}

// changed is change, answering the rows. An act that was done before is answered by reading the case with an act of the reader's own.
func (d *Desk) changed(c *web.Call, id, read string, fn func(context.Context, *act.Tx, store.Case) error) (after store.Case, err error) {
	var before store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: id})
	a.Load = load(id, &before, lock)
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := fn(ctx, tx, before); err != nil {
			return err
		}
		var err error
		after, err = store.Get(ctx, tx, id)
		return err
	})
	if err != nil {
		return store.Case{}, err
	}
	if result.Replayed {
		again := c.Act(act.Object{Kind: "family_case", ID: id})
		again.Action, again.IdempotencyKey, again.ReadOnly, again.Load = read, "", true, load(id, &after, get)
		if _, err := d.Gate.Do(c.Context(), c.Who, again, nothing); err != nil {
			return store.Case{}, err
		}
	}
	return after, nil
}

// append records an event on a locked case: the domain says whether it may follow, and the case stays as it was where it may not.
func (d *Desk) append(ctx context.Context, tx *act.Tx, c *store.Case, by family.Actor, data family.Data) error {
	standing, err := family.Fold(c.Request, c.Events, d.Law)
	if err != nil {
		return refused(err)
	}
	e := family.Event{Seq: len(c.Events) + 1, On: d.today(tx.Now), By: by, Data: data}
	if err := family.Record(c.Request, standing, e, d.Law); err != nil {
		return refused(err)
	}
	c.Events = append(c.Events, e)
	if standing, err = family.Fold(c.Request, c.Events, d.Law); err != nil {
		return refused(err)
	}
	// A move may give the case to another direction and another prefect; the six months run on.
	c.Department = missions.Department(standing.Commune)
	competence, err := missions.DirectionOf(c.Department, e.On)
	if err != nil {
		return refused(err)
	}
	c.Direction = competence.Direction
	if err := store.Append(ctx, tx, *c, e, standing, tx.Now); err != nil {
		return err
	}
	if _, ok := data.(family.HandedOver); ok {
		return store.HandOver(ctx, tx, c.ID, family.NewHandOver(c.ID, c.Direction, c.Request, standing), tx.Now)
	}
	return nil
}

// refused tells a person what the domain said: a rule, a field, or a row of the law that is missing.
func refused(err error) error {
	sentence := family.Sentence(err)
	if sentence == "" {
		var none missions.NoDirection
		if !errors.As(err, &none) {
			return err
		}
		sentence = none.Sentence()
	}
	var rule family.Rule
	if errors.As(err, &rule) {
		kind := act.Conflict
		if rule == family.WrongAuthority {
			kind = act.Forbidden
		}
		return &act.Error{Kind: kind, Rule: string(rule), Sentence: sentence, Visible: true}
	}
	return act.Wrap(act.Invalid, sentence, err)
}

func (d *Desk) drawID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

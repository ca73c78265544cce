package policy

import (
	"strconv"
	"time"
)

// Recorded is a past decision with what it rested on, and nobody in it: a decision depends on who is the same person as whom, never on who
// that is, so persons are numbered anew in each (TestNobodyStandsInARecordedDecision). It can be decided again, under these rules or others.
type Recorded struct {
	Entry  string    `json:"entry"` // of the log, which says who, on what
	At     time.Time `json:"at"`
	Policy string    `json:"policy"` // digest of the rules that decided
	Query  Query     `json:"query"`
	Allow  bool      `json:"allow"`
	Rule   string    `json:"rule"`
}

// Record makes the record of a decision. What crosses the door is no resource of ours: its decision is not recorded, for the record would
// hold the opinion.
func Record(entry string, at time.Time, digest string, q Query, d Decision) (Recorded, bool) {
	persons := numbers{}
	q.Subject.ID = persons.of(q.Subject.ID)
	q.Context = persons.context(q.Context)
	switch resource := q.Resource.(type) {
	case nil:
	case Dossier:
		q.Resource = persons.dossier(resource)
	case Disclosure:
		resource.Dossier = persons.dossier(resource.Dossier)
		resource.Creator = persons.of(resource.Creator)
		q.Resource = resource
	case Referral:
		resource.ID = ""
		q.Resource = resource
	case Release:
		resource.Seq = 0
		q.Resource = resource
	case Portal:
	case Kept:
		q.Resource = resource.Kept(persons.of)
	default:
		return Recorded{}, false
	}
	return Recorded{Entry: entry, At: at, Policy: digest, Query: q, Allow: d.Allow, Rule: d.Rule}, true
}

// Kept is a resource of a mission that says what of it may stand in a record: no id of an object, and persons by the number that they have in the rest
// of the query.
type Kept interface {
	Kept(number func(id string) string) any
}

// numbers are the persons of one query, in the order in which they are met.
type numbers map[string]string

func (n numbers) of(id string) string {
	if id == "" {
		return ""
	}
	if _, met := n[id]; !met {
		n[id] = "p" + strconv.Itoa(len(n)+1)
	}
	return n[id]
}

func (n numbers) all(ids []string) []string {
	if ids == nil {
		return nil
	}
	named := make([]string, len(ids))
	for i, id := range ids {
		named[i] = n.of(id)
	}
	return named
}

func (n numbers) context(c Context) Context {
	if c.Person != nil {
		person := *c.Person
		person.ID = n.of(person.ID)
		c.Person = &person
	}
	if c.Members != nil {
		members := make([]Member, len(c.Members))
		for i, member := range c.Members {
			member.ID = n.of(member.ID)
			members[i] = member
		}
		c.Members = members
	}
	return c
}

func (n numbers) dossier(d Dossier) Dossier {
	d.ID = ""
	d.Rapporteur = n.of(d.Rapporteur)
	d.Examiners, d.OnCall, d.SecondOnCall = n.all(d.Examiners), n.of(d.OnCall), n.of(d.SecondOnCall)
	if d.Composition != nil {
		c := *d.Composition
		c.Members, c.Answered, c.Signed, c.Refused = n.all(c.Members), n.all(c.Answered), n.all(c.Signed), n.all(c.Refused)
		d.Composition = &c
	}
	if d.Document != nil {
		document := *d.Document
		document.ID, document.Author = "", n.of(document.Author)
		d.Document = &document
	}
	return d
}

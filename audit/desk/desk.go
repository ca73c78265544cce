// Package desk is what auditors and the data-protection officer read of their zone's record. Both programs mount it; it
// sits beside web. It protects the record's readers from nothing and the persons in it by what an entry is: codes, dates
// and opaque references. Each look-up is itself an act and leaves its entry.
package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/internal/db"
	"cloison/web"
	"cloison/web/layout"
)

// Options of a desk; all are required.
type Options struct {
	Gate     *act.Gate
	Shell    func(*web.Call) layout.Shell
	Location *time.Location // where a day of a search begins and ends
	Pool     *db.Pool       // for exports, which are read while they are served
	Zone     string         // medical or server
	Rules    Rules          // of today
	Decided  Decisions      // what past decisions rested on
}

// Desk holds the auditors' operations. Safe for concurrent use.
type Desk struct {
	Options
	exports chan struct{} // one slot for each export that may run
}

// New makes a desk on the zone's gate.
func New(o Options) (*Desk, error) {
	if o.Gate == nil || o.Shell == nil || o.Location == nil || o.Pool == nil || o.Zone == "" || o.Rules == nil || o.Decided == nil {
		return nil, errors.New("building the audit desk: an option is missing")
	}
	return &Desk{o, make(chan struct{}, maxExports)}, nil
}

// Operations is the table of the desk.
func (d *Desk) Operations() []web.Operation {
	return slices.Concat(
		d.searchOperations(), // before the pages of one entry, whose address is a pattern
		d.exportOperations(),
		d.exposureOperations(),
		d.alarmOperations(),
		d.sampleOperations(),
		d.decisionOperations(),
		d.proofOperations(),
		[]web.Operation{web.Op("listAuditEntries", "GET", "/audit/entries", "audit.list", d.listAuditEntries, web.Page("/journal", "journal", d.journal))},
	)
}

// listAuditEntriesIn has no filter that names a person or a dossier: that is a search, which has a ground.
type listAuditEntriesIn struct {
	web.Cursor
	RequestID string `query:"request_id" validate:"omitempty,max=64,printascii"`
}

// Entry is an audit entry as an auditor reads it.
type Entry struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	Subject    string    `json:"subject"`        // random reference of the person
	Name       string    `json:"name,omitempty"` // of the person, in the answer to a search alone
	Session    string    `json:"session"`
	Role       string    `json:"role"`
	Purpose    string    `json:"purpose"`
	Action     string    `json:"action"`
	ObjectKind string    `json:"object_kind"`
	Object     string    `json:"object"`
	Item       string    `json:"item"`
	Decision   string    `json:"decision"`
	Rule       string    `json:"rule"`
	Policy     string    `json:"policy"`
	Outcome    string    `json:"outcome"`
	Intent     string    `json:"intent"`
	RequestID  string    `json:"request_id"`
	Digests    []string  `json:"digests"`
	Bytes      int64     `json:"bytes"`
	Retention  string    `json:"retention"`
}

// Journal is a page of the log as it comes; its page says besides whether the log is whole.
type Journal struct {
	web.List[Entry]
	state []layout.StateCard
}

// listAuditEntries is the log as it comes, oldest first, or what it says of one request; a page has the newest first.
func (d *Desk) listAuditEntries(c *web.Call, in listAuditEntriesIn) (web.Reply[Journal], error) {
	var out Journal
	_, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
		var found []audit.Entry
		var err error
		if c.Page {
			if out.state, err = d.stateCards(ctx, tx); err == nil {
				found, err = audit.Search{After: in.After, Limit: in.Count()}.Find(ctx, tx)
			}
		} else {
			found, err = audit.Find(ctx, tx, audit.Filter{RequestID: in.RequestID, After: in.After, Limit: in.Count()})
		}
		out.List = listed(found, in.Count())
		return err
	})
	return web.OK(out), err
}

// listed is a page of entries; a full one may be followed by another.
func listed(found []audit.Entry, wanted int) web.List[Entry] {
	var items []Entry
	next := ""
	for _, e := range found {
		items = append(items, view(e))
		next = e.ID
	}
	if len(found) < wanted {
		next = ""
	}
	return web.NewList(items, next)
}

func view(e audit.Entry) Entry {
	digests := []string{}
	for _, d := range e.Digests {
		digests = append(digests, hex.EncodeToString(d))
	}
	return Entry{
		e.ID, e.At, e.Subject, "", e.Session, e.Role, e.Purpose, e.Action, e.ObjectKind, e.Object, e.Item, e.Decision, e.Rule, e.Policy,
		e.Outcome, e.Intent, e.RequestID, digests, e.Bytes, e.Retention,
	}
}

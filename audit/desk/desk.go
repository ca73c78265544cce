// Package desk is what auditors and the data-protection officer read of their zone's record. Both programs mount it; it
// sits beside web. It protects the record's readers from nothing and the persons in it by what an entry is: codes, dates
// and opaque references. Each look-up is itself an act and leaves its entry.
package desk

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/web"
	"cloison/web/layout"
)

// Desk holds the auditors' operations. Safe for concurrent use.
type Desk struct {
	gate  *act.Gate
	shell func(*web.Call) layout.Shell
}

// New makes a desk on the zone's gate.
func New(gate *act.Gate, shell func(*web.Call) layout.Shell) (*Desk, error) {
	if gate == nil || shell == nil {
		return nil, errors.New("building the audit desk: an option is missing")
	}
	return &Desk{gate, shell}, nil
}

// Operations is the table of the desk.
func (d *Desk) Operations() []web.Operation {
	return append(d.proofOperations(),
		web.Op("listAuditEntries", "GET", "/audit/entries", "audit.list", d.listAuditEntries, web.Page("/journal", "journal", d.journal)))
}

type listAuditEntriesIn struct {
	web.Cursor
	RequestID string `query:"request_id" validate:"omitempty,max=64,printascii"`
	Object    string `query:"object" validate:"omitempty,max=64,printascii"`
	Subject   string `query:"subject" validate:"omitempty,max=64,printascii"`
	Action    string `query:"action" validate:"omitempty,max=64,printascii"`
	Rule      string `query:"rule" validate:"omitempty,max=64,printascii"`
}

// Entry is an audit entry as an auditor reads it.
type Entry struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	Subject    string    `json:"subject"` // random reference of the person
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

func (d *Desk) listAuditEntries(c *web.Call, in listAuditEntriesIn) (web.Reply[web.List[Entry]], error) {
	filter := audit.Filter{
		RequestID: in.RequestID, Object: in.Object, Subject: in.Subject, Action: in.Action, Rule: in.Rule,
		After: in.After, Limit: in.Count(),
	}
	var found []audit.Entry
	_, err := d.gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) error {
		var err error
		found, err = audit.Find(ctx, tx, filter)
		return err
	})
	if err != nil {
		return web.Reply[web.List[Entry]]{}, err
	}
	var items []Entry
	next := ""
	for _, e := range found {
		items = append(items, view(e))
		next = e.ID
	}
	if len(found) < in.Count() {
		next = ""
	}
	return web.OK(web.NewList(items, next)), nil
}

func view(e audit.Entry) Entry {
	digests := []string{}
	for _, d := range e.Digests {
		digests = append(digests, hex.EncodeToString(d))
	}
	return Entry{
		e.ID, e.At, e.Subject, e.Session, e.Role, e.Purpose, e.Action, e.ObjectKind, e.Object, e.Item, e.Decision, e.Rule, e.Policy,
		e.Outcome, e.Intent, e.RequestID, digests, e.Bytes, e.Retention,
	}
}

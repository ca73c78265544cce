package desk

import (
	"context"
	"errors"
	"regexp"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/identity"
	"cloison/internal/db"
	"cloison/web"
)

// searchOperations answer "who opened this dossier", "what did this account open", "what did this rule refuse".
func (d *Desk) searchOperations() []web.Operation {
	return []web.Operation{
		web.Op("searchAuditEntries", "GET", "/audit/search", "audit.search", d.searchAuditEntries, web.Page("/journal/recherche", "journal", d.searchPage)),
	}
}

// Criteria are the five filters and the rule. What they name stands in the entry of the search, with its ground.
type Criteria struct {
	Ground  string `query:"ground" validate:"omitempty,oneof=CONTROLE PLAINTE DROITS INCIDENT ENQUETE JUSTICE"`
	Account string `query:"account" validate:"omitempty,max=64,printascii"` // login, or the reference that stands in entries
	Object  string `query:"object" validate:"omitempty,uuid"`               // dossier or referral
	Action  string `query:"action" validate:"omitempty,max=64,printascii"`
	Result  string `query:"result" validate:"omitempty,oneof=OPENED DONE REFUSED FAILED INTENT SERVED BROKEN REPLAYED"`
	Rule    string `query:"rule" validate:"omitempty,max=64,printascii"`
	From    string `query:"from" validate:"omitempty,datetime=2006-01-02"`  // first day
	Until   string `query:"until" validate:"omitempty,datetime=2006-01-02"` // last day
}

type searchAuditEntriesIn struct {
	Criteria
	web.Cursor
}

func (d *Desk) searchAuditEntries(c *web.Call, in searchAuditEntriesIn) (web.Reply[web.List[Entry]], error) {
	var list web.List[Entry]
	err := d.search(c, in.Criteria, func(ctx context.Context, tx *act.Tx, s audit.Search) error {
		s.After, s.Limit = in.After, in.Count()
		found, err := s.Find(ctx, tx)
		if err != nil {
			return err
		}
		list = listed(found, in.Count())
		return name(ctx, tx, list.Items)
	})
	return web.OK(list), err
}

// search does an act of an auditor that looks for entries. Its own entry says for which ground, and of which account and dossier: reading the log is
// logged (TestASearchIsRecordedWithItsGround).
func (d *Desk) search(c *web.Call, in Criteria, look func(context.Context, *act.Tx, audit.Search) error) error {
	a := c.Act(act.Object{Kind: "search", Item: in.Object})
	a.Purpose, a.ReadOnly = in.Ground, true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		s, err := in.narrow(ctx, tx, d.Location)
		if err != nil {
			return err
		}
		tx.SetObject("search", s.Subject)
		return look(ctx, tx, s)
	})
	return err
}

var (
	reference = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	program   = regexp.MustCompile(`^(relay|sweep)$`)
)

// narrow reads the criteria. A login is looked up, and goes no further: an entry holds references.
func (in Criteria) narrow(ctx context.Context, q db.Querier, place *time.Location) (audit.Search, error) {
	s := audit.Search{Subject: in.Account, Object: in.Object, Action: in.Action, Result: in.Result, Rule: in.Rule}
	if in.Account != "" && !reference.MatchString(in.Account) && !program.MatchString(in.Account) {
		var err error
		s.Subject, err = identity.ReferenceOfAccount(ctx, q, in.Account)
		if errors.Is(err, identity.ErrNoAccount) {
			return s, act.NewError(act.Invalid, "Aucun compte n’a cet identifiant. Vérifiez-le, ou donnez la référence qui figure au journal.")
		}
		if err != nil {
			return s, err
		}
	}
	var err error
	if s.From, err = dayIn(place, in.From, 0); err != nil {
		return s, err
	}
	s.Until, err = dayIn(place, in.Until, 1)
	return s, err
}

// dayIn is the beginning of a day, some days later; zero where none is given.
func dayIn(place *time.Location, day string, later int) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, place)
	if err != nil {
		return time.Time{}, act.NewError(act.Invalid, "Une date de la période n’existe pas. Corrigez-la, puis recommencez.")
	}
	return at.AddDate(0, 0, later), nil
}

// name says who stands behind the references of a page of entries: only to whoever said why he searches.
func name(ctx context.Context, q db.Querier, entries []Entry) error {
	var references []string
	for _, e := range entries {
		references = append(references, e.Subject)
	}
	names, err := identity.NamesOfReferences(ctx, q, references)
	for i := range entries {
		entries[i].Name = names[entries[i].Subject]
	}
	return err
}

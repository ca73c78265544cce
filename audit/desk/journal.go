package desk

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"cloison/audit"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

const (
	journalPath = "/journal"
	searchPath  = "/journal/recherche"
)

// journal is the auditors' first page: is the log whole, a search, and the log as it comes.
func (d *Desk) journal(c *web.Call, log Journal) any {
	view := layout.JournalView{Shell: d.Shell(c), Whole: log.state, Find: finder(c), Rows: d.rows(log.Items)}
	if log.Next != "" {
		view.Next = journalPath + "?after=" + log.Next
	}
	return view
}

// searchPage is the page face of searchAuditEntries: what was found, under the form that asked for it.
func (d *Desk) searchPage(c *web.Call, list web.List[Entry]) any {
	view := layout.JournalView{Shell: d.Shell(c), Find: finder(c), Ground: layout.GroundWords(c.Fiber.Query("ground")), Rows: d.rows(list.Items), Exports: exportLinks(askedFor(c), list.Items)}
	if list.Next != "" {
		asked := askedFor(c)
		asked.Set("after", list.Next)
		view.Next = searchPath + "?" + asked.Encode()
	}
	return view
}

var filters = []string{"ground", "account", "object", "action", "result", "rule", "from", "until"}

// askedFor is the search of an address, without its empty filters and its place in the list.
func askedFor(c *web.Call) url.Values {
	asked := url.Values{}
	for _, one := range filters {
		if value := c.Fiber.Query(one); value != "" {
			asked.Set(one, value)
		}
	}
	return asked
}

func finder(c *web.Call) *layout.LogFinder {
	known := map[string]string{}
	for one, values := range askedFor(c) {
		known[one] = values[0]
	}
	f := layout.NewForm(searchPath, "", web.Typed{}, known)
	return &layout.LogFinder{Action: f.Action, Fields: []layout.Field{
		f.Select("ground", "Motif de la recherche", "Inscrit au journal avec elle.", groundOptions()...),
		f.Text("account", "Compte", "Identifiant de connexion, ou référence."),
		f.Text("object", "Dossier ou saisine", "Référence entière, telle que dans l’adresse de sa page."),
		f.Select("action", "Acte", "", layout.ActionOptions()...),
		f.Select("result", "Issue", "", layout.ResultOptions()...),
		f.Text("rule", "Règle", "Code de la règle qui a décidé."),
		f.Date("from", "Du", ""), f.Date("until", "Au", "Dernier jour compris."),
	}}
}

func groundOptions() []layout.Option {
	var grounds []layout.Option
	for _, g := range policy.Grounds {
		grounds = append(grounds, layout.Option{Value: g, Label: layout.GroundWords(g)})
	}
	return grounds
}

func (d *Desk) rows(entries []Entry) []layout.JournalRow {
	var rows []layout.JournalRow
	for _, e := range entries {
		rows = append(rows, row(e, d.Location))
	}
	return rows
}

func row(e Entry, location *time.Location) layout.JournalRow {
	return layout.JournalRow{
		At: e.At.In(location), Subject: e.Subject, Name: e.Name, Role: layout.RoleWords(e.Role), Action: layout.ActionWords(e.Action), Object: e.Object,
		Outcome: layout.ResultWords(e.Outcome), Rule: e.Rule, Request: e.RequestID, Refused: e.Decision == audit.Deny || e.Outcome == audit.Failed,
		Proof: journalPath + "/" + e.ID + "/preuve",
	}
}

// stateCards say whether the log is whole, as far as its last signed head tells.
func (d *Desk) stateCards(ctx context.Context, q audit.Querier) ([]layout.StateCard, error) {
	head, err := audit.LatestHead(ctx, q)
	if err != nil && !errors.Is(err, audit.ErrNoHead) {
		return nil, err
	}
	size, err := audit.Size(ctx, q)
	if err != nil {
		return nil, err
	}
	witnesses, err := audit.LastCosignatures(ctx, q)
	if err != nil {
		return nil, err
	}
	signed := layout.StateCard{Title: "Entrées signées", Figure: layout.Thousands(head.Size), Text: "Aucun point de contrôle encore.", Warn: true,
		Link: &layout.Action{Label: "État du journal", Href: "/journal-etat"}}
	if head.Size > 0 {
		signed.Text, signed.Warn = "Dernier point de contrôle le "+layout.FrenchDateTime(head.At.In(d.Location))+".", false
	}
	waiting := layout.StateCard{Title: "En attente de signature", Figure: layout.Thousands(size - head.Size), Text: "Une entrée est signée en une seconde environ."}
	seen := layout.StateCard{Title: "Témoins", Figure: strconv.Itoa(len(witnesses)), Text: "Aucun témoin n’a encore contresigné.", Warn: len(witnesses) == 0}
	for _, w := range witnesses {
		seen.Text = "Dernière contresignature à " + layout.Thousands(w.Size) + " entrées, le " + layout.FrenchDateTime(w.At.In(d.Location)) + "."
	}
	return []layout.StateCard{signed, waiting, seen}, nil
}

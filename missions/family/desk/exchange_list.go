package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const exchangesPath = queuePath + "/echanges"

type listExchangesIn struct {
	Partner string `query:"partner" validate:"omitempty,max=20"`
	web.Cursor
}

// ExchangeView is one thing that went to a partner or came from it, and the case that it is about.
type ExchangeView struct {
	Case       string        `json:"case"`
	AGDREF     string        `json:"agdref"`
	FamilyName string        `json:"family_name"`
	GivenNames string        `json:"given_names"`
	Partner    string        `json:"partner"`
	Sent       bool          `json:"sent"`
	On         missions.Date `json:"on"`
	Type       string        `json:"type"`
}

// listExchanges is the log of one partner over the cases of the agent's directions, the last exchange first; of the town halls where none is said.
func (d *Desk) listExchanges(c *web.Call, in listExchangesIn) (web.Reply[web.List[ExchangeView]], error) {
	none := web.Reply[web.List[ExchangeView]]{}
	partner := family.Partner(in.Partner)
	if partner == "" {
		partner = family.TownHall
	}
	at, id, seq, ok := d.exchangesBefore(in.After)
	if !slices.Contains(family.Partners(), partner) || !ok {
		return none, act.NewError(act.Invalid, "Ce partenaire, ou cette suite, n’existe pas. Reprenez le journal à son début.")
	}
	types, sent := family.TypesWith(partner)
	var found []store.Exchanged
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.Exchanges(ctx, tx, reach(c.Who), types, at, id, seq, in.Count())
		return err
	}); err != nil {
		return none, err
	}
	var items []ExchangeView
	next := ""
	for _, e := range found {
		items = append(items, ExchangeView{e.Case, e.AGDREF, e.FamilyName, e.GivenNames, string(partner), sent[e.Type], e.On, e.Type})
		if len(found) == in.Count() {
			next = fmt.Sprintf("%d_%s_%d", e.At.UnixMicro(), e.Case, e.Seq)
		}
	}
	return web.OK(web.NewList(items, next)), nil
}

// exchangesBefore reads a cursor; none is after the last exchange.
func (d *Desk) exchangesBefore(after string) (at time.Time, id string, seq int, ok bool) {
	if after == "" {
		return d.Clock.Now().AddDate(1, 0, 0), "ffffffff-ffff-ffff-ffff-ffffffffffff", 0, true
	}
	parts := strings.Split(after, "_")
	if len(parts) != 3 || len(parts[1]) != 36 || strings.Trim(parts[1], "0123456789abcdef-") != "" {
		return at, "", 0, false
	}
	micro, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return at, "", 0, false
	}
	seq, err = strconv.Atoi(parts[2])
	return time.UnixMicro(micro), parts[1], seq, err == nil
}

// exchangesPage is the page face of listExchanges.
func (d *Desk) exchangesPage(c *web.Call, list web.List[ExchangeView]) any {
	view := layout.ListView{Shell: d.Shell(c), Heading: "Échanges avec les partenaires", Back: layout.Action{Label: "Regroupement familial", Href: queuePath},
		Lead: "Ce qui est parti vers un partenaire et ce qui en est venu, dans votre ressort, le dernier d’abord."}
	for _, partner := range family.Partners() {
		view.Next = append(view.Next, layout.Action{Label: partnerWords[partner], Href: exchangesPath + "?partner=" + string(partner)})
	}
	section := layout.ListSection{ID: "echanges", Title: "Journal", Columns: []string{"Demande", "Jour", "Sens", "Fait"}, Empty: "Aucun échange avec ce partenaire."}
	for _, e := range list.Items {
		way := "Reçu"
		if e.Sent {
			way = "Envoyé"
		}
		name := e.FamilyName + " " + e.GivenNames
		section.Title = partnerWords[family.Partner(e.Partner)]
		section.Rows = append(section.Rows, []layout.ListCell{{Text: name, Note: e.AGDREF, Of: name, Links: []layout.Action{{Label: "Ouvrir la demande", Href: casePath(e.Case)}}}, {Text: french(e.On)}, {Text: way}, {Text: eventWords[e.Type]}})
	}
	view.Sections = []layout.ListSection{section}
	if list.Next != "" && len(list.Items) > 0 {
		view.Next = append(view.Next, layout.Action{Label: "Suite du journal", Href: exchangesPath + "?partner=" + list.Items[0].Partner + "&after=" + list.Next})
	}
	return view
}

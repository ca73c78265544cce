package desk

import (
	"context"
	"strings"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const statisticsPath = queuePath + "/statistiques"

type statisticsIn struct {
	From string `query:"from" validate:"omitempty,datetime=2006-01-02"`
	To   string `query:"to" validate:"omitempty,datetime=2006-01-02"`
}

// Statistics are the cases of the reader's territory that were filed between two days. A figure from 1 to 4 is kept back, and what would give it away.
type Statistics struct {
	From   missions.Date `json:"from"`
	To     missions.Date `json:"to"`
	Tables []Table       `json:"tables"`
}

// Table is one of them.
type Table struct {
	By    string `json:"by"`
	Rows  []Row  `json:"rows"`
	Total *int   `json:"total"`
}

// Row is one figure; none is one that is kept back.
type Row struct {
	Word  string `json:"word"`
	Count *int   `json:"count"`
}

// getStatistics counts what the reader may list, of the year that ends today where no day is said.
func (d *Desk) getStatistics(c *web.Call, in statisticsIn) (web.Reply[Statistics], error) {
	from, to, err := d.period(in)
	if err != nil {
		return web.Reply[Statistics]{}, err
	}
	view := Statistics{From: from, To: to}
	var states, types, months []store.Count
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		states, types, months, err = store.Counts(ctx, tx, reach(c.Who), view.From, view.To)
		return err
	}); err != nil {
		return web.Reply[Statistics]{}, err
	}
	view.Tables = []Table{tableOf("state", states), tableOf("type", types), tableOf("month", months)}
	return web.OK(view), nil
}

func tableOf(by string, counts []store.Count) Table {
	table := Table{By: by, Rows: []Row{}}
	var figures []int
	for _, one := range counts {
		figures = append(figures, one.N)
	}
	shown, total := missions.Masked(figures)
	for i, one := range counts {
		table.Rows = append(table.Rows, Row{one.Word, shown[i]})
	}
	table.Total = total
	return table
}

var tableWords = map[string][2]string{"state": {"Par étape", "Étape"}, "type": {"Par type de demande", "Type"}, "month": {"Par mois de dépôt", "Mois"},
	"direction": {"Par direction", "Direction"}}

// statisticsPage is the page face of getStatistics.
func (d *Desk) statisticsPage(c *web.Call, s Statistics) any { return d.figures(c, s) }

// figures are the tables, each in a section.
func (d *Desk) figures(c *web.Call, s Statistics) layout.ListView {
	view := layout.ListView{Shell: d.Shell(c), Heading: "Statistiques du regroupement familial", Back: layout.Action{Label: "Regroupement familial", Href: queuePath},
		Lead: "Demandes de votre ressort déposées du " + french(s.From) + " au " + french(s.To) + ". Un nombre inférieur à cinq n’est pas montré, ni ce qui permettrait de le retrouver."}
	for _, t := range s.Tables {
		words := tableWords[t.By]
		section := layout.ListSection{ID: t.By, Title: words[0], Columns: []string{words[1], "Demandes"}, Empty: "Aucune demande sur cette période."}
		for _, r := range t.Rows {
			section.Rows = append(section.Rows, []layout.ListCell{{Text: statisticWords(t.By, r.Word)}, {Text: figure(r.Count)}})
		}
		if len(t.Rows) > 0 {
			section.Rows = append(section.Rows, []layout.ListCell{{Text: "Total"}, {Text: figure(t.Total)}})
		}
		view.Sections = append(view.Sections, section)
	}
	return view
}

func statisticWords(by, word string) string {
	switch by {
	case "state":
		return stateWords[word]
	case "type":
		return typeWords[word]
	case "direction":
		return directionWords(word)
	}
	if day, err := missions.ParseDate(word + "-01"); err == nil {
		return strings.TrimPrefix(french(day), "1er\u00a0")
	}
	return word
}

func figure(n *int) string {
	if n == nil {
		return "non montré"
	}
	return layout.Group(int64(*n))
}

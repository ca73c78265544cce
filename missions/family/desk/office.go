package desk

import (
	"bytes"
	"context"
	"strings"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const (
	headquartersPath = "/siege"
	competencePath   = headquartersPath + "/ressort"
)

// officeOperations are those of the rest of OFII: its headquarters, its representations abroad, the medical service of the visit of arrival.
func (d *Desk) officeOperations() []web.Operation {
	return []web.Operation{
		web.Op("missions.family.getNational", "GET", "/missions/family/national", "family.national.get", d.getNational, web.Page(headquartersPath, "list", d.nationalPage)),
		web.Op("missions.family.listCompetence", "GET", "/missions/family/competence", "family.competence.list", d.listCompetence, web.Page(competencePath, "list", d.competencePage)),
		web.Op("missions.family.exportCosts", "GET", "/missions/family/costs", "family.cost.export", d.exportCosts, web.Gives("text/csv")),
		web.Op("missions.family.listRepresentationCases", "GET", "/missions/family/representation/cases", "family.representation.list", d.listRepresentationCases, web.Page(representationPath, "cases", d.representationPage)),
		web.Op("missions.family.getRepresentationCase", "GET", "/missions/family/representation/cases/:case", "family.representation.get", d.getRepresentationCase, web.Page(representationPath+"/:case", "case", d.representationCasePage)),
		web.Op("missions.family.recordPreparation", "POST", "/missions/family/representation/cases/:case/preparation", "family.representation.record", d.recordPreparation, d.preparationForm()),
		web.Op("missions.family.listVisits", "GET", "/missions/family/visites", "family.visit.list", d.listVisits, web.Page(visitPath, "list", d.visitsPage)),
		web.Op("missions.family.getVisit", "GET", "/missions/family/visites/:case", "family.visit.get", d.getVisit),
		web.Op("missions.family.recordVisit", "POST", "/missions/family/visites/:case/certificat", "family.visit.record", d.recordVisit, d.visitForm()),
	}
}

// period is that of a question: the year that ends today where no day is said.
func (d *Desk) period(in statisticsIn) (from, to missions.Date, err error) {
	to = d.today(d.Clock.Now())
	from = to.AddMonths(-12).AddDays(1)
	if in.From != "" {
		from, err = missions.ParseDate(in.From)
	}
	if err == nil && in.To != "" {
		to, err = missions.ParseDate(in.To)
	}
	if err != nil || to.Before(from) {
		return from, to, act.NewError(act.Invalid, "Le dernier jour suit le premier. Vérifiez les deux dates.")
	}
	return from, to, nil
}

// getNational counts the whole country's cases, without small figures: the headquarters meets no person (TestTheHeadquartersMeetsFiguresAndNoPerson).
func (d *Desk) getNational(c *web.Call, in statisticsIn) (web.Reply[Statistics], error) {
	from, to, err := d.period(in)
	if err != nil {
		return web.Reply[Statistics]{}, err
	}
	var counts [4][]store.Count
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		counts, err = store.NationalCounts(ctx, tx, from, to)
		return err
	}); err != nil {
		return web.Reply[Statistics]{}, err
	}
	view := Statistics{From: from, To: to}
	for i, by := range []string{"direction", "state", "type", "month"} {
		view.Tables = append(view.Tables, tableOf(by, counts[i]))
	}
	return web.OK(view), nil
}

func (d *Desk) nationalPage(c *web.Call, s Statistics) any {
	view := d.figures(c, s)
	view.Heading, view.Back = "Regroupement familial, toute la France", layout.Action{}
	view.Lead = "Demandes déposées du " + french(s.From) + " au " + french(s.To) + ". Un nombre inférieur à cinq n’est pas montré, ni ce qui permettrait de le retrouver. Aucune personne n’est montrée au siège."
	view.Next = []layout.Action{{Label: "Coûts de la période, CSV", Href: web.Prefix + "/missions/family/costs?from=" + s.From.String() + "&to=" + s.To.String()},
		{Label: "Ressort des directions et des postes", Href: competencePath}, {Label: "Droit et montants", Href: lawPath}}
	return view
}

// mostCosts bounds one export; a longer period is asked for in parts.
const mostCosts = 50_000

// exportCosts is the table that a claim on the Union rests on: each cost with who funds it, and no person.
func (d *Desk) exportCosts(c *web.Call, in statisticsIn) (web.Reply[web.Binary], error) {
	from, to, err := d.period(in)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	var costs []missions.Cost
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		costs, err = store.Costs(ctx, tx, from, to, mostCosts+1)
		return err
	}); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	if len(costs) > mostCosts {
		return web.Reply[web.Binary]{}, act.NewError(act.Invalid, "Cette période a trop de lignes pour un seul fichier. Demandez-la en plusieurs parts.")
	}
	var table bytes.Buffer
	if err := missions.WriteCosts(&table, costs); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	name := "couts-" + from.String() + "-" + to.String() + ".csv"
	return web.Bytes(web.Content{Size: int64(table.Len()), MediaType: "text/csv; charset=utf-8", Name: name, Source: rendered(table.Bytes())}), nil
}

// Competence is who serves where: the directions by département, the posts by country, each row with its dates and its source.
type Competence struct {
	Directions []missions.Competence `json:"directions"`
	Posts      []missions.Post       `json:"posts"`
}

func (d *Desk) listCompetence(c *web.Call, _ web.None) (web.Reply[Competence], error) {
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), nothing); err != nil {
		return web.Reply[Competence]{}, err
	}
	return web.OK(Competence{missions.Competences(), missions.Posts()}), nil
}

func (d *Desk) competencePage(c *web.Call, k Competence) any {
	directions := layout.ListSection{ID: "directions", Title: "Directions territoriales", Columns: []string{"Direction", "Départements", "Depuis", "Source"}, Empty: "Aucune direction."}
	for _, row := range k.Directions {
		directions.Rows = append(directions.Rows, []layout.ListCell{{Text: directionWords(row.Direction)}, {Text: strings.Join(row.Departments, ", ")}, {Text: french(row.From)}, sourceCell(row.Source, row.Status)})
	}
	posts := layout.ListSection{ID: "postes", Title: "Postes et représentations de l’Office", Columns: []string{"Poste", "Représentation", "Depuis", "Source"}, Empty: "Aucun poste."}
	for _, row := range k.Posts {
		posts.Rows = append(posts.Rows, []layout.ListCell{{Text: row.Label + ", " + layout.CountryName(row.Country)}, {Text: yesNo(row.Representation)}, {Text: french(row.From)}, sourceCell(row.Source, row.Status)})
	}
	return layout.ListView{Shell: d.Shell(c), Heading: "Qui est compétent", Lead: "Un changement est une ligne datée de plus ; aucune ligne n’est réécrite.", Sections: []layout.ListSection{directions, posts}}
}

func sourceCell(source string, status missions.Status) layout.ListCell {
	if status == missions.ToConfirm {
		return layout.ListCell{Text: source, Note: "à confirmer"}
	}
	return layout.ListCell{Text: source}
}

func yesNo(yes bool) string {
	if yes {
		return "Oui"
	}
	return "Non"
}

// represented says whether OFII has a representation where a post is, today or at any time: a case may outlive one.
func represented(post string) bool {
	for _, p := range missions.Posts() {
		if p.Code == post && p.Representation {
			return true
		}
	}
	return false
}

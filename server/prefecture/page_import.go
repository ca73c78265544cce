package prefecture

import (
	"context"
	"strconv"

	"cloison/act"
	"cloison/web"
	"cloison/web/layout"
)

const importPath = "/saisines/fichier"

// importForm is the page face of importReferrals: a file, then what became of each of its lines.
func (d *Desk) importForm() web.Option {
	return web.Form(importPath, web.Face[web.None, ImportReport]{
		Template: "form", View: d.importPage, Take: d.takeImportOfForm,
		Shows: func(c *web.Call, _ web.None, out ImportReport) (string, any) {
			return "list", d.importedPage(c, *out.page)
		},
	})
}

// takeImportOfForm is importReferrals, of the file that the form carries.
func (d *Desk) takeImportOfForm(c *web.Call, _ web.None, out ImportReport, file *web.File) error {
	return d.takeImport(c.With("importReferrals", "referral.import", file), c.Act(act.Object{}), out.page)
}

// importPage reads nothing; that the reader is an agent of a prefecture is decided before the form is shown, that he may refer for each line.
func (d *Desk) importPage(c *web.Call, _ web.None, typed web.Typed) (any, error) {
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "referral.list", "", true
	if _, err := d.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	f := layout.NewForm(importPath, typed.Key, typed, nil)
	view := layout.FormView{
		Shell: d.Shell(c), Heading: "Envoyer un fichier de saisines", Back: layout.Action{Label: "Saisines", Href: "/saisines"}, Form: f, Submit: "Envoyer le fichier",
		Lead: "Un fichier CSV en UTF-8, séparé par des points-virgules : une première ligne de titres, puis une saisine par ligne, pour des adultes qui demandent un titre de séjour. Chaque ligne est prise ou refusée pour elle-même.",
		Parts: []layout.Part{{Fields: []layout.Field{f.File("Fichier",
			"Colonnes attendues : cle, kind, channel, prefecture, agdref, country, family_name, given_names, sex, birth_date, birth_place, birth_country, nationality, language, address. Une colonne d’un autre nom fait refuser le fichier entier, et rien n’en est gardé.")}}},
		Warning: "Une clé déjà prise ne fait pas de seconde saisine : un fichier corrigé se renvoie entier.",
	}
	refuse(f, typed)
	return view, nil
}

var importWords = map[ImportOutcome]string{ImportCreated: "Saisine envoyée", ImportKnown: "Déjà prise", ImportRefused: "Refusée"}

// importedPage is the report, line by line: those to mend first. It repeats no value of a refused line but its key.
func (d *Desk) importedPage(c *web.Call, r ImportReport) any {
	section := func(id, title string, columns []string, of ...ImportOutcome) layout.ListSection {
		s := layout.ListSection{ID: id, Title: title, Columns: columns, Empty: "Aucune."}
		for _, l := range r.Lines {
			for _, outcome := range of {
				if l.Outcome == outcome {
					s.Rows = append(s.Rows, importedRow(l))
				}
			}
		}
		return s
	}
	return layout.ListView{
		Shell: d.Shell(c), Heading: "Ce que le fichier a donné", Back: layout.Action{Label: "Saisines", Href: "/saisines"},
		Lead: "Saisines envoyées : " + strconv.Itoa(r.Created) + ". Lignes déjà prises : " + strconv.Itoa(r.Known) + ". Lignes refusées : " + strconv.Itoa(r.Refused) + ".",
		Next: []layout.Action{{Label: "Envoyer un autre fichier", Href: importPath}},
		Sections: []layout.ListSection{
			section("a-corriger", "À corriger, puis à renvoyer", []string{"Ligne", "Clé", "Ce qu’il faut corriger"}, ImportRefused),
			section("prises", "Prises", []string{"Ligne", "Clé", "Saisine"}, ImportCreated, ImportKnown),
		},
	}
}

func importedRow(l ImportLine) []layout.ListCell {
	row := []layout.ListCell{{Text: strconv.Itoa(l.Line)}, {Text: l.Key, Exact: true}}
	if l.Outcome != ImportRefused {
		return append(row, layout.ListCell{Text: importWords[l.Outcome], Links: []layout.Action{{Label: "Suivre", Href: "/saisines/" + l.Referral}}, Of: l.Key})
	}
	cell := layout.ListCell{Text: l.Detail}
	if l.Column != "" {
		cell.Note = "Colonne " + l.Column
	}
	return append(row, cell)
}

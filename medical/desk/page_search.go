package desk

import (
	"strings"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

const searchPath = "/recherche"

// searchForm is the page face of searchDossiers. What was found stands on the answer itself: no address holds what was looked for.
func (k *Desk) searchForm() web.Option {
	return web.Form(searchPath, web.Face[medical.SearchInput, web.List[store.Summary]]{
		Template: "form", View: k.searchPage, Shows: k.foundPage,
		Fill: func(_ *web.Call, typed *web.Typed) {
			typed.Set("agdref", strings.ReplaceAll(typed.Text("agdref"), " ", ""))
		},
	})
}

func (k *Desk) searchPage(c *web.Call, _ medical.SearchInput, typed web.Typed) (any, error) {
	f := layout.NewForm(searchPath, typed.Key, typed, nil)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Retrouver un dossier", Back: layout.Action{Label: "Mon travail", Href: "/dossiers"}, Form: f,
		Submit: "Rechercher", Lead: "La recherche est exacte, et porte sur les dossiers de votre liste. Ce que vous cherchez n’est écrit nulle part.",
		Parts: []layout.Part{{Fields: findFields(f)}}}
	refuse(f, typed)
	return page, nil
}

// finder is the same form above the list.
func (k *Desk) finder(c *web.Call) *layout.Finder {
	f := buttonOn(c, searchPath)
	return &layout.Finder{Form: f, Fields: findFields(f)}
}

func findFields(f *layout.Form) []layout.Field {
	return []layout.Field{f.Text("agdref", "Numéro AGDREF", "Dix chiffres"), f.Text("family_name", "ou nom de famille", "De naissance ou d’usage"),
		f.Date("birth_date", "et date de naissance", "Les deux ensemble")}
}

func (k *Desk) foundPage(c *web.Call, _ medical.SearchInput, found web.List[store.Summary]) (string, any) {
	now := k.Clock.Now()
	view := layout.MyWorkView{Shell: k.Shell(c), Heading: "Recherche", Today: now, Find: k.finder(c), Found: true}
	for _, s := range found.Items {
		view.Rows = append(view.Rows, workRow(s, c.Who, now))
	}
	return "my_work", view
}

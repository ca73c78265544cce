package portal

import (
	"cloison/identity"
	"cloison/web"
	"cloison/web/layout"
)

// SessionsPage is the page face of listSessions: one that its person does not know is one to end. That which he reads it in, he leaves by signing out.
func (p *Portal) SessionsPage(c *web.Call, own identity.OwnSessions) (any, error) {
	page := layout.ListView{Shell: p.Shell(c), Heading: "Mes sessions", Back: layout.Action{Label: "Accueil", Href: "/"},
		Lead: "Une session que vous ne reconnaissez pas : mettez-y fin, puis prévenez votre chef de service. Elle est refusée dès sa prochaine requête."}
	if p.Passkeys != "" && c.Who.Handle.Reveal() != "" { // who has no handle confirms nothing
		page.Next = []layout.Action{{Label: "Mes clés d’accès", Href: p.Passkeys}}
	}
	open := layout.ListSection{ID: "sessions", Title: "Sessions ouvertes à votre nom", Columns: []string{"Ouverte le", "Dernière demande", "Finit au plus tard le"}}
	for _, one := range own.Items {
		opened := layout.FrenchDateTime(one.OpenedAt.In(p.Location))
		row := layout.ListCell{Text: opened}
		if one.Current {
			row.Note = "Celle-ci"
		} else {
			page.Acts = append(page.Acts, layout.Act{Title: "Session ouverte le " + opened, Label: "Mettre fin à cette session", Minor: true,
				Form: layout.NewForm(identity.SessionsPath+"/"+one.ID+"/fin", c.FormKey(), web.Typed{}, nil)})
		}
		open.Rows = append(open.Rows, []layout.ListCell{row, {Text: layout.FrenchDateTime(one.SeenAt.In(p.Location))}, {Text: layout.FrenchDateTime(one.ExpiresAt.In(p.Location))}})
	}
	page.Sections = []layout.ListSection{open}
	return page, nil
}

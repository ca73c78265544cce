package desk

import (
	"cloison/act"
	"cloison/identity"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
	"context"
	"time"
)

// removalsPage is the page face of listRemovals: every opinion that is due by the hour, and for the physician on call the button that takes it.
func (k *Desk) removalsPage(c *web.Call, list Removals) (any, error) {
	physician := c.Who.Role == "MEDECIN"
	page := layout.FormView{Shell: k.Shell(c), Heading: "Éloignements : avis à rendre sans délai", Back: layout.Action{Label: "Mon travail", Href: "/dossiers"}}
	page.Lead = "Ce qui est dû le premier vient en tête. La loi dit « sans délai » (R. 631-1, R. 731-1) ; le nombre d’heures est un délai interne, à confirmer."
	if len(list.Items) == 0 {
		page.Lead = "Aucun avis n’est attendu sur un éloignement."
		if physician {
			page.Lead = "Aucun avis ne vous attend : vous n’êtes pas d’astreinte en ce moment, ou rien n’est en cours sur vos territoires."
		}
	}
	for _, r := range list.Items {
		page.Acts = append(page.Acts, k.removalAct(c, r, physician))
	}
	panel, err := k.rotaPanel(c, list.Rota)
	page.Aside = []layout.Panel{panel}
	return page, err
}

// removalAct is one dossier of the queue. Who is on call takes it; who keeps the rota opens it.
func (k *Desk) removalAct(c *web.Call, r store.QueuedRemoval, physician bool) layout.Act {
	kind, _ := reference.KindOf(r.Kind)
	act := layout.Act{Title: "Dossier " + r.ID[:8] + ", " + lower(kind.Label), Text: stageIn(r.Kind, r.State) + "."}
	zone := reference.Location(r.Direction)
	if r.DueAt != nil {
		clock := layout.HourClock("Avis", urgentLaw, r.From.In(zone), r.DueAt.In(zone), k.Clock.Now().In(zone))
		act.Text = clock.Figure() + " " + clock.Unit() + ". " + clock.Before() + ". " + act.Text
	}
	if r.SecondAt != nil {
		act.Text = secondWords(*r.SecondAt, k.Clock.Now(), zone) + " " + act.Text
	}
	if r.Escalated {
		act.Text = "Les heures sont passées. " + act.Text
	}
	if !physician {
		act.Minor, act.Link = true, &layout.Action{Label: "Ouvrir", Href: dossierPath(r.ID)}
	}
	if physician && r.Received && !r.Designee {
		act.Form, act.Label = buttonOn(c, dossierPath(r.ID)+"/astreinte"), "Prendre ce dossier"
		act.Warning = "Vous êtes désigné, seul, pour rendre l’avis. Ne se reprend pas."
	}
	return act
}

// secondWords say when the second on call is called.
func secondWords(at, now time.Time, zone *time.Location) string {
	if at.After(now) {
		return "Sans médecin, le second d’astreinte est appelé le " + layout.FrenchDateTime(at.In(zone)) + " (délai interne, à confirmer)."
	}
	return "Le second d’astreinte est appelé depuis le " + layout.FrenchDateTime(at.In(zone)) + " (délai interne, à confirmer)."
}

func (k *Desk) rotaPanel(c *web.Call, lines []store.RotaLine) (layout.Panel, error) {
	panel := layout.Panel{Title: "Astreinte", Alt: true}
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.Physician)
	}
	names, err := identity.NamesOf(c.Context(), k.Pool, ids)
	for _, l := range lines {
		zone := reference.Location(l.Direction)
		line := layout.Line{Text: "Dr " + names[l.Physician] + ", " + directionLabel(l.Direction),
			Note: "Du " + layout.FrenchDateTime(l.From.In(zone)) + " au " + layout.FrenchDateTime(l.To.In(zone))}
		if l.Rank == store.SecondOnCall {
			line.Text += ", en second"
		}
		if now := k.Clock.Now(); !l.From.After(now) && l.To.After(now) {
			line.Mark = "ok"
		}
		panel.Lines = append(panel.Lines, line)
	}
	if len(lines) == 0 {
		panel.Lines = []layout.Line{{Mark: "wait", Text: "Personne n’est d’astreinte."}}
	}
	if c.Who.Role == "SECRETARIAT_MEDICAL" {
		panel.Lines[len(panel.Lines)-1].Link = &layout.Action{Label: "Enregistrer une astreinte", Href: "/astreinte/nouvelle"}
	}
	return panel, err
}

func directionLabel(code string) string {
	for _, d := range reference.Directions() {
		if d.Code == code {
			return d.Label
		}
	}
	return code
}

// takeForm is the button of takeRemoval.
func (k *Desk) takeForm() web.Option {
	return web.Form("/dossiers/:dossier/astreinte", web.Face[dossierInput, view]{Said: "removal_taken",
		Done: backToDossier(func(in dossierInput) string { return in.Dossier })})
}

// rotaForm is the page face of setRota.
func (k *Desk) rotaForm() web.Option {
	return web.Form("/astreinte/nouvelle", web.Face[setRotaInput, store.RotaLine]{Template: "form", View: k.rotaPage, Said: "rota_set",
		Fill: func(c *web.Call, typed *web.Typed) {
			zone := reference.Location(typed.Text("direction"))
			fillInstant(typed, "from", zone)
			fillInstant(typed, "to", zone)
		},
		Done: func(*web.Call, setRotaInput, store.RotaLine) string { return "/astreinte" }})
}

func (k *Desk) rotaPage(c *web.Call, _ setRotaInput, typed web.Typed) (any, error) {
	looking := c.Act(act.Object{Kind: "portal"})
	looking.Action, looking.IdempotencyKey, looking.ReadOnly = "removal.list", "", true
	if _, err := k.Gate.Do(c.Context(), c.Who, looking, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	physicians, err := identity.PhysiciansOn(c.Context(), k.Pool, k.Clock.Now().Format("2006-01-02"))
	if err != nil {
		return nil, err
	}
	var options []layout.Option
	for _, p := range physicians {
		options = append(options, layout.Option{Value: p.ID, Label: "Dr " + p.Name()})
	}
	var territories []layout.Option
	for _, d := range directionChoices() {
		for _, mine := range c.Who.Directions {
			if d.Value == mine {
				territories = append(territories, d)
			}
		}
	}
	f := layout.NewForm("/astreinte/nouvelle", typed.Key, typed, nil)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Enregistrer une astreinte", Form: f, Back: layout.Action{Label: "Astreinte", Href: "/astreinte"}, Submit: "Enregistrer l’astreinte",
		Lead: "Le médecin d’astreinte prend lui-même, la nuit aussi, les dossiers d’éloignement de ce territoire. Une astreinte ne se modifie pas : celle qui est enregistrée la dernière l’emporte sur les précédentes."}
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Select("direction", "Territoire", "", territories...), f.Select("physician", "Médecin", "Habilité le premier jour", options...),
		notRequired(f.Select("rank", "Rang", "Le second est appelé si le premier n’a pas agi dans les heures prévues. Sans réponse : le premier", layout.Option{Value: "1", Label: "Premier"}, layout.Option{Value: "2", Label: "Second"})),
		datetime(f.Text("from", "À partir de", "À l’heure du territoire")), datetime(f.Text("to", "Jusqu’à", "Un mois au plus")),
	}}}
	refuse(f, typed)
	return page, nil
}

package desk

import (
	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

const peoplePath = "/equipe"

func personPath(person, tail string) string { return peoplePath + "/" + person + tail }

var (
	standingWords = map[string]string{identity.InForce: "Habilitation en vigueur", identity.Lapsed: "Habilitation échue : elle n’a pas été revue depuis trois mois",
		identity.Ended: "Fin de fonctions", identity.Without: "Aucune habilitation"}
	dutyEndChoices = []layout.Option{{Value: "DEPART", Label: "Départ"}, {Value: "MUTATION", Label: "Mutation"}, {Value: "SUSPENSION", Label: "Suspension"},
		{Value: "FIN_CONTRAT", Label: "Fin de contrat"}, {Value: "DECES", Label: "Décès"}}
	owedWords = map[string]string{owedReport: "rapport à établir", owedTransmission: "rapport signé, à transmettre", owedSupplement: "complément du rapport",
		owedAnswer: "réponses à donner", owedSignature: "avis à signer", owedNothing: "signature donnée : elle reste valable"}
)

// peoplePage is the page face of listPeople: what is due first on top, and beside each person what the reader may do.
func (k *Desk) peoplePage(c *web.Call, list web.List[identity.Standing]) (any, error) {
	head, err := k.isHead(c)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Équipe du service médical", Back: layout.Action{Label: "Mon travail", Href: "/dossiers"},
		Lead: "Une habilitation est saisie par une personne et confirmée par une autre, puis revue chaque trimestre ; nul n’agit sur la sienne. Les clés suivent la liste des dépositaires, qui se met à jour à part."}
	if err == nil && head {
		page.Acts, err = k.leftActs(c)
	}
	for _, one := range list.Items {
		page.Acts = append(page.Acts, k.personActs(c, one, head)...)
	}
	return page, err
}

func (k *Desk) personActs(c *web.Call, one identity.Standing, head bool) []layout.Act {
	about := layout.Act{Title: one.FamilyName + " " + one.GivenName, Text: standingWords[one.Standing] + dueWords(one.ReviewDue) + ".", Minor: true}
	if one.ID == c.Who.ID {
		return []layout.Act{about}
	}
	about.Link = &layout.Action{Label: "Saisir une habilitation", Href: personPath(one.ID, "/habilitation")}
	acts := []layout.Act{about}
	if !head {
		return acts
	}
	for _, entry := range one.Awaiting {
		if entry.EnteredBy != c.Who.ID {
			acts = append(acts, layout.Act{Title: "Habilitation saisie, à confirmer", Text: "Décision " + entry.DecisionRef + ", à partir du " + frenchDay(entry.ValidFrom) + ".", Label: "Confirmer",
				Form: buttonOn(c, personPath(one.ID, "/habilitation/"+entry.ID+"/confirmation"))})
		}
	}
	if one.ReviewDue != nil {
		acts = append(acts, layout.Act{Text: "Elle vaut trois mois de plus.", Label: "Confirmer pour le trimestre", Form: buttonOn(c, personPath(one.ID, "/habilitation/revue")), Minor: true})
	}
	end := layout.Act{Text: "Prend effet à sa prochaine requête.", Link: &layout.Action{Label: "Mettre fin aux fonctions", Href: personPath(one.ID, "/fin")}, Minor: true}
	if one.Standing == identity.Ended {
		end.Text, end.Link = "", &layout.Action{Label: "Voir les successeurs proposés", Href: personPath(one.ID, "/succession")}
	}
	return append(acts, end)
}

func dueWords(due *string) string {
	if due == nil {
		return ""
	}
	return ", à revoir avant le " + frenchDay(*due)
}

func frenchDay(iso string) string {
	day, err := medical.ParseDate(iso)
	if err != nil {
		return iso
	}
	return layout.FrenchDate(day.Time())
}

// habilitationForm is the page face of grantHabilitation.
func (k *Desk) habilitationForm() web.Option {
	return web.Form(peoplePath+"/:person/habilitation", web.Face[grantHabilitationInput, identity.Entry]{Template: "form", View: k.habilitationPage, Said: "habilitation_entered",
		Done: func(*web.Call, grantHabilitationInput, identity.Entry) string { return peoplePath }})
}

func (k *Desk) habilitationPage(c *web.Call, in grantHabilitationInput, typed web.Typed) (any, error) {
	f := layout.NewForm(personPath(in.Person, "/habilitation"), typed.Key, typed, nil)
	page, err := k.personForm(c, in.Person, f, "Saisir une habilitation")
	page.Lead, page.Submit = "Rien ne s’ouvre avant qu’un chef de service, autre que vous, l’ait confirmée.", "Saisir"
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Text("decision_ref", "Référence de la décision", ""), f.Date("valid_from", "À partir du", ""),
		notRequired(f.Date("valid_to", "Jusqu’au", "Vide : sans terme"))}}}
	refuse(f, typed)
	return page, err
}

// personForm is a form about a person, for whoever keeps the list of people: seeing it is listPeople's own act.
func (k *Desk) personForm(c *web.Call, person string, f *layout.Form, heading string) (layout.FormView, error) {
	page := layout.FormView{Shell: k.Shell(c), Heading: heading, Form: f, Back: layout.Action{Label: "Équipe", Href: peoplePath}}
	looking := c.Act(act.Object{Kind: "portal"})
	looking.Action, looking.IdempotencyKey, looking.ReadOnly = "habilitation.list", "", true
	staff, err := k.staff(c, looking)
	for _, one := range staff {
		if one.ID == person {
			page.Heading += " : " + one.GivenName + " " + one.FamilyName
		}
	}
	return page, err
}

func (k *Desk) confirmedForm() web.Option {
	return web.Form(peoplePath+"/:person/habilitation/:habilitation/confirmation", web.Face[confirmHabilitationInput, Stands]{Said: "habilitation_confirmed",
		Done: func(*web.Call, confirmHabilitationInput, Stands) string { return peoplePath }})
}

func (k *Desk) reviewForm() web.Option {
	return web.Form(peoplePath+"/:person/habilitation/revue", web.Face[personInput, Stands]{Said: "habilitation_reviewed",
		Done: func(*web.Call, personInput, Stands) string { return peoplePath }})
}

// dutyForm is the page face of endHabilitation.
func (k *Desk) dutyForm() web.Option {
	return web.Form(peoplePath+"/:person/fin", web.Face[endHabilitationInput, DutyEnded]{Template: "form", View: k.dutyPage, Said: "duty_ended",
		Done: func(_ *web.Call, in endHabilitationInput, _ DutyEnded) string {
			return personPath(in.Person, "/succession")
		}})
}

func (k *Desk) dutyPage(c *web.Call, in endHabilitationInput, typed web.Typed) (any, error) {
	f := layout.NewForm(personPath(in.Person, "/fin"), typed.Key, typed, nil)
	page, err := k.personForm(c, in.Person, f, "Mettre fin aux fonctions")
	page.Lead = "Ses sessions se ferment à la prochaine requête. Ses brouillons restent scellés, ses signatures restent valables, et un successeur est proposé pour chaque dossier en cours."
	page.Submit, page.Warning = "Mettre fin aux fonctions", "Ne se reprend pas : une nouvelle habilitation, saisie et confirmée, serait nécessaire. Demandez aussi aux dépositaires de retirer cette personne de leur liste."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("reason_code", "Motif", "", dutyEndChoices...)}}}
	refuse(f, typed)
	return page, err
}

// successionPage is the page face of listSuccessions: the rapporteur is replaced here, the members by the secretariat of the territory.
func (k *Desk) successionPage(c *web.Call, list web.List[store.Succession]) (any, error) {
	page := layout.FormView{Shell: k.Shell(c), Heading: "Successeurs proposés", Back: layout.Action{Label: "Équipe", Href: peoplePath},
		Lead: "Vous remplacez le rapporteur ; le secrétariat du territoire remplace un membre du collège, et en a reçu la tâche. Un successeur qui soigne la personne est refusé au moment de le désigner."}
	if len(list.Items) == 0 {
		page.Lead = "Aucun dossier en cours n’attend de successeur."
	}
	var ids []string
	for _, s := range list.Items {
		if s.Proposed != nil {
			ids = append(ids, *s.Proposed)
		}
	}
	names, err := identity.NamesOf(c.Context(), k.Pool, ids)
	for _, s := range list.Items {
		page.Acts = append(page.Acts, successionAct(c, s, names))
	}
	return page, err
}

func successionAct(c *web.Call, s store.Succession, names map[string]string) layout.Act {
	one := layout.Act{Title: "Dossier " + s.Dossier[:8] + ", " + owedWords[s.Owed], Text: "Personne ne peut être proposé.", Minor: true}
	if s.Owed == owedNothing {
		one.Text = "Rien n’est à reprendre tant que l’avis ne change pas."
	}
	if s.Proposed == nil {
		return one
	}
	if s.Owed != owedNothing {
		one.Text = "Proposé : Dr " + names[*s.Proposed] + "."
	}
	if s.Capacity == store.AsRapporteur {
		one.Form = buttonOn(c, dossierPath(s.Dossier)+"/rapporteur/remplacement")
		one.Fields = []layout.Field{one.Form.Hidden("rapporteur", *s.Proposed)}
		one.Label = "Désigner"
	}
	return one
}

// reassignForm is the button of reassignRapporteur.
func (k *Desk) reassignForm() web.Option {
	return web.Form("/dossiers/:dossier/rapporteur/remplacement", web.Face[reassignRapporteurInput, Reassigned]{Said: "rapporteur_replaced",
		Done: func(*web.Call, reassignRapporteurInput, Reassigned) string { return peoplePath }})
}

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
	owedWords = map[string]string{store.OwedReport: "rapport à établir", store.OwedTransmission: "rapport signé, à transmettre", store.OwedSupplement: "complément du rapport",
		store.OwedAnswer: "réponses à donner", store.OwedSignature: "avis à signer", store.OwedNothing: "signature donnée : elle reste valable"}
)

// peoplePage is the page face of listPeople: what awaits a head of service, then each person, what is due first on top, with what the reader may open.
func (k *Desk) peoplePage(c *web.Call, list web.List[identity.Standing]) (any, error) {
	head, err := k.isHead(c)
	page := layout.ListView{Shell: k.Shell(c), Heading: "Équipe du service médical", Back: layout.Action{Label: "Mon travail", Href: "/dossiers"},
		Next: []layout.Action{{Label: "Décisions de composition", Href: decisionsPath}},
		Lead: "Une habilitation est saisie par une personne et confirmée par une autre, puis revue chaque trimestre ; nul n’agit sur la sienne. Celle qui ne porte pas de date de revue a été chargée par l’exploitation, qui en répond. Les clés suivent la liste des dépositaires, qui se met à jour à part."}
	if err == nil && head {
		page.Acts, err = k.leftActs(c)
	}
	columns := []string{"Personne", "Habilitation", "Actes"}
	physicians, others := layout.ListSection{ID: "medecins", Title: "Médecins", Columns: columns}, layout.ListSection{ID: "secretariat", Title: "Secrétariat médical", Columns: columns}
	for _, one := range list.Items {
		if head && one.ID != c.Who.ID {
			page.Acts = append(page.Acts, k.awaitedActs(c, one)...)
		}
		section := &others
		if one.Role == "MEDECIN" {
			section = &physicians
		}
		section.Rows = append(section.Rows, personRow(one, head, one.ID == c.Who.ID))
	}
	page.Sections = []layout.ListSection{physicians, others}
	return page, err
}

// awaitedActs are what a head of service has to answer about a person: a habilitation to confirm, a quarter to look at again.
func (k *Desk) awaitedActs(c *web.Call, one identity.Standing) []layout.Act {
	var acts []layout.Act
	for _, entry := range one.Awaiting {
		if entry.EnteredBy != c.Who.ID {
			acts = append(acts, layout.Act{Title: nameOnList(one) + " : habilitation à confirmer", Text: "Décision " + entry.DecisionRef + ", à partir du " + frenchDay(entry.ValidFrom) + ".", Label: "Confirmer",
				Form: buttonOn(c, personPath(one.ID, "/habilitation/"+entry.ID+"/confirmation"))})
		}
	}
	if k.reviewAwaited(one.ReviewDue) {
		acts = append(acts, layout.Act{Title: nameOnList(one) + " : revue du trimestre", Text: reviewText(one), Label: "Confirmer pour le trimestre",
			Form: buttonOn(c, personPath(one.ID, "/habilitation/revue")), Minor: true})
	}
	return acts
}

func nameOnList(one identity.Standing) string { return one.FamilyName + " " + one.GivenName }

// personRow is where a person stands, and what the reader may open about him.
func personRow(one identity.Standing, head, own bool) []layout.ListCell {
	stands := layout.ListCell{Text: standingWords[one.Standing] + dueWords(one.ReviewDue)}
	if one.Role != "MEDECIN" && one.Standing == identity.Without {
		stands.Text = "En fonctions" // a secretary needs none: the directory says who is one
	}
	if one.Absence != nil {
		stands.Note = "Absent jusqu’au " + frenchDay(one.Absence.LastOn)
	}
	acts := layout.ListCell{Of: nameOnList(one)}
	link := func(shown bool, label, tail string) {
		if shown {
			acts.Links = append(acts.Links, layout.Action{Label: label, Href: personPath(one.ID, tail)})
		}
	}
	ended := one.Standing == identity.Ended
	link(!own, "Saisir une habilitation", "/habilitation")
	link(head && one.Role == "MEDECIN", "Absences", absencesTail)
	link(head && one.Absence != nil && !ended, "Qui peut reprendre ses dossiers", "/succession")
	link(head && !own && ended, "Successeurs proposés", "/succession")
	link(head && !own && !ended, "Mettre fin aux fonctions", "/fin")
	return []layout.ListCell{{Text: nameOnList(one)}, stands, acts}
}

func dueWords(due *string) string {
	if due == nil {
		return ""
	}
	return ", à revoir au plus tard le " + frenchDay(*due)
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
	of := c.Fiber.Params("person")
	ids := []string{of}
	for _, s := range list.Items {
		if s.Proposed != nil {
			ids = append(ids, *s.Proposed)
		}
	}
	names, err := identity.NamesOf(c.Context(), k.Pool, ids)
	if names[of] != "" {
		page.Heading += " : " + names[of]
	}
	for _, s := range list.Items {
		page.Acts = append(page.Acts, successionAct(c, s, names))
	}
	return page, err
}

func successionAct(c *web.Call, s store.Succession, names map[string]string) layout.Act {
	one := layout.Act{Title: "Dossier " + s.Dossier[:8] + ", " + owedWords[s.Owed], Text: "Personne ne peut être proposé.", Minor: true}
	if s.Owed == store.OwedNothing {
		one.Text = "Rien n’est à reprendre tant que l’avis ne change pas."
	}
	if s.Proposed == nil {
		return one
	}
	if s.Owed != store.OwedNothing {
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

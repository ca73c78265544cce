package layout

import "time"

// requestStories are the pages of what is asked in the course of the procedure.
func requestStories(medical Shell, clock *Clock, day func(int, time.Month, int) time.Time) map[string]any {
	now := day(2026, 4, 7)
	back := Action{Label: "Dossier 3eaf2bc7", Href: "/d"}
	badges := []Badge{{"3eaf2bc7", ""}, {"Séjour, renouvellement", "info"}, {"Rapport", "new"}}
	form := func(t Typed, heading, lead, submit, warning string, parts func(*Form) []Part, aside ...Panel) FormView {
		f := NewForm("/x", storyKey, t, map[string]string{"place": "DT-LYON", "mode": "LRAR"})
		return FormView{Shell: medical, Heading: heading, Lead: lead, Back: back, Badges: badges, Clock: clock, Form: f, Parts: parts(f), Submit: submit, Warning: warning, Aside: aside}
	}
	returned := Line{"barred", "Envoyée le 24 mars 2026, recommandé avec avis de réception", "Présentée le 26 mars 2026. Revenue le 2 avril 2026 : présentée, non réclamée", nil}
	onItsWay := Panel{Title: "Déjà connu", Alt: true, Lines: []Line{returned}}
	refusedDelivery := typed{values: map[string][]string{"returned_on": {"2026-04-02"}}, wrong: map[string]string{"return_reason": "Un retour a sa date et son motif. Indiquez les deux."}}
	delivery := form(refusedDelivery, "Acheminement : Convocation conv-1", "N’indiquez que ce que vous venez d’apprendre.", "Enregistrer", "", deliveryStory, onItsWay)
	delivery.Form.Refuse(Refused{Sentence: "Un retour a sa date et son motif. Indiquez les deux.", Request: "01J9"})
	signals := form(typed{}, "Ce que la préfecture a signalé", "Vérifiez, puis confirmez.", "", "", func(*Form) []Part { return nil }, Panel{Title: "Déjà confirmé", Alt: true, Lines: []Line{{"ok", "La personne est désormais assignée à résidence", "Confirmé le 2 avril 2026", nil}}})
	signals.Form, signals.Acts = nil, []Act{{Form: NewForm("/y", storyKey, typed{}, nil), Title: "La personne est désormais détenue", Text: "Selon la préfecture, depuis le 3 avril 2026 à 9 h 05.", Label: "Confirmer", Warning: "Peut changer l’auteur de l’avis. Ne se reprend pas."}}
	return map[string]any{
		"form-summons":  form(typed{}, "Convoquer la personne", "La lettre est écrite à partir de ce formulaire, avec ses mentions obligatoires.", "Enregistrer la convocation", "Une absence n’est opposable que si la lettre a été présentée.", summonsStory, Panel{Title: "La lettre dira", Alt: true, Lines: []Line{{"ok", "Le droit à un interprète", "", nil}, {"wait", "Elle est en français", "Une traduction se joint à la main : aucune n’est produite ici.", nil}}}),
		"form-delivery": delivery,
		"form-default": form(typed{}, "Constater un défaut : Convocation conv-1", "Un défaut ne bloque rien.", "Constater le défaut", "Ne se reprend pas.", defaultStory,
			Panel{Title: "Ce défaut", Lines: []Line{{"barred", "Il ne peut pas l’être aujourd’hui", "La lettre n’est pas établie.", nil}}}, onItsWay),
		"form-button":   form(typed{}, "Certificat non parvenu", "Le délai d’envoi est passé.", "Constater la non-réception", "La préfecture est informée de la date.", func(*Form) []Part { return nil }),
		"form-signals":  signals,
		"dossier-asked": askedStory(medical, back, badges, clock, now, returned),
		"letter":        letterStory(medical, "Guinée", "Peul"),
		"letter-french": letterStory(medical, "", "Français"),
	}
}

func summonsStory(f *Form) []Part {
	at := f.Text("appointment_at", "Date et heure", "À l’heure du lieu du rendez-vous")
	at.Kind = "datetime"
	return []Part{
		{Title: "Le rendez-vous", Fields: []Field{at, f.Select("place", "Lieu", "", Option{Value: "DT-LYON", Label: "Direction territoriale de Lyon"}), f.Select("mode", "Mode d’envoi", "Une lettre simple ne prouve pas qu’elle est arrivée", Option{Value: "LRAR", Label: "Recommandé avec avis de réception"})}},
		{Title: "Si la lettre a été écrite hors de Cloison", Intro: "Laissez vide autrement.", Fields: Optionally(f.Ticks("mentions", "Ce que la lettre porte", "", Option{Value: "DATE", Label: "La date et l’heure"}, Option{Value: "LIEU", Label: "Le lieu"}), f.Date("received_on", "Déjà remise le", ""))},
	}
}

func deliveryStory(f *Form) []Part {
	return []Part{
		{Title: "Nouvel envoi", Intro: "La lettre est revenue.", Fields: Optionally(f.Text("registered_number", "Numéro de recommandé", "Scellé avec la lettre"), f.Date("sent_on", "Envoyée le", ""))},
		{Title: "Retour", Fields: Optionally(f.Date("returned_on", "Revenue le", ""), f.Select("return_reason", "Motif du retour", "", Option{Value: "NPAI", Label: "Destinataire inconnu à l’adresse (NPAI)"}))},
	}
}

func defaultStory(f *Form) []Part {
	return []Part{{Fields: []Field{f.Hidden("defaut", "DEMANDEUR_ABSENT"), f.Radio("cause", "Absence à la convocation : à qui tient ce défaut ?", "Un autre motif ne se constate pas.", Option{Value: "DEFAUT_DEMANDEUR", Label: "Le fait de la personne"})}}}
}

func askedStory(shell Shell, back Action, badges []Badge, clock *Clock, now time.Time, returned Line) DossierView {
	answer := DayClock("Réponse", "15 jours, R. 425-12", now.AddDate(0, 0, -14), now.AddDate(0, 0, 1), now)
	links := func(labels ...string) (all []Action) {
		for _, label := range labels {
			all = append(all, Action{Label: label, Href: "/x"})
		}
		return all
	}
	return DossierView{Shell: shell, Heading: "Dossier 3eaf2bc7", Back: back, Badges: badges, Clock: clock, Report: DossierReport{State: "Pas commencé."}, Rule: "Pas encore désigné.",
		Time: []Moment{{"7 avril 2026", "La personne n’est pas venue", "N’est un défaut que si la lettre lui a été présentée.", false, "Dr A, médecin rapporteur"}},
		Ask:  links("Convoquer", "Demander un complément", "Prescrire des examens"), CollegeActs: links("Remplacer un membre", "Refuser de signer"),
		Asked: []Asked{
			{ID: "demande-conv-1", Open: true, Title: "Convocation du 7 avril 2026 à 9 h 30, Direction territoriale de Lyon", State: Badge{"Absente : sans motif connu", "warning"}, Awaited: "Le service : constater le défaut", Trail: []Line{returned, {"wait", "Envoyée le 3 avril 2026", "Rien n’est encore connu de son acheminement", nil}}, Links: links("Lire la lettre", "Acheminement", "Constater le défaut", "Annuler")},
			{ID: "demande-cmp-1", Open: true, Title: "Complément demandé : hôpital", State: Badge{"En attente", "new"}, Clock: answer, Awaited: "Le professionnel interrogé", Said: []Fact{{"Question", "Deux\nlignes"}}, Links: links("Enregistrer la réponse")},
			{ID: "demande-exa-1", Title: "Examens demandés à la personne", State: Badge{"Défaut constaté", "error"}},
		},
		Signals: &Panel{Title: "La préfecture signale", Lines: []Line{{"wait", "La personne est désormais détenue", "Sans effet tant que le service ne l’a pas confirmé", &Action{Label: "Vérifier et confirmer", Href: "/s"}}}},
		More:    []ActGroup{{"Enregistrer un fait", links("Vérifier l’identité", "Adresse vérifiée")}, {"Fin et contentieux", links("Clore sans avis")}}}
}

func letterStory(shell Shell, minor, language string) LetterView {
	v := LetterView{Shell: shell, Heading: "Lettre de convocation conv-1", Back: Action{Label: "Dossier 3eaf2bc7", Href: "/d"}, Place: "Direction territoriale de Lyon", To: "BANGOURA-SYLLATE Ibrahima",
		Address: []string{"7 quai des Vérifiés", "69002 Lyon"}, Mode: "Recommandé avec avis de réception", Number: "2C 145 778 0012 4", SentOn: "24 mars 2026", Language: language,
		Paragraphs: []string{"Madame, Monsieur,", "Date : mardi 7 avril 2026, à 09 h 30.", "Vous avez le droit d’être assisté par un interprète."}}
	if minor != "" {
		v.For, v.Doubt = "SYLLATE Mariama", "Texte établi par le service, à confirmer : aucun modèle officiel n’a pu être lu."
	}
	return v
}

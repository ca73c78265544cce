package layout

import "time"

// missionStories are the pages of a mission.
func missionStories(shell Shell, day func(int, time.Month, int) time.Time) map[string]any {
	open := Action{Label: "Ouvrir", Href: "/m/1"}
	return map[string]any{
		"cases": CasesView{Shell: shell, Heading: "Regroupement familial", Lead: "Ce qui échoit d’abord, dans votre ressort.", New: &Action{Label: "Nouvelle demande", Href: "/m/n", Primary: true}, Next: "/m?after=1",
			Rows: []CaseRow{{Name: "NDIAYE Awa", Reference: "9975100345", Kind: "Famille à l’étranger", Stage: "Chez le maire", Due: FrenchDate(day(2027, 1, 20)), Left: "dans 12 jours", Action: open},
				{Name: "BENALI Karim", Reference: "9975100346", Kind: "Accord franco-algérien", Stage: "Déposée, à vérifier", Action: open}}},
		"cases-found": CasesView{Shell: shell, Heading: "Demandes trouvées", Nothing: "Aucune demande de votre ressort ne correspond.", More: []Action{{Label: "Convoquer", Href: "/m/c"}}, New: &Action{Label: "Chercher autre chose", Href: "/m/r"}},
		"case-town-hall": CaseView{Shell: Shell{Assets: shell.Assets, Portal: shell.Portal, ServedAt: shell.ServedAt}, Heading: "NDIAYE Awa", Lead: "Ce lien ne montre que ce dossier, à votre commune, pour un temps.", Given: []Fact{{Name: "Personnes au foyer", Value: "4"}},
			Steps: []Moment{{Date: "À faire", What: "Accuser réception", Next: true}}, Acts: []ActGroup{{Title: "Ce que vous pouvez enregistrer", Links: []Action{{Label: "Accuser réception du dossier", Href: "/mairie/x/reception"}}}}},
		"cases-empty": CasesView{Shell: shell, Heading: "Regroupement familial"},
		"case": CaseView{Shell: shell, Heading: "NDIAYE Awa", Back: Action{Label: "Regroupement familial", Href: "/m"}, Law: Action{Label: "Le droit derrière chaque montant", Href: "/m/d"},
			Badges: []Badge{{"9975100345", ""}, {"Chez le préfet", "new"}},
			Findings: []Finding{{Title: "Ressources", Outcome: "Non remplie", Tone: "error", Why: "Moyenne de 1 900 € par mois ; il faut 2 001,44 € pour 4 personnes.", Source: "R. 434-4", ToConfirm: true, Values: []string{"P-SMIC BRUT : 1 823,03, depuis le 1er janvier 2026, à confirmer"}},
				{Title: "Logement", Outcome: "Remplie", Tone: "success", Why: "62 m² habitables ; il en faut 42.", Source: "R. 434-5"}},
			Both:      []Fact{{Name: "Maire, par son silence", Value: "Avis réputé favorable (R. 434-23)"}, {Name: "Constat de l’Office", Value: "Ressources : non remplie ; logement : remplie"}},
			Steps:     []Moment{{Date: "12 novembre 2026", What: "Attestation de dépôt délivrée (Office)", Effect: "Les six mois du préfet commencent."}, {Date: "Au plus tard le 12 mai 2027", What: "Décision du préfet, R. 434-12", Next: true}},
			Clock:     DayClock("Décision du préfet", "R. 434-12, R. 434-26", day(2026, 11, 12), day(2027, 5, 12), day(2027, 1, 20)),
			Exchanges: []Fact{{Name: "Mairie", Value: "16 novembre 2026, envoi : Copie envoyée au maire\n20 novembre 2026, réception : Reçue par la mairie"}},
			Papers:    []Action{{Label: "Attestation de dépôt, PDF", Href: "/p/1"}}, Aside: []Panel{{Title: "Rendez-vous", Lines: []Line{{Mark: "wait", Text: "Visite du logement, 1er décembre 2026 à 9 h 00", Note: "Au domicile", Link: &Action{Label: "Annuler", Href: "/m/1/a"}}}}},
			Given: []Fact{{Name: "Personnes au foyer", Value: "4"}}, Acts: []ActGroup{{Title: "Ce que vous pouvez enregistrer", Links: []Action{{Label: "Décider", Href: "/m/1/decision"}}}}},
		"law": LawView{Shell: shell, Version: "1f2e3d4c5b6a7988", Back: Action{Label: "Regroupement familial", Href: "/m"},
			Rows: []LawRow{{Code: "P-SMIC", Key: "BRUT", Value: "1 823,03", From: "1er janvier 2026", Source: "montant publié", Note: "Une hausse n’a pas été trouvée.", ToConfirm: true}, {Code: "P-RF-COEF", Key: "4", Value: "1,10", From: "28 juin 2008", To: "31 décembre 2030", Source: "R. 434-4"}}},
	}
}

package layout

// exitStories are the lists of what leaves a dossier, and of who opened it.
func exitStories(medical Shell) map[string]any {
	back := Action{Label: "Dossier 3eaf2bc7", Href: "/d"}
	badges := []Badge{{"3eaf2bc7", ""}, {"Contentieux", "new"}}
	text := func(texts ...string) []ListCell {
		var row []ListCell
		for _, one := range texts {
			row = append(row, ListCell{Text: one})
		}
		return row
	}
	letters := ListView{Shell: medical, Heading: "Lettres et bordereaux", Lead: "Chaque lettre se dessine à partir du dossier.", Back: back, Badges: badges, Sections: []ListSection{
		{ID: "lettres", Title: "Lettres", Intro: "Textes à confirmer.", Columns: []string{"Lettre", "Datée du", "À", "Document"}, Rows: [][]ListCell{
			{{Text: "Accusé de réception du certificat", Note: "cert-1"}, {Text: "2 mars 2026"}, {Text: "La personne"}, {Of: "Accusé de réception du certificat", Links: []Action{{Label: "Lettre, PDF", Href: "/x"}}}}}},
		{ID: "bordereaux", Title: "Bordereaux", Columns: []string{"Envoi"}, Empty: "Rien n’est encore parti."}}}
	accesses := ListView{Shell: medical, Heading: "Accès à ce dossier", Back: back, Badges: badges, Aside: []Panel{{Title: "Cette liste", Lines: []Line{{"ok", "Des fonctions, pas des noms", "", nil}}}},
		Next: []Action{{Label: "Établir un envoi", Href: "/y", Primary: true}}, Sections: []ListSection{{ID: "acces", Title: "Lectures", Columns: []string{"Jour", "Fonction", "Finalité", "Quoi"}, Rows: [][]ListCell{text("2 mars 2026", "Médecin", "Instruction", "Pièce")}}}}
	return map[string]any{"list-letters": letters, "list-accesses": accesses}
}

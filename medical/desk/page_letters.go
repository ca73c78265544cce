package desk

import (
	"net/url"
	"strconv"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// lettersPage is the page face of listLetters: each letter, to open as a document.
func (k *Desk) lettersPage(c *web.Call, list LetterList) (any, error) {
	d, err := k.seen(c, list.Dossier)
	if err != nil {
		return nil, err
	}
	p := dossierReader{k: k, c: c, d: d, now: k.Clock.Now()}
	view := k.listOn(c, d, "Lettres et bordereaux")
	view.Lead = "Chaque lettre se dessine à partir du dossier, avec ses mentions obligatoires. Ouvrir un document ouvre le nom et l’adresse : la lecture est inscrite au journal."
	letters := layout.ListSection{ID: "lettres", Title: "Lettres", Intro: "Textes établis par le service, à confirmer : aucun modèle officiel n’a pu être lu.",
		Columns: []string{"Lettre", "Datée du", "À", "Document"}, Empty: "Aucune lettre n’est encore appelée par le dossier."}
	for _, l := range list.Letters {
		letters.Rows = append(letters.Rows, p.letterRow(l))
	}
	slips := layout.ListSection{ID: "bordereaux", Title: "Bordereaux d’envoi à la préfecture", Intro: "Sous couvert du directeur général (R. 425-12, R. 425-13).",
		Columns: []string{"Envoi", "Du", "Document"}, Empty: "Rien n’est encore parti."}
	for _, s := range list.Slips {
		href := "/api/v1" + dossierPath(d.ID) + "/releases/" + strconv.FormatInt(s.Seq, 10) + "/slip.pdf?purpose=" + p.letterPurpose()
		slips.Rows = append(slips.Rows, []layout.ListCell{{Text: "N° " + strconv.FormatInt(s.Seq, 10) + ", " + slipObjects[s.Code]}, {Text: layout.FrenchDate(s.On.Time())},
			{Of: slipObjects[s.Code], Links: []layout.Action{{Label: "Bordereau, PDF", Href: href}}}})
	}
	view.Sections = []layout.ListSection{letters, slips}
	return view, nil
}

func (p dossierReader) letterRow(l LetterID) []layout.ListCell {
	document := layout.ListCell{Text: "Réservée au médecin", Note: "elle contient ce qui est demandé"}
	if !l.Medical || p.c.Who.Role == "MEDECIN" {
		query := url.Values{"ref": {l.Ref}, "to": {l.To}, "purpose": {p.letterPurpose()}}
		document = layout.ListCell{Of: letterTitles[l.Kind] + " " + l.Ref, Links: []layout.Action{{Label: "Lettre, PDF", Href: "/api/v1" + dossierPath(p.d.ID) + "/letters/" + l.Kind + "/letter.pdf?" + query.Encode()}}}
	}
	return []layout.ListCell{{Text: letterTitles[l.Kind], Note: l.Ref}, {Text: layout.FrenchDate(l.On.Time())}, {Text: addresseeWords(l.To)}, document}
}

func addresseeWords(to string) string {
	switch to {
	case "patient", "":
		return "La personne"
	case medical.ToProfessional:
		return "Le professionnel interrogé"
	}
	return "Représentant légal " + to
}

// listOn is a page of lists about a dossier: what every one of them has around its tables.
func (k *Desk) listOn(c *web.Call, d store.Dossier, heading string) layout.ListView {
	return layout.ListView{Shell: k.Shell(c), Heading: heading, Badges: badges(d), Back: layout.Action{Label: "Dossier " + d.ID[:8], Href: dossierPath(d.ID)}}
}

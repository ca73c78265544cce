package desk

import (
	"strings"

	"cloison/web"
	"cloison/web/layout"
)

// letterPage is the page face of getLetter: what the person reads, to print.
func (k *Desk) letterPage(c *web.Call, face LetterFace) (any, error) {
	view := layout.LetterView{Shell: k.Shell(c), Heading: "Lettre de convocation " + face.Ref,
		Back:  layout.Action{Label: "Dossier " + face.Dossier[:8], Href: requestsOf(face.Dossier)},
		Place: place(face.Place), To: face.Name, For: face.For, Address: strings.Split(face.Address, "\n"),
		Mode: wordsOf(modeChoices, face.Mode), Number: face.RegisteredNumber, SentOn: layout.FrenchDate(face.SentOn.Time()),
		Paragraphs: strings.Split(face.Text, "\n\n"), Language: layout.LanguageName(face.Language)}
	if face.Certainty == "to_confirm" {
		view.Doubt = "Texte établi par le service, à confirmer : aucun modèle officiel n’a pu être lu."
	}
	return view, nil
}

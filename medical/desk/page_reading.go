package desk

import (
	"cloison/act"
	"cloison/medical/inspect/wire"
	"cloison/medical/reference"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// readingForm is the page face of listDocuments: the pieces, and the one that is looked at. Opening the list is one reading; so is each
// piece, which the page fetches by getDocumentRendition when its reader asks for it.
func (k *Desk) readingForm() web.Option {
	return web.PageOf(`/dossiers/:dossier/lecture`, "reading", k.readingPage)
}

func (k *Desk) readingPage(c *web.Call, list Documents) (any, error) {
	d, err := k.seen(c, c.Fiber.Params("dossier"))
	if err != nil {
		return nil, err
	}
	c.Draws(k.Viewer)
	view := layout.ReadingView{Shell: k.Shell(c), Heading: "Pièces du dossier", Badges: badges(d), Viewer: k.Viewer, Reader: c.Who.Name,
		Zone: reference.Location(d.Case.Direction).String(), Back: layout.Action{Label: "Dossier " + d.ID[:8], Href: dossierPath(d.ID)}}
	view.Framed = c.Framed()
	standing := d.Policy
	standing.Document = &policy.Document{}
	may, err := k.Gate.May(c.Context(), c.Who, standing, act.Offer{Action: "document.move"}, act.Offer{Action: "document.split"})
	if err != nil {
		return nil, err
	}
	for _, document := range list.Items {
		piece := pieceOf(document, d.ID, c.Purpose)
		if piece.Show != "" && !view.Framed {
			piece.Acts = placeActs(may, d.ID, document)
		}
		view.Pieces = append(view.Pieces, piece)
	}
	return view, nil
}

// placeActs put a piece where it belongs.
func placeActs(may map[string]bool, dossier string, document DocumentView) (acts []layout.Action) {
	if may["document.move"] {
		acts = append(acts, layout.Action{Label: "Déplacer", Href: piecePath(dossier, document.ID) + "/deplacement"})
	}
	if may["document.split"] && document.Pages > 1 {
		acts = append(acts, layout.Action{Label: "Scinder", Href: piecePath(dossier, document.ID) + "/scission"})
	}
	return acts
}

// large is the size in bytes from which a PDF is shown by its first page while the rest comes. Ours, chosen and not measured: `make bench` looks at one
// file of 17 MB alone (TestTheFirstPageOfAScan).
const large = 2 << 20

func pieceOf(document DocumentView, dossier, purpose string) layout.Piece {
	piece := layout.Piece{ID: document.ID, Label: document.Label, Note: documentWords[document.Kind] + " · reçue le " + layout.FrenchDate(document.ReceivedOn.Time())}
	switch {
	case document.Excluded != nil:
		piece.Note += ". Écartée le " + layout.FrenchDate(document.Excluded.On.Time()) + " : elle ne s’ouvre plus."
		return piece
	case !document.Complete:
		piece.Note += ". L’envoi n’est pas terminé."
		return piece
	case document.Verdict == "SANITISED" && document.Reason != "NAME_NEUTRALISED":
		piece.Note += ". La copie est sans ce que le contrôle a trouvé dans le fichier."
	}
	at := web.Prefix + dossierPath(dossier) + "/documents/" + document.ID
	piece.Show, piece.Copy = at+"/rendition?purpose="+purpose, at+"/content?purpose="+purpose
	piece.Large = document.MediaType == string(wire.PDF) && document.Size > large
	return piece
}

// readingPath is where the pieces are read, for a purpose.
func readingPath(dossier, purpose string) string {
	return dossierPath(dossier) + "/lecture?purpose=" + purpose
}

// beside lets the pieces be read while a form is filled. Nothing is opened before its reader asks.
func (k *Desk) beside(c *web.Call, dossier, purpose string) *layout.Beside {
	c.Frames()
	return &layout.Beside{Href: readingPath(dossier, purpose), Label: "Ouvrir les pièces à côté",
		Text: "Ce que vous écrivez reste en place pendant que vous les lisez."}
}

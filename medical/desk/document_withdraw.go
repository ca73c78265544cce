package desk

import (
	"cloison/medical/store"
	"cloison/web"
)

type withdrawDocumentInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Document   string `path:"document" json:"-"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=DOCUMENT_OTHER_PERSON DOUBLON ILLISIBLE VERSEE_PAR_ERREUR"`
}

// withdrawDocument sets a document aside: its own piece by a clerk until a physician has opened it, any piece by a physician in charge. It
// stays sealed and is shown to nobody; the event says which piece and why, by a code.
func (k *Desk) withdrawDocument(c *web.Call, in withdrawDocumentInput) (web.Reply[store.View], error) {
	var d store.Dossier
	a := onDocument(c, in.Dossier, in.Document, &d)
	return k.write(c, a, &d, func(w work) error { return k.setAside(c, w, in.Document, in.ReasonCode) })
}

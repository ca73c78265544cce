package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

type moveDocumentInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Document   string `path:"document" json:"-"`
	To         string `json:"to" validate:"required,uuid"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=DEPLACEE_AUTRE_PERSONNE DEPLACEE_AUTRE_DOSSIER"`
}

// moveDocument takes a piece to the dossier where it belongs, before the opinion of either: by a physician in charge of both. It is opened with
// his handle, sealed anew for the other dossier, and set aside in the first, which keeps the trace, by a code, and gives nothing of it any more
// (TestAPieceIsMovedByThePhysicianOfBothDossiers). Each dossier has its own decision and its own entry, of one commit.
func (k *Desk) moveDocument(c *web.Call, in moveDocumentInput) (web.Reply[store.View], error) {
	var d, other store.Dossier
	a := alsoLocking(onDocument(c, in.Dossier, in.Document, &d), in.To)
	a.Context = policy.Context{Open: store.Medical}
	taking := on(c, in.To, "", &other)
	taking.Action, taking.IdempotencyKey = "document.take", ""

	var copied vault.Copy
	var received *vault.Received
	defer func() { closing(c, received) }()
	open := func(permit *act.Permit) (err error) {
		if in.To == in.Dossier {
			return act.NewError(act.Invalid, "La pièce est déjà dans ce dossier. Indiquez celui où elle doit aller.")
		}
		there, err := k.Gate.Read(c.Context(), c.Who, taking) // before a byte is opened, and again at the end
		if err != nil {
			return err
		}
		if err := there.Redeem(); err != nil {
			return err
		}
		defer func() { _ = there.Close(c.Context(), err == nil, 0) }()
		document, err := k.openToCopy(c, permit, documentInput{in.Dossier, in.Document})
		if err != nil {
			return err
		}
		copied, received, err = k.copyWhole(c, document, in.To)
		return err
	}
	return k.openThenWrite(c, a, &d, open, func(w work) error {
		if err := k.setAside(c, w, in.Document, in.ReasonCode); err != nil {
			return err
		}
		return w.Also(w.ctx, taking, func(ctx context.Context, tx *act.Tx) error {
			return k.addCopy(c, work{Tx: tx, ctx: ctx, d: &other}, received, copied)
		})
	})
}

// setAside is what the first place keeps of a piece: that it stood there, and why it does no longer.
func (k *Desk) setAside(c *web.Call, w work, document, reason string) error {
	row, err := store.GetDocument(w.ctx, w, w.d.ID, document)
	if err != nil {
		return err
	}
	if err := store.InsertExclusion(w.ctx, w, row, store.Exclusion{At: w.Now, Author: c.Who.ID, Reason: reason}); err != nil {
		return err
	}
	return w.append(store.With{}, event(c, w.Now, "", medical.PieceEcartee{Document: document, ReasonCode: reason}))
}

// addCopy records a piece that was sealed for the dossier of the act.
func (k *Desk) addCopy(c *web.Call, w work, received *vault.Received, of vault.Copy) error {
	if err := received.CompleteCopy(w.ctx, w.Tx, of); err != nil {
		return err
	}
	return k.tellCollege(c, w, received.Document())
}

func (k *Desk) moveForm() web.Option {
	return web.Form("/dossiers/:dossier/pieces/:document/deplacement", web.Face[moveDocumentInput, view]{Template: "form", Said: "document_moved",
		View: func(c *web.Call, in moveDocumentInput, typed web.Typed) (any, error) {
			d, err := k.seen(c, in.Dossier)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(piecePath(d.ID, in.Document)+"/deplacement", typed.Key, typed, nil)
			page := k.formOn(c, d, f, "Déplacer une pièce vers un autre dossier")
			page.Lead = "Vous devez être en charge des deux dossiers, et aucun avis ne doit y être rendu. Ici, la pièce ne s’ouvrira plus : il restera la date et le motif."
			page.Submit, page.Parts = "Déplacer la pièce", []layout.Part{{Fields: []layout.Field{
				f.Text("to", "Le dossier où elle doit aller", "Sa référence entière, telle que l’adresse de sa page la donne"),
				f.Radio("reason_code", "Pourquoi", "", choices(moveChoices...)...),
			}}}
			refuse(f, typed)
			return page, nil
		},
		Done: func(_ *web.Call, in moveDocumentInput, _ view) string { return readingPath(in.Dossier, "INSTRUCTION") }})
}

func piecePath(dossier, document string) string { return dossierPath(dossier) + "/pieces/" + document }

var moveChoices = []choice{
	{"DEPLACEE_AUTRE_PERSONNE", "Elle concerne une autre personne"}, {"DEPLACEE_AUTRE_DOSSIER", "Elle appartient à un autre dossier de la même personne"},
}

// asideWords say in an inventory why a piece is not there. A reason of the inspection stays its code.
var asideWords = []choice{
	{"DOCUMENT_OTHER_PERSON", "elle concerne une autre personne"}, {"DEPLACEE_AUTRE_PERSONNE", "elle concerne une autre personne, au dossier de laquelle elle est"},
	{"DEPLACEE_AUTRE_DOSSIER", "elle est dans un autre dossier de la même personne"}, {splitReason, "deux pièces ont pris sa place"},
	{"DOUBLON", "elle y est déjà"}, {"ILLISIBLE", "elle ne se lit pas"}, {"VERSEE_PAR_ERREUR", "elle a été versée par erreur"},
}

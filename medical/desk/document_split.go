package desk

import (
	"errors"
	"slices"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

type splitDocumentInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
	medical.SplitInput
}

// splitReason is what the piece that was split is set aside for.
const splitReason = "SCINDEE"

// splitDocument makes two pieces of a PDF that is two, before the opinion: its pages up to one, and those after. They are made in the confined
// process from the opened piece, which is then set aside as moveDocument does; each waits for its own inspection, and nothing of the other is in it
// (TestExtractedPagesHoldNothingOfTheOthers, TestAPieceIsSplitInTwo).
func (k *Desk) splitDocument(c *web.Call, in splitDocumentInput) (web.Reply[store.View], error) {
	var d store.Dossier
	a := onDocument(c, in.Dossier, in.Document, &d)
	a.Context = policy.Context{Open: store.Medical}
	s := splitting{k: k, c: c, in: in, ids: [2]string{store.NewID(), store.NewID()}}
	slices.Sort(s.ids[:])
	defer func() { closing(c, s.received[:]...) }()
	return k.openThenWrite(c, a, &d, s.open, func(w work) error {
		if err := k.setAside(c, w, in.Document, splitReason); err != nil {
			return err
		}
		for i, received := range s.received {
			if err := k.addCopy(c, w, received, s.copies[i]); err != nil {
				return err
			}
		}
		w.SetItem(in.Document)
		return nil
	})
}

// splitting is one split on its way.
type splitting struct {
	k        *Desk
	c        *web.Call
	in       splitDocumentInput
	ids      [2]string // in order: they begin at one instant, and a dossier lists its documents by instant, then id
	copies   [2]vault.Copy
	received [2]*vault.Received
}

// open seals both pieces, the second while the reading ends.
func (s *splitting) open(permit *act.Permit) error {
	end, err := s.k.copies.begin(s.c.Who.ID)
	if err != nil {
		return err
	}
	defer end()
	document, err := s.k.openToCopy(s.c, permit, documentInput{s.in.Dossier, s.in.Document})
	if err != nil {
		return err
	}
	input, err := document.Description(s.c.Context())
	if err == nil {
		err = s.take(document, input)
	}
	if err != nil {
		return errors.Join(err, document.Close())
	}
	whole, err := document.Range(document.Size(), 0) // both were read to their end: the reading was served
	if err != nil {
		return err
	}
	return whole.Close()
}

func (s *splitting) take(document *vault.Document, input medical.DocumentInput) error {
	for i, pages := range [2][2]int{{1, s.in.After}, {s.in.After + 1, 0}} {
		if err := s.extract(i, document, input, pages[0], pages[1]); err != nil {
			return err
		}
	}
	return nil
}

// extract makes and seals one of the two. What it holds of pages, size and digest is its own; the rest was said of the whole.
func (s *splitting) extract(i int, document *vault.Document, input medical.DocumentInput, first, last int) (err error) {
	made, err := s.k.Copies.Extract(s.c.Context(), within(document), document.Size(), first, last)
	if err != nil {
		return inspectionError(err)
	}
	defer func() { _ = made.Close() }()
	if made.Size == 0 {
		return act.NewError(act.Invalid, "Cette pièce ne peut pas être scindée là : il faut un PDF de 50 Mo au plus, et au moins une page de chaque côté. Vérifiez le numéro de page.")
	}
	if last == 0 {
		last = made.Pages
	}
	input.MediaType, input.Size, input.Pages, input.SHA256 = string(made.Type), made.Size, last-first+1, nil
	if label := [2]string{s.in.First, s.in.Second}[i]; label != "" {
		input.Label = label
	}
	s.copies[i] = vault.Copy{ID: s.ids[i], Dossier: s.in.Dossier, Author: s.c.Who.ID, Input: input}
	s.received[i], err = s.k.Vault.ReceiveCopy(s.c.Context(), s.copies[i], made)
	return err
}

func (k *Desk) splitForm() web.Option {
	return web.Form("/dossiers/:dossier/pieces/:document/scission", web.Face[splitDocumentInput, view]{Template: "form", Said: "document_split",
		View: func(c *web.Call, in splitDocumentInput, typed web.Typed) (any, error) {
			d, err := k.seen(c, in.Dossier)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(piecePath(d.ID, in.Document)+"/scission", typed.Key, typed, nil)
			page := k.formOn(c, d, f, "Scinder une pièce en deux")
			page.Lead = "Deux pièces prennent la place de celle-ci, qui ne s’ouvrira plus. Chaque page se retrouve dans l’une ou dans l’autre."
			page.Submit, page.Parts = "Scinder la pièce", []layout.Part{{Fields: []layout.Field{
				f.Number("after", "La première pièce s’arrête à la page", "La seconde commence à la page suivante"),
				wide(notRequired(f.Text("first_label", "Intitulé de la première", "Vide : celui de la pièce"))),
				wide(notRequired(f.Text("second_label", "Intitulé de la seconde", "Vide : celui de la pièce"))),
			}}}
			refuse(f, typed)
			return page, nil
		},
		Done: func(_ *web.Call, in splitDocumentInput, _ view) string { return readingPath(in.Dossier, "INSTRUCTION") }})
}

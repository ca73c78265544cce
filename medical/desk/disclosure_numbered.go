package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/exit"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// numbered gathers an archive: documents to read or print, one file each, numbered as their inventory lists them (Télérecours, R. 414-5 CJA),
// and beside them the data that they were drawn from. A piece goes as it came, under its number; an image as a PDF, and as it came beside.
type numbered struct {
	k      *Desk
	c      *web.Call
	l      *leaving
	person personal

	documents []exit.File
	titles    []string
	data      []exit.File
	withheld  []string
}

// add gives the next number. The inventory is number 1.
func (n *numbered) add(title, name string, f exit.File) {
	f.Name = fmt.Sprintf("documents/%03d-%s", len(n.documents)+2, name)
	n.documents, n.titles = append(n.documents, f), append(n.titles, title)
}

// draw adds a paper under its number.
func (n *numbered) draw(title, name string, blocks []form.Block) error {
	file, err := n.paper(title, fmt.Sprintf("Pièce n° %d", len(n.documents)+2), blocks).PDF()
	if err != nil {
		return err
	}
	n.add(title, name+".pdf", exit.Bytes("", file))
	return nil
}

func (n *numbered) paper(title, number string, blocks []form.Block) form.Paper {
	return form.Paper{Title: title, Number: number, On: release.Date(n.k.today(n.l.d).String()), Foot: "Dossier " + n.l.d.ID[:8] + ", envoi " + n.l.ask.Bundle,
		From: []string{"Office français de l’immigration et de l’intégration", "Service médical, " + place(n.l.d.Case.Direction)}, Blocks: blocks}
}

// own is what does not wait: for a judge, the physician's written observations; for the person, who opened the dossier.
func (n *numbered) own() error {
	switch n.l.ask.Bundle {
	case "L2":
		return n.observations()
	case "L4":
		accesses, err := n.k.accesses(n.c, n.l.d)
		if err != nil {
			return err
		}
		file, err := exit.JSON("acces.json", accesses)
		if err != nil {
			return err
		}
		n.data = append(n.data, file)
		return n.draw("Accès à votre dossier", "acces", accessBlocks(accesses))
	}
	return nil
}

// observations are the last ones that were written, where there are some.
func (n *numbered) observations() error {
	names, err := store.FindRecords(n.c.Context(), n.k.Pool, n.l.d.ID, store.KindObservation)
	if err != nil || len(names) == 0 {
		return err
	}
	last := names[len(names)-1]
	var written medical.Observations
	err = n.k.opening(n.c, n.l.reading(store.Medical, ""), func(permit *act.Permit) error {
		return n.k.Vault.OpenRecords(n.c.Context(), permit, []vault.Ref{{Kind: last.Kind, ID: last.ID, Version: last.Version}}, func(_ int, plain []byte) (err error) {
			written, err = unseal[medical.Observations](plain)
			return err
		})
	})
	if err != nil {
		return err
	}
	return n.draw("Observations du médecin de l’Office", "observations", []form.Block{{Text: written.Text}})
}

// administrative is how the procedure went, and the opinions as they left: their canonical bytes, and the sealed documents.
func (n *numbered) administrative(p exit.Procedure) error {
	file, err := exit.JSON("procedure.json", p)
	if err != nil {
		return err
	}
	n.data = append(n.data, file)
	if err := n.draw("Attestation de procédure", "attestation-de-procedure", n.k.procedureBlocks(n.l.d, p)); err != nil || n.l.ask.Bundle == "L1" {
		return err
	}
	bodies, err := store.FindOpinions(n.c.Context(), n.k.Pool, n.l.d.ID)
	if err != nil {
		return err
	}
	for i, body := range bodies {
		n.data = append(n.data, exit.Bytes(fmt.Sprintf("avis/%02d.json", i+1), []byte(body)))
		if err := n.opinion(i+1, body); err != nil {
			return err
		}
	}
	return nil
}

// opinion is one opinion as the prefecture has it, with its seal.
func (n *numbered) opinion(rank int, body string) error {
	var r release.Release
	if err := json.Unmarshal([]byte(body), &r); err != nil || r.Opinion == nil {
		return fmt.Errorf("reading opinion %d of dossier %s: not of its shape", rank, n.l.d.ID)
	}
	document, err := n.k.document(n.c.Context(), n.k.Pool, applicantsOf(n.person.known, n.person.read), r.Opinion.Unsealed)
	if err != nil {
		return err
	}
	sealed, err := n.k.Pins.Seal(document, *r.Opinion)
	if err != nil {
		return fmt.Errorf("sealing opinion %d of dossier %s: %w", rank, n.l.d.ID, err)
	}
	n.add(fmt.Sprintf("Avis, version %d, scellé", r.Opinion.Version), fmt.Sprintf("avis-%d.pdf", rank), exit.Bytes("", sealed))
	return nil
}

// medical are the records, the letters and the pieces. A piece that was set aside as another person's is not this dossier's to give.
func (n *numbered) medical(index *exit.Index) error {
	who, err := exit.JSON("personne.json", n.person.civil)
	if err != nil {
		return err
	}
	n.data = append(n.data, who)
	described, err := n.records()
	if err != nil {
		return err
	}
	for _, letter := range n.person.letters {
		n.data = append(n.data, exit.Bytes("courriers/"+letter.Ref+".txt", []byte(letter.Sent.Text)))
		if err := n.draw("Convocation "+letter.Ref+", telle qu’elle a été envoyée", "convocation-"+letter.Ref, []form.Block{{Text: letter.Sent.Text}}); err != nil {
			return err
		}
	}
	if err := n.pieces(described); err != nil {
		return err
	}
	index.Withheld = append(index.Withheld, n.withheld...)
	return nil
}

func (n *numbered) pieces(described map[string]medical.DocumentInput) error {
	documents, err := store.FindDocuments(n.c.Context(), n.k.Pool, n.l.d.ID)
	if err != nil {
		return err
	}
	list := []medical.DocumentInput{}
	for _, d := range documents {
		input, isPiece := described[d.ID]
		if isPiece && d.Excluded.Reason != "" {
			n.withheld = append(n.withheld, "une pièce écartée le "+layout.FrenchDate(d.Excluded.At.In(reference.Location(n.l.d.Case.Direction)))+" : "+wordsOf(asideWords, d.Excluded.Reason))
		}
		if !d.Complete() || !isPiece || setAside(n.l.d.Case, d.ID) {
			continue
		}
		leaves, err := n.k.inspected(n.c, n.l, d)
		if err != nil {
			return err
		}
		if !leaves {
			n.withheld = append(n.withheld, "une pièce que le contrôle a refusée")
			continue
		}
		list = append(list, input)
		title := fmt.Sprintf("Pièce médicale %d, %s, reçue le %s", len(list), lower(documentWords[input.Kind]), layout.FrenchDate(input.ReceivedOn.Time()))
		if err := n.piece(title, len(list), input, d); err != nil {
			return err
		}
	}
	file, err := exit.JSON("pieces/liste.json", list)
	n.data = append(n.data, file)
	return err
}

// piece adds one piece. A court takes PDF alone (R. 414-5 CJA): an image stands under its number as it is printed, and beside the data as it came.
func (n *numbered) piece(title string, rank int, input medical.DocumentInput, d store.Document) error {
	name := fmt.Sprintf("piece-%03d", rank)
	whole := exit.File{Size: d.Size, Open: func() (io.ReadCloser, error) { return n.k.piece(n.c, n.l, d) }}
	size, err := n.k.printedSize(n.c, n.l, d, input)
	if err != nil {
		return err
	}
	if size == 0 {
		n.add(title, name+extension(input.MediaType), whole)
		return nil
	}
	n.add(title+", imprimée", name+".pdf", exit.File{Size: size, Open: func() (io.ReadCloser, error) { return n.k.printed(n.c, n.l, d) }})
	whole.Name = "pieces/" + name + extension(input.MediaType)
	n.data = append(n.data, whole)
	return nil
}

// records opens the sealed records that a medical bundle takes, and the description of every piece, in one reading.
func (n *numbered) records() (map[string]medical.DocumentInput, error) {
	names, err := store.FindRecords(n.c.Context(), n.k.Pool, n.l.d.ID, "")
	if err != nil {
		return nil, err
	}
	var refs []vault.Ref
	for _, name := range names {
		if name.Kind == store.KindDocument || slices.Contains(exit.Records(), name.Kind) {
			refs = append(refs, vault.Ref{Kind: name.Kind, ID: name.ID, Version: name.Version})
		}
	}
	described := map[string]medical.DocumentInput{}
	err = n.k.opening(n.c, n.l.reading(store.Medical, ""), func(permit *act.Permit) error {
		return n.k.Vault.OpenRecords(n.c.Context(), permit, refs, func(i int, plain []byte) error {
			if refs[i].Kind == store.KindDocument {
				input, err := unseal[medical.DocumentInput](plain)
				described[refs[i].ID] = input
				return err
			}
			return n.record(refs[i], plain)
		})
	})
	return described, err
}

// record adds one record as it was sealed, and as it is read.
func (n *numbered) record(ref vault.Ref, plain []byte) error {
	file, err := exit.JSON(ref.Kind+"/"+ref.ID+".json", json.RawMessage(plain))
	if err != nil {
		return err
	}
	n.data = append(n.data, file)
	title, blocks, err := recordBlocks(ref, plain)
	if err != nil || title == "" {
		return err
	}
	return n.draw(title, ref.Kind+"-"+ref.ID, blocks)
}

// files are the inventory, the documents in their order, then the data.
func (n *numbered) files() ([]exit.File, error) {
	lines := []string{"1. Inventaire"}
	for i, title := range n.titles {
		lines = append(lines, fmt.Sprintf("%d. %s", i+2, title))
	}
	blocks := []form.Block{{Text: "Sous couvert du directeur général de l’Office français de l’immigration et de l’intégration."},
		{Name: "Personne concernée", Text: personWords(n.person.civil.Patient)}, {Name: "Fondement", Text: n.l.Ground}, {Name: "Destinataire", Text: n.l.Recipient},
		{Heading: "Pièces, dans leur ordre", Text: strings.Join(lines, "\n")},
		{Text: "Chaque pièce est un fichier qui porte son numéro, pour Télérecours ou pour l’impression. L’empreinte de chaque fichier est dans le manifeste."}}
	for _, withheld := range n.withheld {
		blocks = append(blocks, form.Block{Name: "Non joint", Text: withheld})
	}
	inventory, err := n.paper("Inventaire, envoi "+n.l.ask.Bundle, "Pièce n° 1", blocks).PDF()
	if err != nil {
		return nil, err
	}
	return slices.Concat([]exit.File{exit.Bytes("documents/001-inventaire.pdf", inventory)}, n.documents, n.data), nil
}

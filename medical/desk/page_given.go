package desk

import (
	"fmt"

	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// given are the pieces that a clerk gave: what stands of them in clear. Whoever may read the pieces sees them by their labels instead.
func (k *Desk) given(c *web.Call, d store.Dossier) ([]store.Document, error) {
	if c.Who.Role != "SECRETARIAT_MEDICAL" {
		return nil, nil
	}
	all, err := store.FindDocuments(c.Context(), k.Pool, d.ID)
	var own []store.Document
	for _, one := range all {
		if one.Author == c.Who.ID {
			own = append(own, one)
		}
	}
	return own, err
}

// givenPieces counts them and says when each came and what became of it: no label, no name, no nature, which are sealed (settled rule: what a
// clerk writes he does not read back; TestAClerkSeesThatHisPiecesAreThere).
func (p dossierReader) givenPieces() *layout.Given {
	if len(p.given) == 0 {
		return nil
	}
	given := &layout.Given{Lead: fmt.Sprintf("Vous avez ajouté %s à ce dossier. Leur contenu et leur intitulé sont scellés.", count(len(p.given), "pièce", "pièces"))}
	for i, piece := range p.given {
		line := layout.Line{Mark: "ok", Text: fmt.Sprintf("Pièce %d, le %s", i+1, layout.FrenchDateTime(piece.BegunAt.In(p.now.Location()))), Note: "Scellée, " + sizeWords(piece.Size)}
		switch {
		case piece.Excluded.Reason != "":
			line.Mark, line.Note = "barred", "Écartée le "+layout.FrenchDate(piece.Excluded.At.In(p.now.Location()))
		case !piece.Complete():
			line.Mark, line.Note = "wait", "Le fichier n’est pas arrivé entier : ajoutez-la de nouveau"
		}
		given.Lines = append(given.Lines, line)
	}
	return given
}

func count(n int, one, many string) string {
	if n == 1 {
		return "une " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func sizeWords(size int64) string {
	if size < 1<<20 {
		return fmt.Sprintf("%d ko", max(1, size>>10))
	}
	return fmt.Sprintf("%d Mo", size>>20)
}

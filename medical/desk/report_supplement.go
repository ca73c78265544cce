package desk

import (
	"fmt"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type addSupplementInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.Supplement
}

// addSupplement gives the college what it asked of the author of the report (R. 425-12, last paragraph). The report, signed and transmitted,
// does not change; the supplement is sealed beside it and answers the oldest request left open. All three members read it.
func (k *Desk) addSupplement(c *web.Call, in addSupplementInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		before, err := store.FindRecords(w.ctx, w, in.Dossier, store.KindSupplement)
		if err != nil {
			return err
		}
		id := fmt.Sprintf("supplement-%02d", len(before)+1)
		if err := k.seal(c, w, store.KindSupplement, id, in.Supplement); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion, medical.ComplementRecu{Ref: d.Case.AskedOfRapporteur()}))
	})
}

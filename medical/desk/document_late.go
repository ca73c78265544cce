package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

// tellCollege records that a document arrived after the report was transmitted: whoever sits sees in the dossier that there is one more to
// read. Before, the rapporteur reads what there is.
func (k *Desk) tellCollege(c *web.Call, w work, document string) error {
	if !w.d.Policy.ReportTransmitted || w.d.Policy.Issued {
		return nil
	}
	return w.append(store.With{}, event(c, w.Now, medical.StageNone, medical.PieceRecue{DocumentIDs: []string{document}}))
}

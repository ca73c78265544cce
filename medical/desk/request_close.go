package desk

import (
	"errors"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type closeRequestInput struct {
	Dossier string `path:"dossier" json:"-"`
	Request string `path:"request" json:"-"`
	medical.ClosureInput
}

// closeRequest records the outcome of a request: the answer, whose content is sealed, the examinations produced, what was missing, or the
// cancelling of a summons.
func (k *Desk) closeRequest(c *web.Call, in closeRequestInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		data, stage, err := d.Case.Close(in.Request, in.ClosureInput)
		if err != nil {
			return err
		}
		if err := w.holds(in.DocumentIDs); err != nil {
			return err
		}
		w.SetItem(in.Request)
		if in.AnswerSummary != nil {
			if err := k.seal(c, w, store.KindReply, in.Request, medical.ReplyContent{AnswerSummary: *in.AnswerSummary}); err != nil {
				return err
			}
		}
		return w.append(store.With{}, event(c, w.Now, stage, data))
	})
}

// missing turns a piece that is not found into its rule: the dossier itself is there.
func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return act.Deny(string(medical.DocumentUnknown))
	}
	return err
}

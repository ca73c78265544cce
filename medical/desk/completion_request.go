package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type requestCompletionInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.CompletionInput
}

// requestCompletion asks the person for what is formally missing in the certificate (T6). Its answer comes through closeRequest.
func (k *Desk) requestCompletion(c *web.Call, in requestCompletionInput) (web.Reply[Opened], error) {
	var d store.Dossier
	return k.create(c, on(c, in.Dossier, "", &d), &d, func(w work) (string, error) {
		data, err := d.Case.AskCompletion(in.CompletionInput)
		if err != nil {
			return "", err
		}
		return medical.RefOf(data), w.append(store.With{}, event(c, w.Now, medical.StageNone, data))
	})
}

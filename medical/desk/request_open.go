package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type openRequestInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.RequestInput
}

// openRequest asks a professional for a complement, prescribes examinations, or summons the person (R. 425-12). The event keeps dates and codes;
// the question, the examinations and the letter are sealed. The letter of a summons is written from the request itself.
func (k *Desk) openRequest(c *web.Call, in openRequestInput) (web.Reply[Opened], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	if in.Type != string(medical.EvSummonsSent) {
		a.Action = "request.ask"
	}
	return k.create(c, a, &d, func(w work) (string, error) {
		data, letter, err := d.Case.Open(in.RequestInput, w.Now)
		if err != nil {
			return "", err
		}
		ref := medical.RefOf(data)
		switch {
		case letter != nil:
			err = k.sealCivil(c, w, store.KindLetter, ref, letter)
		case in.Question != nil || in.ExamNature != nil:
			err = k.seal(c, w, store.KindRequest, ref, medical.RequestContent{Question: in.Question, ExamNature: in.ExamNature})
		}
		if err != nil {
			return "", err
		}
		return ref, w.append(store.With{}, event(c, w.Now, d.Case.Stage(), data))
	})
}

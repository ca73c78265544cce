package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type recordDeliveryInput struct {
	Dossier string `path:"dossier" json:"-"`
	Request string `path:"request" json:"-"`
	medical.Delivery
}

// recordDelivery keeps what was learnt of the letter of a request: a default is the person's only when the letter was presented at the last
// known address. A letter that came back for a wrong address is told by its own event, whoever records it.
func (k *Desk) recordDelivery(c *web.Call, in recordDeliveryInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		if err := d.Case.CheckDelivery(in.Request, in.Delivery, k.today(d)); err != nil {
			return err
		}
		w.SetItem(in.Request)
		if in.RegisteredNumber != nil {
			if err := k.sealCivil(c, w, store.KindContact, in.Request, medical.CivilContent{RegisteredNumber: in.RegisteredNumber}); err != nil {
				return err
			}
		}
		events := []medical.Event{event(c, w.Now, medical.StageNone, in.Delivery.Event(in.Request))}
		if in.ReturnReason != nil && *in.ReturnReason == medical.ReturnUnknownAddress {
			r, _ := d.Case.Request(in.Request)
			events = append(events, event(c, w.Now, r.Asked.Stage, medical.CourrierRetourneNPAI{Ref: in.Request}))
		}
		return w.append(store.With{}, events...)
	})
}

package desk

import (
	"cloison/medical/store"
	"cloison/web"
)

// Timeline is what happened in a dossier, in order: codes, dates and opaque ids.
type Timeline struct {
	Items []store.EventView `json:"items"`
}

func (k *Desk) getTimeline(c *web.Call, in dossierInput) (web.Reply[Timeline], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.IdempotencyKey, a.ReadOnly = "", true
	reply, err := k.write(c, a, &d, func(work) error { return nil })
	return web.OK(Timeline{Items: reply.Body.Events}), err
}

package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
	"cloison/web"
)

// Preview is the opinion as the prefecture will read it, word for word, before anybody signs it: one per referral.
type Preview struct {
	Opinions  []release.OpinionBody `json:"opinions"`
	Method    string                `json:"method"`    // how the answers became these
	Certainty string                `json:"certainty"` // of that rule: inferred is « à confirmer »
}

func (k *Desk) previewOpinion(c *web.Call, in dossierInput) (web.Reply[Preview], error) {
	var d store.Dossier
	var preview Preview
	err := k.read(c, on(c, in.Dossier, "", &d), func(permit *act.Permit) error {
		settled, err := k.openSettlement(c, permit, d)
		if err != nil {
			return err
		}
		preview.Method, preview.Certainty = settled.Method, medical.SettlementCertainty(settled.Method)
		preview.Opinions, err = store.OpinionBodies(c.Context(), k.Pool, d, settled.Answers(), k.Clock.Now())
		return err
	})
	return web.OK(preview), err
}

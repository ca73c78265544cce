package desk

import (
	"encoding/json"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

type listApprovalsInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// listApprovals opens the archived approvals behind the signatures of a dossier, for a physician in charge: each is what `cloison audit prove`
// checks without us. It is the opening of the medical compartment, and asked of policy as such.
func (k *Desk) listApprovals(c *web.Call, in listApprovalsInput) (web.Reply[web.List[json.RawMessage]], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Action, a.Context = "dossier.open", policy.Context{Open: store.Medical}
	var approvals []json.RawMessage
	err := k.read(c, a, func(permit *act.Permit) error {
		names, err := store.FindRecords(c.Context(), k.Pool, d.ID, store.KindApproval)
		if err != nil {
			return err
		}
		var refs []vault.Ref
		for _, n := range names {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(_ int, plain []byte) error {
			// What is opened is cleared once it was read.
			approvals = append(approvals, append(json.RawMessage{}, plain...))
			return nil
		})
	})
	return web.OK(web.NewList(approvals, "")), err
}

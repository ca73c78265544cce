package desk

import (
	"context"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// UploadView is how far the content of a document has come.
type UploadView struct {
	ID       string `json:"id"`
	Offset   int64  `json:"offset"`    // bytes that are kept: where the next call begins
	PartSize int64  `json:"part_size"` // what is less than a part is kept by the call that completes the document only
	Complete bool   `json:"complete"`
}

func viewUpload(document string, p vault.Progress) UploadView {
	return UploadView{ID: document, Offset: p.Offset, PartSize: envelope.PartSize, Complete: p.Complete}
}

// getUpload says where an upload goes on, after whatever has cut it. It opens nothing.
func (k *Desk) getUpload(c *web.Call, in documentInput) (web.Reply[UploadView], error) {
	var d store.Dossier
	_, err := k.Gate.Do(c.Context(), c.Who, onDocument(c, in.Dossier, in.Document, &d), func(context.Context, *act.Tx) error { return nil })
	if err != nil {
		return web.Reply[UploadView]{}, err
	}
	p, err := k.Vault.Progress(c.Context(), in.Dossier, in.Document)
	return web.OK(viewUpload(in.Document, p)), err
}

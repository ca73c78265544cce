package desk

import (
	"context"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/medical/store"
	"cloison/web"
)

// UploadView is how far the content of a document has come.
type UploadView struct {
	ID       string `json:"id"`
	Offset   int64  `json:"offset"`    // bytes that are kept: where the next call begins
	PartSize int64  `json:"part_size"` // what is less than a part is kept by the call that completes the document only
	Complete bool   `json:"complete"`
	Verdict  string `json:"verdict"` // of the inspection: ACCEPT, or SANITISED (readers see it without what was found); "" before it
	Reason   string `json:"reason"`  // what was found, by a code of a closed list
}

// viewUpload says how far a document has come, as far as rows tell.
func (k *Desk) viewUpload(ctx context.Context, dossier, document string) (UploadView, error) {
	p, err := k.Vault.Progress(ctx, dossier, document)
	if err != nil {
		return UploadView{}, err
	}
	row, err := store.GetDocument(ctx, k.Pool, dossier, document)
	return UploadView{ID: document, Offset: p.Offset, PartSize: envelope.PartSize, Complete: p.Complete,
		Verdict: row.Verdict, Reason: row.Reason}, err
}

// getUpload says where an upload goes on, after whatever has cut it. It opens nothing.
func (k *Desk) getUpload(c *web.Call, in documentInput) (web.Reply[UploadView], error) {
	var d store.Dossier
	_, err := k.Gate.Do(c.Context(), c.Who, onDocument(c, in.Dossier, in.Document, &d), func(context.Context, *act.Tx) error { return nil })
	if err != nil {
		return web.Reply[UploadView]{}, err
	}
	view, err := k.viewUpload(c.Context(), in.Dossier, in.Document)
	return web.OK(view), err
}

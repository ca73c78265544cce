package prefecture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
)

func (d *Desk) documentOperations() []web.Operation {
	return []web.Operation{
		web.Op("getOpinionPdf", "GET", "/referrals/:referral/opinion.pdf", "opinion.document", d.getOpinionPdf, web.Gives("application/pdf")),
		web.Op("verifyOpinion", "GET", "/referrals/:referral/opinion/verification", "opinion.verify", d.verifyOpinion),
		web.Op("getOpinionEvidence", "GET", "/referrals/:referral/opinion/evidence", "opinion.verify", d.getOpinionEvidence),
	}
}

// getOpinionPdf gives the last opinion as its sealed document: the same file for ever, but for the time-stamp that comes beside its seal. It is rendered
// anew, and compared with the one that was taken.
func (d *Desk) getOpinionPdf(c *web.Call, in getOpinionIn) (web.Reply[web.Binary], error) {
	found, document, err := d.findDocument(c, "opinion.document", in.Referral)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	file, _, err := d.document(*found.Opinion, document)
	if err != nil {
		return web.Reply[web.Binary]{}, fmt.Errorf("rendering the document of opinion %s: %w", found.Opinion.ID, err)
	}
	return web.Bytes(web.Content{
		Size: int64(len(file)), MediaType: "application/pdf", Name: "avis-" + found.Opinion.ID + ".pdf", Source: memory(file),
	}), nil
}

// findDocument reads the last opinion of a referral and its document, in one act of that action.
func (d *Desk) findDocument(c *web.Call, action, id string) (found store.Release, document store.Document, err error) {
	var referral store.Referral
	a := c.Act(act.Object{Kind: "referral", ID: id})
	a.Action = action
	a.Load = loadReferral(id, &referral)
	_, err = d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		if found, err = store.GetOpinion(ctx, tx, id); errors.Is(err, store.ErrNotFound) {
			return act.Deny("OPINION_NOT_ISSUED")
		}
		if err != nil {
			return err
		}
		if document, err = store.GetDocument(ctx, tx, found.Seq); err != nil || action != "opinion.document" {
			return err
		}
		return store.RecordReading(ctx, tx, found.Seq, c.Who.Prefecture, tx.Now)
	})
	return found, document, err
}

// memory is a file that was rendered whole.
type memory []byte

func (m memory) Section(offset, length int64) (io.Reader, error) {
	return io.NewSectionReader(bytes.NewReader(m), offset, length), nil
}
func (m memory) Close() error { return nil }

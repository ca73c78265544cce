package desk

import (
	"bytes"
	"io"

	"cloison/act"
	"cloison/medical/store"
	"cloison/release"
	"cloison/web"
)

type previewOpinionPdfInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Referral string `query:"referral" validate:"omitempty,uuid"`
}

// previewOpinionPdf is the document that would be sealed today, to the byte, with its gap empty: what each member signs, as the prefecture
// will see it. Where a dossier answers several referrals, the first one's unless another is named.
func (k *Desk) previewOpinionPdf(c *web.Call, in previewOpinionPdfInput) (web.Reply[web.Binary], error) {
	var d store.Dossier
	var bodies []release.OpinionBody
	err := k.read(c, on(c, in.Dossier, "", &d), func(permit *act.Permit) error {
		settled, err := k.openSettlement(c, permit, d)
		if err != nil {
			return err
		}
		if bodies, err = store.OpinionBodies(c.Context(), k.Pool, d, settled.Answers(), k.Clock.Now()); err != nil {
			return err
		}
		return k.rendered(d, bodies)
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	for _, body := range bodies {
		if in.Referral == "" || in.Referral == body.Referral {
			return k.documentReply(c, d, body)
		}
	}
	return web.Reply[web.Binary]{}, act.NotFound()
}

func (k *Desk) documentReply(c *web.Call, d store.Dossier, body release.OpinionBody) (web.Reply[web.Binary], error) {
	all, err := k.openApplicants(c, d.ID)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	document, err := k.document(c.Context(), k.Pool, all, k.unsealed(d, body))
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	file := document.Unsealed()
	return web.Bytes(web.Content{Size: int64(len(file)), MediaType: "application/pdf", Name: "apercu-" + body.ID + ".pdf", Source: rendering(file)}), nil
}

// rendering is a document that was rendered whole.
type rendering []byte

func (r rendering) Section(offset, length int64) (io.Reader, error) {
	return io.NewSectionReader(bytes.NewReader(r), offset, length), nil
}
func (r rendering) Close() error { return nil }

package desk

import (
	"context"
	"io"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/inspect"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

type documentInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
}

// getDocumentContent gives a document, whole or a range, to a physician in charge. The intent is committed before the first byte; how it
// ended is recorded when the last one has left. A content that was not inspected when it came is inspected first; one in which something was
// found is given without it, under a name that says so (TestHostileUploadsBehaveAsTheirManifestSays): the original stays sealed.
func (k *Desk) getDocumentContent(c *web.Call, in documentInput) (web.Reply[web.Binary], error) {
	return k.readDocument(c, in, func(document *vault.Document) (web.Content, error) {
		if !inspect.Shown(document.Verdict()) {
			return k.neutralised(c.Context(), c.Who.ID, document)
		}
		return web.Content{Size: document.Size(), MediaType: opaque, Source: &documentSource{document: document}}, nil
	})
}

// opaque: what is downloaded goes as bytes. Its type and its name are health data, which stay sealed.
const opaque = "application/octet-stream"

// recordInspection is an act of the physician whose handle opened the content. What is refused there is set aside, with its event.
func (k *Desk) recordInspection(c *web.Call, in documentInput, purpose string, found vault.Verdict) error {
	var d store.Dossier
	a := onDocument(c, in.Dossier, in.Document, &d)
	a.Action, a.Purpose, a.Context, a.ReadOnly = "document.inspect", purpose, policy.Context{Open: store.Medical}, false
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		first, err := k.Vault.RecordInspection(ctx, tx, in.Dossier, in.Document, c.Who.ID, found)
		if err != nil || !first || found.Outcome != vault.Reject {
			return err
		}
		return work{Tx: tx, ctx: ctx, d: &d}.append(store.With{},
			event(c, tx.Now, "", medical.PieceEcartee{Document: in.Document, ReasonCode: found.Reason}))
	})
	return err
}

type documentSource struct {
	document *vault.Document
	section  io.ReadCloser
}

func (s *documentSource) Section(offset, length int64) (io.Reader, error) {
	section, err := s.document.Range(offset, length)
	s.section = section
	return section, err
}

func (s *documentSource) Close() error {
	if s.section != nil {
		return s.section.Close()
	}
	return s.document.Close()
}

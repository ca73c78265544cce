package desk

import (
	"io"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

type getDocumentContentInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
}

// getDocumentContent gives a document, whole or a range, to a physician in charge. The intent is committed before the first byte; how it
// ended is recorded when the last one has left.
func (k *Desk) getDocumentContent(c *web.Call, in getDocumentContentInput) (web.Reply[web.Binary], error) {
	var d store.Dossier
	a := on(c, in.Dossier, in.Document, &d)
	a.Context = policy.Context{Open: store.Medical}
	var document *vault.Document
	err := k.read(c, a, func(permit *act.Permit) (err error) {
		document, err = k.Vault.OpenDocument(c.Context(), permit, in.Document)
		return err
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	// The type and the name are health data: they stay sealed, and the bytes go as bytes.
	return web.Bytes(web.Content{Size: document.Size(), MediaType: "application/octet-stream", Source: &documentSource{document: document}}), nil
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

package desk

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"cloison/act"
	"cloison/medical/inspect"
	"cloison/medical/inspect/wire"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

// Copier makes copies of pieces that hold nothing that acts; *inspect.Inspector is one.
type Copier interface {
	Render(ctx context.Context, content io.Reader, size int64, page int) (*inspect.Rendition, error)
	Neutralise(ctx context.Context, content io.Reader, size int64) (*inspect.Rendition, error)
	Print(ctx context.Context, content io.Reader, size int64) (*inspect.Rendition, error)
	Extract(ctx context.Context, content io.Reader, size int64, first, last int) (*inspect.Rendition, error)
}

type renditionInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
	Page     int    `query:"page" validate:"min=0,max=500"` // of an image of several; from 1
	Alone    bool   `query:"alone"`                         // of a PDF too: that page, before the whole
}

// getDocumentRendition gives what a viewer shows of a document: an image of one page, a PDF that was written anew without what acts, the
// words of a text. It is made for this reading from the opened content, in a process of its own, and kept nowhere. It is a reading like
// any other: same rule, same entry. A page of a PDF alone is a reading too, and so is the whole after it (decision 23).
func (k *Desk) getDocumentRendition(c *web.Call, in renditionInput) (web.Reply[web.Binary], error) {
	page := max(in.Page, 1)
	return k.readDocument(c, documentInput{in.Dossier, in.Document}, func(document *vault.Document) (web.Content, error) {
		return k.copyOf(c.Who.ID, document, func(content io.Reader) (*inspect.Rendition, error) {
			var made *inspect.Rendition
			var err error
			if in.Alone {
				made, err = k.Copies.Extract(c.Context(), content, document.Size(), page, page)
			} else {
				made, err = k.Copies.Render(c.Context(), content, document.Size(), page)
			}
			if err == nil && made.Pages > 0 && page > made.Pages {
				return nil, errors.Join(act.NewError(act.Missing, "Cette pièce a moins de pages. Demandez une page entre la première et la dernière."), made.Close())
			}
			if err == nil {
				k.sayRead(c, made.Pages)
			}
			return made, err
		}, "Cette pièce ne peut pas être affichée ici. Téléchargez-la pour l’ouvrir sur votre poste.")
	})
}

// sayRead tells a viewer what it shows beside the piece: how many pages there are to ask for, and when this reading was made.
func (k *Desk) sayRead(c *web.Call, pages int) {
	c.Fiber.Set("Document-Pages", strconv.Itoa(max(pages, 1)))
	c.Fiber.Set("Document-Read-At", k.Clock.Now().Format(time.RFC3339))
}

// neutralised is what a reader gets in place of a piece in which something was found.
func (k *Desk) neutralised(ctx context.Context, who string, document *vault.Document) (web.Content, error) {
	content, err := k.copyOf(who, document, func(content io.Reader) (*inspect.Rendition, error) {
		return k.Copies.Neutralise(ctx, content, document.Size())
	}, "Cette pièce ne peut pas être ouverte sans ce qui y a été trouvé. Demandez au secrétariat médical une autre copie.")
	content.Name, content.MediaType = neutralisedName, opaque
	return content, err
}

// neutralisedName says by itself that a downloaded file is not the original.
const neutralisedName = "piece-neutralisee"

// copyOf gives the opened content to copy, and serves what it made. Nothing made is a refusal, with its sentence.
func (k *Desk) copyOf(who string, document *vault.Document, copy func(io.Reader) (*inspect.Rendition, error), none string) (_ web.Content, err error) {
	end, err := k.copies.begin(who)
	if err != nil {
		return web.Content{}, errors.Join(err, document.Close())
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	section, err := document.Range(0, document.Size())
	if err != nil {
		return web.Content{}, err
	}
	made, err := copy(section)
	if err != nil {
		return web.Content{}, errors.Join(inspectionError(err), document.Close())
	}
	if made.Size == 0 {
		return web.Content{}, errors.Join(act.NewError(act.Conflict, none), made.Close(), document.Close())
	}
	return web.Content{Size: made.Size, MediaType: string(made.Type),
		Source: &copySource{made: made, section: section, document: document, end: end}}, nil
}

// inspectionError: whatever ended a copy, save a content that could not be opened, says nothing of the piece.
func inspectionError(err error) error {
	var known *act.Error
	if errors.As(err, &known) {
		return err
	}
	return act.Wrap(act.Unavailable, "", err)
}

// copySource serves a copy, and ends the reading of the original: SERVED once all of the copy has left.
type copySource struct {
	made     *inspect.Rendition
	section  io.ReadCloser
	document *vault.Document
	whole    bool
	end      func()
}

func (s *copySource) Section(offset, length int64) (io.Reader, error) {
	if _, err := io.CopyN(io.Discard, s.made, offset); err != nil {
		return nil, err
	}
	return &countdown{r: s.made, left: length, done: &s.whole}, nil
}

func (s *copySource) Close() error {
	defer s.end()
	err := s.made.Close()
	if s.whole {
		return errors.Join(err, s.section.Close())
	}
	return errors.Join(err, s.document.Close())
}

// countdown notes when as many bytes were read as were asked for.
type countdown struct {
	r    io.Reader
	left int64
	done *bool
}

func (c *countdown) Read(p []byte) (int, error) {
	if c.left == 0 {
		*c.done = true
		return 0, io.EOF
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	*c.done = c.left == 0
	return n, err
}

// readDocument opens a document, has it inspected where that is still to be done, and serves what show makes of it.
func (k *Desk) readDocument(c *web.Call, in documentInput, show func(*vault.Document) (web.Content, error)) (web.Reply[web.Binary], error) {
	var d store.Dossier
	a := onDocument(c, in.Dossier, in.Document, &d)
	a.Context = policy.Context{Open: store.Medical}
	var content web.Content
	err := k.read(c, a, func(permit *act.Permit) error {
		document, err := k.Vault.OpenDocument(c.Context(), permit, in.Document)
		if err != nil {
			return err
		}
		if document.Pending() {
			err = document.InspectFirst(c.Context(), func(found vault.Verdict) error { return k.recordInspection(c, in, c.Purpose, found) })
			if err != nil {
				return err
			}
		}
		content, err = show(document)
		return err
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	return web.Bytes(content), nil
}

// shownName is how the declared name of a document is shown.
func shownName(declared, mediaType string) string {
	name, _ := inspect.Name(declared, wire.MediaType(mediaType))
	return name
}

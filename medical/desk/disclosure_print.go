package desk

import (
	"errors"
	"io"
	"strings"

	"cloison/medical"
	"cloison/medical/inspect"
	"cloison/medical/inspect/wire"
	"cloison/medical/store"
	"cloison/web"
)

// printedSize is the size of a piece once it is printed; 0 where it is no image, or cannot be drawn: it then goes as it came. It is made for that,
// from a reading of its own, and kept nowhere: the archive is never whole in memory.
func (k *Desk) printedSize(c *web.Call, l *leaving, d store.Document, input medical.DocumentInput) (int64, error) {
	if d.Size > wire.MaxBytes || !strings.HasPrefix(input.MediaType, "image/") && input.MediaType != "application/dicom" {
		return 0, nil
	}
	made, err := k.print(c, l, d)
	switch {
	case errors.Is(err, inspect.ErrTime), errors.Is(err, inspect.ErrEnded):
		return 0, nil // more than the confined process can draw
	case err != nil:
		return 0, err
	}
	return made.Size, made.Close()
}

// printed is the piece as it is printed, from a reading of its own.
func (k *Desk) printed(c *web.Call, l *leaving, d store.Document) (io.ReadCloser, error) {
	made, err := k.print(c, l, d)
	if err != nil {
		return nil, err
	}
	return made, nil
}

// print has the confined process draw a piece; the reading ends when it has been given all of it.
func (k *Desk) print(c *web.Call, l *leaving, d store.Document) (*inspect.Rendition, error) {
	content, err := k.piece(c, l, d)
	if err != nil {
		return nil, err
	}
	made, err := k.Copies.Print(c.Context(), content, d.Size)
	if ended := content.Close(); err == nil && ended != nil {
		return nil, errors.Join(ended, made.Close())
	}
	if err != nil {
		return nil, inspectionError(err)
	}
	return made, nil
}

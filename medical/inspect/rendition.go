package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"cloison/medical/inspect/wire"
)

// Rendition is a copy of a piece that holds nothing that acts. It must be closed.
type Rendition struct {
	io.Reader
	wire.Content
	i *Inspector
	c *child
}

// Render makes what a viewer may show: a page (from 1) of an image, a PDF without what acts, the words of a text. A content of size 0 says
// that this piece can only be downloaded.
func (i *Inspector) Render(ctx context.Context, content io.Reader, size int64, page int) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Render, Size: size, Whole: size, Page: page, Weak: i.weak})
}

// Neutralise makes the piece without what was found in it: the same type, the same pixels. A content of size 0 says that it cannot be.
func (i *Inspector) Neutralise(ctx context.Context, content io.Reader, size int64) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Neutralise, Size: size, Whole: size, Weak: i.weak})
}

// Print makes a PDF of an image, a page each, of the same size each time. A content of size 0 says that this piece is no image, or cannot be
// drawn.
func (i *Inspector) Print(ctx context.Context, content io.Reader, size int64) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Print, Size: size, Whole: size, Weak: i.weak})
}

// Extract makes a PDF of the pages from first to last of one, without what acts; last 0 is to the end. Pages says how many the whole has. A
// content of size 0 says that this piece is no PDF, or has no such pages.
func (i *Inspector) Extract(ctx context.Context, content io.Reader, size int64, first, last int) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Extract, Size: size, Whole: size, Page: first, Last: last, Weak: i.weak})
}

func (i *Inspector) make(ctx context.Context, content io.Reader, r wire.Request) (_ *Rendition, err error) {
	if r.Size > wire.MaxBytes {
		return &Rendition{Reader: strings.NewReader("")}, nil
	}
	if err := take(ctx, i.shown, i.o.Time); err != nil {
		return nil, err
	}
	made := &Rendition{i: i}
	defer func() {
		if err != nil {
			made.end()
		}
	}()
	if made.c, err = i.start(r); err != nil {
		return nil, err
	}
	if _, err := io.Copy(pipe{made.c, i.o.Time}, content); err != nil {
		return nil, fmt.Errorf("giving a piece to the inspector: %w", err)
	}
	a, err := i.ask(ctx, made.c)
	if err != nil {
		return nil, err
	}
	if a.Content == nil {
		return nil, wire.ErrAnswer
	}
	if err := a.Content.Validate(); err != nil {
		return nil, err
	}
	made.Content = *a.Content
	made.Reader = &exactly{made.c.out, made.Size}
	return made, nil
}

// exactly reads what was announced: less is an error, more is not read.
type exactly struct {
	r    io.Reader
	left int64
}

func (x *exactly) Read(p []byte) (int, error) {
	if x.left == 0 {
		return 0, io.EOF
	}
	n, err := x.r.Read(p[:min(int64(len(p)), x.left)])
	x.left -= int64(n)
	if errors.Is(err, io.EOF) && x.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Close ends the process.
func (r *Rendition) Close() error {
	r.end()
	return nil
}

func (r *Rendition) end() {
	if r.i == nil {
		return
	}
	if r.c != nil {
		r.c.end()
	}
	<-r.i.shown
	r.i = nil
}

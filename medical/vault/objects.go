package vault

import (
	"context"
	"errors"
	"io"
)

// Objects is where the parts of documents rest: ciphertext under opaque names. An upload is a prefix under which its parts are written;
// it is marked as unfinished until the transaction that records its parts is known to be committed, so that what a crash leaves behind
// is found by its mark and never by the absence of a row: a database put back to an older backup destroys no part.
type Objects interface {
	// Begin marks an upload as unfinished, durably, before its first part.
	Begin(ctx context.Context, upload string) error
	// Create writes one object durably: when it returns without error the object survives a power cut.
	Create(ctx context.Context, name string, write func(io.Writer) error) (stored int64, err error)
	// Open reads one object; ErrNoObject when there is none.
	Open(ctx context.Context, name string) (Object, error)
	// Finish takes the mark away: the parts stay.
	Finish(ctx context.Context, upload string) error
	// Discard removes the parts of an upload, then its mark.
	Discard(ctx context.Context, upload string) error
	// Unfinished lists the marked uploads with the names of their parts.
	Unfinished(ctx context.Context) (map[string][]string, error)
}

// Object is one stored object.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// ErrNoObject: nothing is stored under that name.
var ErrNoObject = errors.New("no such object")

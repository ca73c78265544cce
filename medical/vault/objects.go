package vault

import (
	"context"
	"errors"
	"io"
	"regexp"
)

// Objects is where the parts of documents rest: ciphertext under opaque names. An upload is what one call writes: a prefix under which its
// parts lie, marked as unfinished until what it left is settled, so that what a crash leaves behind is found by its mark and never by the
// absence of a row: a database put back to an older backup destroys no part.
type Objects interface {
	// Begin marks an upload as unfinished, durably, before its first part. Marking again changes nothing.
	Begin(ctx context.Context, upload string) error
	// Create writes one object durably, once: when it returns without error the object survives a power cut, and no other takes its name.
	Create(ctx context.Context, name string, write func(io.Writer) error) (stored int64, err error)
	// Open reads one object; ErrNoObject when there is none.
	Open(ctx context.Context, name string) (Object, error)
	// List names the objects of an upload.
	List(ctx context.Context, upload string) ([]string, error)
	// Settle removes everything of an upload but the objects to keep, then its mark. It may be called again, and without a mark.
	Settle(ctx context.Context, upload string, keep map[string]bool) error
	// Unfinished lists the marked uploads.
	Unfinished(ctx context.Context) ([]string, error)
}

// Object is one stored object.
type Object interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// ErrNoObject: nothing is stored under that name.
var ErrNoObject = errors.New("no such object")

// An object name is the upload's 48 hexadecimal digits and the part's 16.
const uploadDigits = 48

var (
	uploadShape = regexp.MustCompile(`^[0-9a-f]{48}$`)
	objectShape = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

package piece

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"cloison/crypto/frame"
	"cloison/medical/inspect/wire"
)

// Serve answers one request: it reads it and the piece from in, and writes the answer to out. missing names the confinements that this
// machine refused; begin is called when the piece has been read and work starts. An error says nothing of the content.
func Serve(in io.Reader, out io.Writer, missing []string, begin func()) error {
	var r wire.Request
	if err := frame.Read(in, &r); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	if missing == nil {
		missing = []string{}
	}
	answer := wire.Answer{Missing: missing}
	if r.Operation == wire.Check {
		return frame.Write(out, answer)
	}
	if len(missing) > 0 && !r.Weak {
		return errors.New("not confined")
	}
	content, err := read(in, r.Size)
	if err != nil {
		return err
	}
	begin()
	if r.Operation == wire.Inspect {
		v := verdict(content, r)
		answer.Verdict = &v
		return frame.Write(out, answer)
	}
	made, kind, pages := answerWith(content, r)
	content = nil
	debug.FreeOSMemory() // a slow reader holds what was made, and no more
	answer.Content = &wire.Content{Type: kind, Size: int64(len(made)), Pages: pages}
	if err := frame.Write(out, answer); err != nil {
		return err
	}
	_, err = io.Copy(out, bytes.NewReader(made))
	return err
}

func answerWith(content []byte, r wire.Request) (made []byte, kind wire.MediaType, pages int) {
	switch r.Operation {
	case wire.Extract:
		return Extract(content, r.Page, r.Last)
	case wire.Print:
		return Print(content)
	}
	return Make(content, r.Operation, r.Page)
}

// verdict is what is answered. A piece that can only be accepted without what was found in it, and cannot be had without it, is refused
// for that: nobody could ever read it.
func verdict(content []byte, r wire.Request) wire.Verdict {
	if r.Whole > r.Size {
		return examineBeginning(content, r.Declared)
	}
	v := Examine(content, r.Declared)
	if v.Outcome == wire.Sanitised {
		if made, _, _ := Make(content, wire.Neutralise, 0); made == nil {
			v.Outcome = wire.Reject
		}
	}
	return v
}

// read takes exactly the announced bytes: a piece that was cut on the way is not inspected.
func read(in io.Reader, size int64) ([]byte, error) {
	if size < 0 || size > wire.MaxBytes {
		return nil, errors.New("no such size")
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(in, content); err != nil {
		return nil, fmt.Errorf("reading the piece: %w", err)
	}
	if n, err := in.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		return nil, errors.New("the piece is longer than announced")
	}
	return content, nil
}

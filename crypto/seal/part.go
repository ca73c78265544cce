package seal

import (
	"bytes"
	"fmt"
	"io"

	"filippo.io/age"

	"cloison/crypto/envelope"
)

// Part seals plaintext to its end as one part of a document, in about 100 kB of
// memory. n is the number of content bytes (PartInfo.Size), not of sealed ones.
// More than envelope.PartSize bytes are refused with ErrPartTooLarge; what was
// already written to w must then be destroyed.
func (r Recipient) Part(w io.Writer, ctx envelope.Context, plaintext io.Reader) (n int64, headerDigest [32]byte, err error) {
	headerDigest, n, err = r.seal(w, ctx, plaintext, envelope.PartSize)
	return n, headerDigest, err
}

func (r Recipient) seal(w io.Writer, ctx envelope.Context, content io.Reader, limit int64) (digest [32]byte, n int64, err error) {
	prefix, err := r.prefix(ctx)
	if err != nil {
		return digest, 0, err
	}
	out := &headed{w: w}
	enc, err := age.Encrypt(out, r.key)
	if err != nil {
		return digest, 0, fmt.Errorf("beginning age file of %s %s: %w", ctx.Kind, ctx.ID, err)
	}
	if digest, err = out.release(); err != nil {
		return digest, 0, fmt.Errorf("writing header of %s %s: %w", ctx.Kind, ctx.ID, err)
	}
	if _, err := enc.Write(prefix); err != nil {
		return digest, 0, fmt.Errorf("sealing %s %s: %w", ctx.Kind, ctx.ID, err)
	}
	n, err = io.Copy(enc, io.LimitReader(content, limit+1))
	if err != nil {
		return digest, n, fmt.Errorf("sealing %s %s: %w", ctx.Kind, ctx.ID, err)
	}
	if n > limit {
		return digest, n, fmt.Errorf("sealing %s %s: %w", ctx.Kind, ctx.ID, ErrPartTooLarge)
	}
	if err := enc.Close(); err != nil {
		return digest, n, fmt.Errorf("ending age file of %s %s: %w", ctx.Kind, ctx.ID, err)
	}
	return digest, n, nil
}

// headed holds back what age writes first, so that the header's digest is known
// without reading the file again.
type headed struct {
	w        io.Writer
	head     bytes.Buffer
	released bool
}

func (h *headed) Write(p []byte) (int, error) {
	if h.released {
		return h.w.Write(p)
	}
	return h.head.Write(p)
}

func (h *headed) release() ([32]byte, error) {
	header, err := envelope.Header(h.head.Bytes())
	if err != nil {
		return [32]byte{}, err
	}
	h.released = true
	_, err = h.w.Write(h.head.Bytes())
	return envelope.HeaderDigest(header), err
}

package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"

	"cloison/act"
	"cloison/internal/clock"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// body is a request body that knows whether it was read to its end.
type body struct {
	stream   io.Reader
	conn     *fasthttp.RequestCtx
	declared int64 // -1 for a chunked body
	read     int64
	ended    bool
	// patience is set for a streamed operation: until it ends, each read may take BodyPause. Otherwise a whole body has
	// the server's ReadTimeout, so that one dripped byte by byte ends too.
	patience context.Context
}

func newBody(c *fiber.Ctx) *body {
	request := c.Context()
	b := &body{stream: request.RequestBodyStream(), conn: request, declared: int64(request.Request.Header.ContentLength())}
	if b.declared < 0 {
		b.declared = -1
	}
	if b.stream == nil {
		// No stream: fasthttp found no body, or (Expect, small) holds it whole.
		held := request.Request.Body()
		b.stream, b.declared = bytes.NewReader(held), int64(len(held))
	}
	b.ended = b.declared == 0
	return b
}

// Read says so when a body is shorter than it declared.
func (b *body) Read(p []byte) (int, error) {
	if b.ended {
		return 0, io.EOF
	}
	if b.patience != nil {
		if err := b.patience.Err(); err != nil {
			return 0, fmt.Errorf("reading a body: %w", err)
		}
		if err := b.conn.SetReadDeadline(clock.Deadline(BodyPause)); err != nil {
			return 0, fmt.Errorf("giving a body time: %w", err)
		}
	}
	n, err := b.stream.Read(p)
	b.read += int64(n)
	switch {
	case b.declared >= 0 && b.read == b.declared:
		b.ended = true
		if err == nil || errors.Is(err, io.EOF) {
			return n, io.EOF
		}
	case errors.Is(err, io.EOF) && b.declared >= 0:
		return n, io.ErrUnexpectedEOF
	case errors.Is(err, io.EOF):
		b.ended = true
	}
	return n, err
}

// guardConnection closes the connection of a request whose body was not read to its end: what is left of it must
// never be taken for the next request (TestUnreadBodyClosesConnection). fasthttp drains some of it by itself since 1.78;
// this does not rest on that.
func guardConnection(c *fiber.Ctx, b *body) {
	if b.ended {
		return
	}
	c.Context().Response.SetConnectionClose()
	linger(c.Context().Conn())
}

// readJSON reads a whole body within BodyLimit, whatever size it declares.
func readJSON(b *body) ([]byte, error) {
	if b.declared > BodyLimit {
		return nil, tooLarge()
	}
	raw, err := io.ReadAll(io.LimitReader(b, BodyLimit+1))
	switch {
	case err != nil:
		return nil, refusal(act.Malformed, "Le corps de la requête s’est interrompu avant la taille annoncée. Renvoyez la requête entière.")
	case len(raw) > BodyLimit:
		return nil, tooLarge()
	}
	return raw, nil
}

func tooLarge() error {
	return refusal(act.TooLarge, "La requête dépasse 1 Mio. Allégez-la ; une pièce s’envoie par uploadDocument.")
}

func unsupported(expected string) error {
	return refusal(act.Unsupported, "Le type de contenu n’est pas celui attendu. Envoyez la requête avec Content-Type: "+expected+".")
}

// isMedia compares a Content-Type with the one expected; only UTF-8 is a charset here.
func isMedia(header, expected string) bool {
	media, options, err := mime.ParseMediaType(header)
	if err != nil || media != expected {
		return false
	}
	charset, given := options["charset"]
	return !given || charset == "utf-8" || charset == "UTF-8"
}

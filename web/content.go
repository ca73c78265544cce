package web

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"cloison/act"
	"cloison/internal/clock"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// serveContent streams a content, or the one range that was asked for. From here the source belongs to the response,
// which closes it.
func serveContent(c *fiber.Ctx, content Content, cancel context.CancelFunc) error {
	stream := &contentStream{source: content.Source, cancel: cancel, request: c.Context()}
	offset, length, err := int64(0), content.Size, error(nil)
	if content.Size >= 0 {
		offset, length, err = rangeOf(c.Get(fiber.HeaderRange), content.Size)
		c.Set(fiber.HeaderAcceptRanges, "bytes")
	}
	if err != nil {
		stream.Close()
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(content.Size, 10))
		return err
	}
	if stream.section, err = content.Source.Section(offset, length); err != nil {
		stream.Close()
		return fmt.Errorf("reading a section of a content: %w", err)
	}
	c.Set(fiber.HeaderContentType, content.MediaType)
	c.Set(fiber.HeaderContentDisposition, disposition(content.Name))
	// A piece is a stranger's file: should a browser show it all the same, it runs nothing and belongs to no origin.
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox; frame-ancestors 'none'")
	c.Status(http.StatusOK)
	if length != content.Size {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", offset, offset+length-1, content.Size))
		c.Status(http.StatusPartialContent)
	}
	c.Context().Response.SetBodyStream(stream, int(length))
	return nil
}

func disposition(name string) string {
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); name != "" && header != "" {
		return header
	}
	return "attachment"
}

// contentStream gives a slow reader time for each piece, and ends the source and the operation's time together.
type contentStream struct {
	section io.Reader
	source  Source
	cancel  context.CancelFunc
	request *fasthttp.RequestCtx
	closed  bool
}

func (s *contentStream) Read(p []byte) (int, error) {
	if err := s.request.Conn().SetWriteDeadline(clock.Deadline(BodyPause)); err != nil {
		return 0, fmt.Errorf("giving a reader time: %w", err)
	}
	return s.section.Read(p)
}

func (s *contentStream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	defer s.cancel()
	return s.source.Close()
}

// rangeOf reads a Range header: whole contents for none, for several or for what RFC 9110 says to ignore.
func rangeOf(header string, size int64) (offset, length int64, err error) {
	spec, isBytes := strings.CutPrefix(header, "bytes=")
	if !isBytes || strings.Contains(spec, ",") {
		return 0, size, nil
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, size, nil
	}
	if first == "" {
		return suffixRange(last, size)
	}
	from, err := position(first)
	if err != nil {
		return 0, size, nil
	}
	to := size - 1
	if last != "" {
		asked, err := position(last)
		if err != nil || asked < from {
			return 0, size, nil
		}
		to = min(asked, to)
	}
	if from >= size {
		return 0, 0, errRange()
	}
	return from, to - from + 1, nil
}

func suffixRange(last string, size int64) (offset, length int64, err error) {
	count, err := position(last)
	if err != nil {
		return 0, size, nil
	}
	count = min(count, size)
	if count == 0 {
		return 0, 0, errRange()
	}
	return size - count, count, nil
}

func position(text string) (int64, error) {
	number, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("reading a position: %w", err)
	}
	return int64(number), nil
}

// rangeError is 416: the one status that the list of codes has no word for. Its code is invalid.
type rangeError struct{ refused *act.Error }

func (e rangeError) Error() string { return e.refused.Error() }
func (e rangeError) Unwrap() error { return e.refused }

func errRange() error {
	return rangeError{refusal(act.Invalid, "La plage demandée est hors du document. Demandez une plage dans sa taille, donnée par Content-Range.")}
}

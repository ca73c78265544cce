package web

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// fileName is the part of a form that holds its file. It comes last: what is said of the file is decided before its first byte is read.
const fileName = "_file"

// File is the one file that a form carries. Its content is read once, as it comes: neither memory nor a disk holds it.
type File struct {
	Name, MediaType string // as the browser says them
	Size            int64
	content         io.Reader
}

// With is the same request on its way to another act: the one that takes the content of a file, after the one that announced it.
func (c *Call) With(operation, action string, file *File) *Call {
	next := *c
	next.Operation, next.action = operation, action
	next.body = &body{stream: file.content, conn: c.body.conn, declared: file.Size, ended: file.Size == 0}
	return &next
}

// filedForm is a form that was read up to its file.
type filedForm struct {
	parts *multipart.Reader
	feed  *feed
	file  *File
}

// feed hands the body on one byte at a time until the file begins, so that nothing of it is taken beyond what was asked for and its place is
// known; then as it comes.
type feed struct {
	from  *bufio.Reader
	taken int64
	whole bool
}

func (f *feed) Read(p []byte) (int, error) {
	if !f.whole && len(p) > 1 {
		p = p[:1]
	}
	if !f.whole && f.taken > BodyLimit {
		return 0, tooLarge()
	}
	n, err := f.from.Read(p)
	f.taken += int64(n)
	return n, err
}

// readFiled reads the fields, up to the file. The file's size is what the request declares less what was read of it and the closing line;
// a request that lies is found out when the content ends (TestAFileThatIsNotWholeIsRefused).
func readFiled(call *Call) (*filedForm, map[string][]string, error) {
	media, options, err := mime.ParseMediaType(call.Fiber.Get(fiber.HeaderContentType))
	if err != nil || media != fiber.MIMEMultipartForm || options["boundary"] == "" {
		return nil, nil, unsupported(fiber.MIMEMultipartForm)
	}
	if call.body.declared < 0 {
		return nil, nil, malformed()
	}
	call.body.patience = call.context
	u := &filedForm{feed: &feed{from: bufio.NewReader(call.body)}}
	u.parts = multipart.NewReader(u.feed, options["boundary"])
	values := map[string][]string{}
	for {
		part, err := u.parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return u, values, nil
		case err != nil:
			return u, nil, unreadable(err)
		case part.FormName() == fileName && part.FileName() != "":
			u.feed.whole = true
			closing := int64(len("\r\n--" + options["boundary"] + "--\r\n"))
			u.file = &File{Name: part.FileName(), MediaType: part.Header.Get(fiber.HeaderContentType),
				Size: call.body.declared - u.feed.taken - closing, content: part}
			return u, values, nil
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return u, nil, unreadable(err)
		}
		if part.FormName() != fileName { // an empty one: no file was chosen
			values[part.FormName()] = append(values[part.FormName()], string(value))
		}
		if len(values) > fieldLimit {
			return u, nil, malformed()
		}
	}
}

// unreadable keeps a refusal of the reading itself.
func unreadable(err error) error {
	var refused *act.Error
	if errors.As(err, &refused) {
		return refused
	}
	return malformed()
}

// drainLimit is how much of a file that was refused is still read, so that the browser sees the answer instead of a broken connection.
const drainLimit = 64 << 20

// drain reads what is left: of a file that was refused, or the closing line.
func (u *filedForm) drain() {
	if u != nil {
		u.feed.whole = true
		_, _ = io.CopyN(io.Discard, u.feed, drainLimit)
	}
}

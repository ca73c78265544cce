package db

import (
	"encoding/binary"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"
)

// PostgreSQL repeats values in what it says of an error: the row in Detail, a name or a date in the very Message ("date/time field value
// out of range: ..."). Whoever logs an error logs its Error(), so the texts are taken out where they enter the process: between the
// connection (after TLS) and pgx. What is left of an error is its severity, its SQLSTATE and the names of the table, column and
// constraint; its message is the constraint's name, or our own words (TestErrorsQuoteNoValue).

// frontend is pgx's own, reading through a redactor.
func frontend(r io.Reader, w io.Writer) *pgproto3.Frontend {
	return pgproto3.NewFrontend(&redactor{from: r}, w)
}

// Types of the messages of PostgreSQL that hold text about an error, and the longest such message that is read.
const (
	errorMessage  = 'E'
	noticeMessage = 'N'
	headerSize    = 5
	maxErrorText  = 1 << 20
)

// redactor passes PostgreSQL's messages on and rewrites errors and notices. Its state outlives a read that is interrupted.
type redactor struct {
	from   io.Reader
	header [headerSize]byte
	have   int    // bytes of the header, or of the body of an error, read so far
	pass   int    // bytes left of a body that passes as it is
	body   []byte // of an error being read; nil otherwise
	ready  []byte // rewritten, or a header, to be handed on
}

// Read hands on what is ready, then what may pass, and otherwise reads a header or an error's body.
func (r *redactor) Read(p []byte) (int, error) {
	for {
		switch {
		case len(p) == 0:
			return 0, nil
		case len(r.ready) > 0:
			n := copy(p, r.ready)
			r.ready = r.ready[n:]
			return n, nil
		case r.pass > 0:
			n, err := r.from.Read(p[:min(len(p), r.pass)])
			r.pass -= n
			return n, err
		case r.body != nil:
			if err := r.fill(r.body); err != nil {
				return 0, err
			}
			r.ready, r.body, r.have = rewrite(r.header[0], r.body), nil, 0
		default:
			if err := r.fill(r.header[:]); err != nil {
				return 0, err
			}
			r.have = 0
			if err := r.begin(); err != nil {
				return 0, err
			}
		}
	}
}

// begin decides what becomes of the message whose header was read.
func (r *redactor) begin() error {
	length := int(binary.BigEndian.Uint32(r.header[1:])) - 4
	text := r.header[0] == errorMessage || r.header[0] == noticeMessage
	switch {
	case length < 0 || (text && length > maxErrorText):
		return io.ErrUnexpectedEOF // not PostgreSQL; the connection is closed
	case text:
		r.body = make([]byte, length)
	default:
		r.ready, r.pass = append([]byte(nil), r.header[:]...), length
	}
	return nil
}

func (r *redactor) fill(into []byte) error {
	for r.have < len(into) {
		n, err := r.from.Read(into[r.have:])
		r.have += n
		if err != nil && r.have < len(into) {
			return err
		}
	}
	return nil
}

// rewrite keeps the fields that are names and codes: S and V severity, C SQLSTATE, s schema, t table, c column, d type, n constraint.
func rewrite(kind byte, body []byte) []byte {
	kept, message, state := []byte{}, "", ""
	for len(body) > 1 {
		field, rest := body[0], body[1:]
		end := indexZero(rest)
		switch field {
		case 'S', 'V', 'C', 's', 't', 'c', 'd', 'n':
			kept = append(append(append(kept, field), rest[:end]...), 0)
		}
		switch field {
		case 'n':
			message = string(rest[:end])
		case 'C':
			state = string(rest[:end])
		}
		body = rest[min(end+1, len(rest)):]
	}
	if message == "" {
		message = meaning(state)
	}
	kept = append(append(append(kept, 'M'), message...), 0, 0)
	out := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(kept)+4))
	return append(out, kept...)
}

// meaning is what an operator reads where no constraint is named: our own words for the states that are met in practice.
func meaning(state string) string {
	switch state {
	case "42501":
		return "permission denied"
	case "28000", "28P01":
		return "authentication failed"
	case "3D000":
		return "no such database"
	case "42P01", "42703", "42883", "3F000":
		return "no such object"
	case "53300":
		return "too many connections"
	case "40001", "40P01":
		return "transactions collided"
	case "57014":
		return "cancelled"
	}
	return "refused"
}

func indexZero(b []byte) int {
	for i, one := range b {
		if one == 0 {
			return i
		}
	}
	return len(b)
}

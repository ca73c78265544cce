package audit

import (
	"encoding/csv"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"
)

// csvForm is a table for a spreadsheet: RFC 4180 with semicolons, UTF-8, one line for each entry. Every value is a code, a date, a number or an opaque
// reference: none can begin a formula (TestNoCellIsAFormula).
type csvForm struct{ rows *csv.Writer }

var csvColumns = []string{"position", "at", "id", "subject", "session", "role", "purpose", "action", "object_kind", "object", "item", "decision", "rule", "policy",
	"outcome", "intent", "request_id", "digests", "bytes", "retention"}

func (f *csvForm) begin(w io.Writer, _ Head, _ []byte) error {
	f.rows = csv.NewWriter(w)
	f.rows.Comma = ';'
	return f.rows.Write(csvColumns)
}

func (f *csvForm) entry(_ io.Writer, e Placed) error {
	var digests []string
	for _, d := range e.Digests {
		digests = append(digests, hex.EncodeToString(d))
	}
	row := []string{strconv.FormatInt(e.Position, 10), e.At.Format(time.RFC3339Nano), e.ID, e.Subject, e.Session, e.Role, e.Purpose, e.Action, e.ObjectKind, e.Object,
		e.Item, e.Decision, e.Rule, e.Policy, e.Outcome, e.Intent, e.RequestID, strings.Join(digests, " "), strconv.FormatInt(e.Bytes, 10), e.Retention}
	for i, cell := range row {
		if strings.HasPrefix(cell, "-") { // an opaque reference may begin so, and a spreadsheet would compute it
			row[i] = "'" + cell
		}
	}
	if err := f.rows.Write(row); err != nil {
		return err
	}
	f.rows.Flush()
	return f.rows.Error()
}

func (f *csvForm) end(io.Writer) error {
	f.rows.Flush()
	return f.rows.Error()
}

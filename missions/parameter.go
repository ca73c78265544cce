package missions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Value is a number of the law in hundredths, so that 1 823.03 €, a coefficient of 1.10 and 18 months are exact.
type Value int64

// Whole is a value that counts things: months, years, persons.
func Whole(n int) Value { return Value(n) * 100 }

// Int is a value that counts things; its hundredths, of which a loaded count has none, are dropped.
func (v Value) Int() int { return int(v / 100) }

// French writes it as a person reads it: 1 823,03 or 22.
func (v Value) French() string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	digits := strconv.FormatInt(int64(v)/100, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	if v%100 == 0 {
		return sign + digits
	}
	return fmt.Sprintf("%s%s,%02d", sign, digits, v%100)
}

// UnmarshalText reads a decimal of two places at most. In JSON it stands in quotes: a number there has passed through a float somewhere.
func (v *Value) UnmarshalText(text []byte) error {
	units, cents, _ := strings.Cut(string(text), ".")
	for len(cents) < 2 {
		cents += "0"
	}
	n, err := strconv.ParseUint(units+cents, 10, 62)
	if err != nil || len(cents) != 2 || units == "" {
		return errors.New("reading a value: want a decimal of two places at most")
	}
	*v = Value(n)
	return nil
}

// MarshalText writes what UnmarshalText reads; no value of the law is negative.
func (v Value) MarshalText() ([]byte, error) {
	if v < 0 {
		return nil, errors.New("writing a value: it is negative")
	}
	return fmt.Appendf(nil, "%d.%02d", int64(v)/100, int64(v)%100), nil
}

// Status says how sure we are of a row: it was read in a text, or it is still to be confirmed and every page that shows it says so.
type Status string

const (
	Verified  Status = "verified"
	ToConfirm Status = "to_confirm"
)

// Parameter is one value of the law between two dates, both included. A change of law is another row, never a change of this one.
type Parameter struct {
	Code   string `json:"code"`
	Key    string `json:"key"`
	Value  Value  `json:"value"`
	From   Date   `json:"from"`
	To     *Date  `json:"to"`
	Source string `json:"source"`
	Status Status `json:"status"`
	Note   string `json:"note,omitempty"` // French, for whoever reads the law behind an amount
}

func (p Parameter) on(day Date) bool {
	return !day.Before(p.From) && (p.To == nil || !day.After(*p.To))
}

// Missing is a parameter that no row gives for a day: what needs it is not computed, and the person is told which row to enter.
type Missing struct {
	Code, Key string
	On        Date
}

func (m Missing) Error() string {
	return fmt.Sprintf("parameter %s %s has no value on %s", m.Code, m.Key, m.On)
}

// Sentence says what to do.
func (m Missing) Sentence() string {
	return fmt.Sprintf("Le paramètre %s (%s) n’a pas de valeur au %s. Faites-le compléter avec sa source, puis reprenez : le dossier n’a pas changé.", m.Code, m.Key, m.On)
}

// Law is a table of parameters. Safe for concurrent use: it never changes.
type Law struct {
	rows    map[[2]string][]Parameter
	all     []Parameter
	version string
}

// ParseLaw reads rows and refuses a table that says two things of one day, or a row without a source or a status.
func ParseLaw(text []byte) (*Law, error) {
	var rows []Parameter
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		return nil, fmt.Errorf("reading parameters: %w", err)
	}
	return NewLaw(rows)
}

// NewLaw is ParseLaw of rows.
func NewLaw(rows []Parameter) (*Law, error) {
	law := &Law{rows: map[[2]string][]Parameter{}, all: slices.Clone(rows)}
	for _, p := range rows {
		if err := p.check(); err != nil {
			return nil, err
		}
		name := [2]string{p.Code, p.Key}
		for _, other := range law.rows[name] {
			if other.on(p.From) || p.on(other.From) {
				return nil, fmt.Errorf("parameter %s %s has two values on %s", p.Code, p.Key, max(p.From.String(), other.From.String()))
			}
		}
		law.rows[name] = append(law.rows[name], p)
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("writing parameters: %w", err)
	}
	sum := sha256.Sum256(text)
	law.version = hex.EncodeToString(sum[:8])
	return law, nil
}

func (p Parameter) check() error {
	switch {
	case p.Code == "" || p.Source == "" || p.From.IsZero():
		return fmt.Errorf("parameter %s %s: a code, a source and a first day are needed", p.Code, p.Key)
	case p.Status != Verified && p.Status != ToConfirm:
		return fmt.Errorf("parameter %s %s: status %q", p.Code, p.Key, p.Status)
	case p.To != nil && p.To.Before(p.From):
		return fmt.Errorf("parameter %s %s ends before it begins", p.Code, p.Key)
	}
	return nil
}

// On is the row in force that day, or Missing.
func (l *Law) On(code, key string, day Date) (Parameter, error) {
	for _, p := range l.rows[[2]string{code, key}] {
		if p.on(day) {
			return p, nil
		}
	}
	return Parameter{}, Missing{code, key, day}
}

// Rows are all rows, in the order of the table.
func (l *Law) Rows() []Parameter { return slices.Clone(l.all) }

// Version names this state of the table: a case keeps the one it was computed with.
func (l *Law) Version() string { return l.version }

// Used collects the rows that a computation rests on, so that a page can show the law behind a result.
type Used []Parameter

// Take notes a row once.
func (u *Used) Take(p Parameter) {
	for _, known := range *u {
		if known.Code == p.Code && known.Key == p.Key && known.From == p.From {
			return
		}
	}
	*u = append(*u, p)
}

// ToConfirm says that one of them is not sure.
func (u Used) ToConfirm() bool {
	return slices.ContainsFunc(u, func(p Parameter) bool { return p.Status == ToConfirm })
}

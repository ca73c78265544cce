// Package statistics is what the yearly report to Parliament counts of opinions (L. 425-9, last paragraph): the one coded record that is sealed when an
// opinion is issued, and the tables that leave of a year of them.
//
// It protects the persons counted. A record says codes of closed lists and nothing else: no reference, no day, no name, no place, no free text. Records
// leave keyholder never; tables do, in which each figure is zero or Smallest at least, and which add up, so that no figure is found by subtraction
// (TestNoTableHoldsASmallFigure). It trusts who seals a record for what the record says.
package statistics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"

	"cloison/crypto/canonical"
)

// ErrRecord: not a record, or a code outside its list.
var ErrRecord = errors.New("not a record of the statistics")

// Record is what is counted of one opinion. A field of its own means a table of its own; two fields are never crossed but with the outcome.
type Record struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"`    // of the referral, a code of the reference data
	Renewal bool   `json:"renewal"` // else a first request
	Minor   bool   `json:"minor"`   // on the day of the referral
	Country string `json:"country"` // of origin or of return: ISO 3166-1, three letters
	Chapter string `json:"chapter"` // of ICD-10, of the first illness of the report
	Outcome string `json:"outcome"` // as the opinion says it
	Care    string `json:"care"`    // how long care is to last
}

const version = 1

// Words of the lists that are closed here; kinds and countries are reference data, which a new law changes without keyholder.
const (
	NoChapter  = "SANS_CODE" // no report (removals), or a code outside ICD-10
	CareShort  = "12_MOIS_OU_MOINS"
	CareLong   = "PLUS_DE_12_MOIS"
	CareUnsaid = "SANS_DUREE"
	Favourable = "FAVORABLE"
)

// outcomes are release.Outcome's, which a package of crypto may not name (R2); TestOutcomesAreThoseOfTheDoor holds them together.
var outcomes = []string{Favourable, "DEFAV_PAS_DE_PRISE_EN_CHARGE", "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE", "DEFAV_TRAITEMENT_DISPONIBLE"}

// Outcomes are the words that a record may say of the sense of an opinion.
func Outcomes() []string { return slices.Clone(outcomes) }

var (
	kindCode    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{2,31}$`)
	countryCode = regexp.MustCompile(`^[A-Z]{3}$`)
)

func (r Record) valid() bool {
	return r.Version == version && kindCode.MatchString(r.Kind) && countryCode.MatchString(r.Country) &&
		(r.Chapter == NoChapter || slices.Contains(chapterNumbers(), r.Chapter)) &&
		slices.Contains(outcomes, r.Outcome) && slices.Contains([]string{CareShort, CareLong, CareUnsaid}, r.Care)
}

// size of every record before it is sealed: age does not hide a length, and a length would say the country or the chapter (TestEveryRecordHasOneLength).
const size = 384

// Encode is the record as it is sealed.
func (r Record) Encode() ([]byte, error) {
	r.Version = version
	if !r.valid() {
		return nil, ErrRecord
	}
	b, err := canonical.Marshal(r)
	if err != nil || len(b) > size {
		return nil, ErrRecord
	}
	return append(b, bytes.Repeat([]byte{' '}, size-len(b))...), nil
}

// Decode reads what Encode wrote, and nothing else.
func Decode(b []byte) (Record, error) {
	var r Record
	if len(b) != size || canonical.Unmarshal(bytes.TrimRight(b, " "), &r) != nil || !r.valid() {
		return Record{}, ErrRecord
	}
	return r, nil
}

// Format and LogValue keep a record out of logs, under every verb.
func (Record) Format(f fmt.State, _ rune) { io.WriteString(f, "[redacted]") }
func (Record) LogValue() slog.Value       { return slog.StringValue("[redacted]") }

// Package reference holds the law as data: kinds of referral, who is competent to give the opinion, which form applies, how long a
// delay runs, which territorial direction serves a prefecture. Every rule is effective-dated and names its source; a change of law is a
// new line in a file of data/, not a change of code. The files are embedded: nothing is read at run time.
package reference

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
	_ "time/tzdata" // Europe/Paris and the overseas zones, also on a machine without a zone database
)

//go:embed data/*.json
var files embed.FS

var tables = mustLoad()

// Kind is one kind of referral.
type Kind struct {
	Code        string   `json:"code"`
	Short       string   `json:"short"`
	Family      string   `json:"family"`   // SEJ, EXP, OQTF, ASR
	Pipeline    string   `json:"pipeline"` // SEJOUR, ELOIGNEMENT
	CountryRole string   `json:"country_role"`
	Report      bool     `json:"report"`
	Label       string   `json:"label"`
	Source      []string `json:"source"`
}

// Author says who gives the opinion and on which form, for a family and a status of liberty, between two dates.
type Author struct {
	Family       string   `json:"family"`
	Liberty      []string `json:"liberty"`
	Author       string   `json:"author"` // COLLEGE3, MED1
	Annexe       string   `json:"annexe"`
	Form         string   `json:"form"`
	From         Date     `json:"valid_from"`
	To           *Date    `json:"valid_to"`
	Certainty    string   `json:"certainty"` // verified, inferred, unclear
	Alternatives []string `json:"alternatives"`
	Source       string   `json:"source"`
	Note         string   `json:"note,omitempty"`
}

// CertificateAuthor says which physicians may fill the certificate, for a family ("*": any other) and a status of liberty.
type CertificateAuthor struct {
	Family  string   `json:"family"`
	Liberty []string `json:"liberty"`
	Authors []string `json:"authors"`
	From    Date     `json:"valid_from"`
	To      *Date    `json:"valid_to"`
	Source  string   `json:"source"`
}

// Form is one version of an annexe.
type Form struct {
	Code   string `json:"form"`
	Annexe string `json:"annexe"`
	From   Date   `json:"valid_from"`
	To     *Date  `json:"valid_to"`
	Source string `json:"source"`
}

// Deadline is one delay and the events that may start it.
type Deadline struct {
	Code        string   `json:"code"`
	Label       string   `json:"label"`
	Duration    Duration `json:"duration"`
	StartEvents []string `json:"start_events"`
	From        Date     `json:"valid_from"`
	To          *Date    `json:"valid_to"`
	Certainty   string   `json:"certainty"`
	Source      string   `json:"source"`
}

// Direction is a territorial direction, the prefectures it serves and the zone its clock follows.
type Direction struct {
	Code        string   `json:"code"`
	Label       string   `json:"label"`
	Zone        string   `json:"time_zone"`
	Prefectures []string `json:"prefectures"`
	location    *time.Location
}

// Named is a code and its French label.
type Named struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

type set struct {
	kinds        []Kind
	authors      []Author
	certificates []CertificateAuthor
	forms        []Form
	deadlines    []Deadline
	directions   []Direction
	prefectures  []Named
	countries    []Named
	letters      []Letter
	receivers    []Receiver
	escalations  []Escalation
}

// KindOf finds a kind of referral.
func KindOf(code string) (Kind, bool) {
	return find(tables.kinds, func(k Kind) bool { return k.Code == code })
}

// Kinds lists every kind of referral, in the order of the file.
func Kinds() []Kind { return slices.Clone(tables.kinds) }

// AuthorOn is the one rule in force that day for a family and a status of liberty. R. 425-13, R. 631-1, R. 731-1.
func AuthorOn(family, liberty string, on Date) (Author, bool) {
	return find(tables.authors, func(a Author) bool {
		return a.Family == family && slices.Contains(a.Liberty, liberty) && within(on, a.From, a.To)
	})
}

// CertificateAuthorsOn lists the qualities that may sign a certificate. A line of the family wins over the general one.
func CertificateAuthorsOn(family, liberty string, on Date) []string {
	for _, f := range []string{family, "*"} {
		if r, ok := find(tables.certificates, func(c CertificateAuthor) bool {
			return c.Family == f && slices.Contains(c.Liberty, liberty) && within(on, c.From, c.To)
		}); ok {
			return slices.Clone(r.Authors)
		}
	}
	return nil
}

// FormOn is the version of an annexe in force that day.
func FormOn(annexe string, on Date) (Form, bool) {
	return find(tables.forms, func(f Form) bool { return f.Annexe == annexe && within(on, f.From, f.To) })
}

// DeadlineOn is the rule of a delay in force that day.
func DeadlineOn(code string, on Date) (Deadline, bool) {
	return find(tables.deadlines, func(d Deadline) bool { return d.Code == code && within(on, d.From, d.To) })
}

// DirectionOf is the territorial direction that serves a prefecture.
func DirectionOf(prefecture string) (Direction, bool) {
	return find(tables.directions, func(d Direction) bool { return slices.Contains(d.Prefectures, prefecture) })
}

// DirectionByCode finds a territorial direction.
func DirectionByCode(code string) (Direction, bool) {
	return find(tables.directions, func(d Direction) bool { return d.Code == code })
}

// Directions lists the territorial directions, in the order of the file.
func Directions() []Direction { return slices.Clone(tables.directions) }

// PrefectureLabel names a prefecture.
func PrefectureLabel(code string) (string, bool) { return label(tables.prefectures, code) }

// CountryLabel names a country by its ISO 3166-1 alpha-3 code.
func CountryLabel(code string) (string, bool) { return label(tables.countries, code) }

// Prefectures and Countries list codes and labels in the order of the files.
func Prefectures() []Named { return slices.Clone(tables.prefectures) }
func Countries() []Named   { return slices.Clone(tables.countries) }

// LocalDate is the civil date of an instant where the territorial direction is; an unknown direction reads Europe/Paris.
func LocalDate(t time.Time, direction string) Date { return DateOf(t.In(Location(direction))) }

// Location is the time zone of a territorial direction; an unknown one reads Europe/Paris.
func Location(direction string) *time.Location {
	if d, ok := DirectionByCode(direction); ok {
		return d.location
	}
	return paris
}

var paris = mustLocation("Europe/Paris")

// Duration is an ISO 8601 duration of one unit: P15D, P3M, P5Y or PT48H.
type Duration struct {
	N    int
	Unit byte // D, M, Y or H
}

func (d Duration) String() string {
	if d.Unit == 'H' {
		return fmt.Sprintf("PT%dH", d.N)
	}
	return fmt.Sprintf("P%d%c", d.N, d.Unit)
}

func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	body, unit := s, byte(0)
	if len(s) > 2 {
		body, unit = s[1:len(s)-1], s[len(s)-1]
	}
	if unit == 'H' && body[0] == 'T' {
		body = body[1:]
	} else if unit == 'H' {
		return fmt.Errorf("reading a duration: %q", s)
	}
	n, err := strconv.Atoi(body)
	if s == "" || s[0] != 'P' || err != nil || n <= 0 || bytes.IndexByte([]byte("DMYH"), unit) < 0 {
		return fmt.Errorf("reading a duration: %q", s)
	}
	*d = Duration{n, unit}
	return nil
}

// After is the date this duration leads to; hours have no date (see AfterInstant).
func (d Duration) After(start Date) Date {
	switch d.Unit {
	case 'Y':
		return start.AddYears(d.N)
	case 'M':
		return start.AddMonths(d.N)
	case 'D':
		return start.AddDays(d.N)
	}
	return Date{}
}

// AfterInstant adds elapsed hours: 48 hours over a change of the clocks are 48 hours.
func (d Duration) AfterInstant(start time.Time) time.Time {
	return start.Add(time.Duration(d.N) * time.Hour)
}

// BeforeInstant is the instant from which these hours lead to end.
func (d Duration) BeforeInstant(end time.Time) time.Time {
	return end.Add(-time.Duration(d.N) * time.Hour)
}

func within(on, from Date, to *Date) bool {
	return !on.Before(from) && (to == nil || !on.After(*to))
}

func find[T any](list []T, match func(T) bool) (T, bool) {
	for _, v := range list {
		if match(v) {
			return v, true
		}
	}
	var none T
	return none, false
}

func label(list []Named, code string) (string, bool) {
	n, ok := find(list, func(n Named) bool { return n.Code == code })
	return n.Label, ok
}

// mustLoad reads the embedded files. They are part of the program: a mistake in one is a mistake of compilation, and a test reads them.
func mustLoad() set {
	s := set{
		kinds:        load[Kind]("kinds"),
		authors:      load[Author]("authors"),
		certificates: load[CertificateAuthor]("certificate_authors"),
		forms:        load[Form]("forms"),
		deadlines:    load[Deadline]("deadlines"),
		directions:   load[Direction]("directions"),
		prefectures:  load[Named]("prefectures"),
		countries:    load[Named]("countries"),
		letters:      load[Letter]("letters"),
		receivers:    load[Receiver]("receivers"),
		escalations:  load[Escalation]("escalations"),
	}
	for i := range s.directions {
		s.directions[i].location = mustLocation(s.directions[i].Zone)
	}
	return s
}

func load[T any](name string) []T {
	b, err := files.ReadFile("data/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("reading reference data %s: %v", name, err))
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	var list []T
	if err := dec.Decode(&list); err != nil {
		panic(fmt.Sprintf("reading reference data %s: %v", name, err))
	}
	return list
}

func mustLocation(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(fmt.Sprintf("reading time zone %s: %v", name, err))
	}
	return l
}

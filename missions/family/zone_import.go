package family

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cloison/missions"
)

// ZoneColumns are the columns of a list that is imported, in order, separated by semicolons. The last day may be empty.
var ZoneColumns = []string{"commune", "zone", "debut", "fin", "source", "statut"}

// Outcomes of a line of an import.
const (
	ZoneAdded     = "AJOUTEE"
	ZoneUnchanged = "INCHANGEE"
	ZoneFollows   = "SUCCEDE" // the row that was open ends the day before
	ZoneRefused   = "REFUSEE"
)

// ZoneLine is one line of an import and what becomes of it.
type ZoneLine struct {
	Line    int
	Row     ZoneRow
	Outcome string
	Why     string // French, of a refusal
}

// ReadZones reads a list, line by line: a line that cannot be read is refused and says why, and the others are read all the same.
func ReadZones(r io.Reader) ([]ZoneLine, error) {
	reader := csv.NewReader(r)
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = ';', -1, true
	head, err := reader.Read()
	if err != nil || !slices.Equal(head, ZoneColumns) {
		return nil, fmt.Errorf("la première ligne doit être : %s", strings.Join(ZoneColumns, ";"))
	}
	var lines []ZoneLine
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			lines = append(lines, ZoneLine{Line: broken.StartLine, Outcome: ZoneRefused, Why: "la ligne ne se lit pas"})
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading a list of zones: %w", err)
		}
		line, _ := reader.FieldPos(0)
		row, why := readZone(fields)
		read := ZoneLine{Line: line, Row: row, Why: why}
		if why != "" {
			read.Outcome = ZoneRefused
		}
		lines = append(lines, read)
	}
}

func readZone(fields []string) (z ZoneRow, why string) {
	if len(fields) != len(ZoneColumns) {
		return z, fmt.Sprintf("%d colonnes ; il en faut %d", len(fields), len(ZoneColumns))
	}
	z = ZoneRow{Commune: fields[0], Zone: Zone(fields[1]), Source: fields[4], Status: missions.Status(fields[5])}
	from, err := missions.ParseDate(fields[2])
	switch {
	case missions.Department(z.Commune) == "":
		return z, "la commune est un code INSEE de cinq caractères"
	case !slices.Contains([]Zone{ZoneAbis, ZoneA, ZoneB1, ZoneB2, ZoneC}, z.Zone):
		return z, "la zone est A_BIS, A, B1, B2 ou C"
	case err != nil:
		return z, "le premier jour s’écrit AAAA-MM-JJ"
	case z.Source == "":
		return z, "la source manque : citez l’arrêté"
	case z.Status != missions.Verified && z.Status != missions.ToConfirm:
		return z, "le statut est verified ou to_confirm"
	}
	z.From = from
	if fields[3] != "" {
		to, err := missions.ParseDate(fields[3])
		if err != nil || to.Before(from) {
			return z, "le dernier jour s’écrit AAAA-MM-JJ et suit le premier"
		}
		z.To = &to
	}
	return z, ""
}

// MergeZones says what becomes of each line beside the rows that are known, which rows are added, and which of the known ones end on the day before one
// that follows them. No commune is ever in two zones on one day.
func MergeZones(known []ZoneRow, lines []ZoneLine) (add, end []ZoneRow) {
	of := map[string][]ZoneRow{}
	for _, z := range known {
		of[z.Commune] = append(of[z.Commune], z)
	}
	for i := range lines {
		l := &lines[i]
		if l.Outcome == ZoneRefused {
			continue
		}
		rows := of[l.Row.Commune]
		l.Outcome = ZoneAdded
		for at, z := range rows {
			switch {
			case !overlap(z, l.Row):
			case z.From == l.Row.From && z.Zone == l.Row.Zone && sameDay(z.To, l.Row.To):
				l.Outcome = ZoneUnchanged
			case z.To == nil && z.From.Before(l.Row.From):
				last := l.Row.From.AddDays(-1)
				rows[at].To, l.Outcome = &last, ZoneFollows
				end = append(end, rows[at])
			default:
				l.Outcome, l.Why = ZoneRefused, "la commune serait dans deux zones le même jour"
			}
		}
		if l.Outcome == ZoneAdded || l.Outcome == ZoneFollows {
			of[l.Row.Commune], add = append(rows, l.Row), append(add, l.Row)
		}
	}
	return add, end
}

func overlap(a, b ZoneRow) bool {
	return (a.To == nil || !b.From.After(*a.To)) && (b.To == nil || !a.From.After(*b.To))
}

func sameDay(a, b *missions.Date) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

package family

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"cloison/missions"
)

// Zone of the construction and housing code (R. 304-1).
type Zone string

const (
	ZoneAbis Zone = "A_BIS"
	ZoneA    Zone = "A"
	ZoneB1   Zone = "B1"
	ZoneB2   Zone = "B2"
	ZoneC    Zone = "C"
)

// group is the line of the surface table: A bis with A, B1 with B2.
func (z Zone) group() string {
	switch z {
	case ZoneAbis, ZoneA:
		return "A"
	case ZoneB1, ZoneB2:
		return "B"
	}
	return "C"
}

// ZoneRow says in which zone a commune is, between two dates.
type ZoneRow struct {
	Commune string          `json:"commune"`
	Zone    Zone            `json:"zone"`
	From    missions.Date   `json:"from"`
	To      *missions.Date  `json:"to"`
	Source  string          `json:"source"`
	Status  missions.Status `json:"status"`
}

// ZoneOf is the row in force that day; a commune without one is named, and nothing is computed.
func ZoneOf(rows []ZoneRow, commune string, day missions.Date) (ZoneRow, error) {
	for _, z := range rows {
		if z.Commune == commune && !day.Before(z.From) && (z.To == nil || !day.After(*z.To)) {
			return z, nil
		}
	}
	return ZoneRow{}, &NotComputed{"ZONE_MISSING", fmt.Sprintf("La commune %s n’a pas de zone au %s. Complétez la liste officielle des zones, puis reprenez : le dossier n’a pas changé.", commune, day)}
}

//go:embed data/zones.json
var zonesText []byte

// SampleZones are a few communes, for development and tests: the official list is imported, dated, where the service runs.
func SampleZones() []ZoneRow {
	rows, err := ParseZones(zonesText)
	if err != nil {
		panic(fmt.Sprintf("the embedded zones do not read: %v", err))
	}
	return rows
}

// ParseZones reads a list and refuses one that puts a commune in two zones on one day.
func ParseZones(text []byte) ([]ZoneRow, error) {
	var rows []ZoneRow
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		return nil, fmt.Errorf("reading zones: %w", err)
	}
	seen := map[string][]ZoneRow{}
	for _, z := range rows {
		if missions.Department(z.Commune) == "" || z.From.IsZero() || z.Source == "" || !slices.Contains([]Zone{ZoneAbis, ZoneA, ZoneB1, ZoneB2, ZoneC}, z.Zone) {
			return nil, fmt.Errorf("reading zones: the row of commune %q is not whole", z.Commune)
		}
		for _, other := range seen[z.Commune] {
			if (other.To == nil || !z.From.After(*other.To)) && (z.To == nil || !other.From.After(*z.To)) {
				return nil, fmt.Errorf("reading zones: commune %s is in two zones on one day", z.Commune)
			}
		}
		seen[z.Commune] = append(seen[z.Commune], z)
	}
	return rows, nil
}

// Verdict of one item of the decency checklist.
type Verdict string

const (
	Decent     Verdict = "CONFORME"
	NotDecent  Verdict = "NON_CONFORME"
	NotVisited Verdict = "NON_VERIFIE"
)

// DecencyItems are what articles 2 and 3 of décret 2002-120 ask for, in our words. The number of rooms is no criterion and is not among them.
func DecencyItems() []string {
	return []string{"CLOS_ET_COUVERT", "GARDE_CORPS", "RESEAUX_SURS", "AERATION", "ECLAIREMENT_NATUREL", "CHAUFFAGE", "EAU_POTABLE", "EVACUATION", "CUISINE", "SANITAIRES", "ELECTRICITE"}
}

// Housing is what is known of the home.
type Housing struct {
	Commune     string             `json:"commune"`
	Surface     missions.Value     `json:"surface"` // habitable, m²
	Decency     map[string]Verdict `json:"decency"`
	AvailableOn *missions.Date     `json:"available_on"` // of a home that is not available yet (L. 434-11)
	Described   bool               `json:"described"`    // its features and that date were checked on documents
	Refused     bool               `json:"refused"`      // the occupant refused the visit
}

// HousingResult is the comparison of R. 434-5, with both sides.
type HousingResult struct {
	Size     int            `json:"size"`
	Zone     Zone           `json:"zone"`
	Required missions.Value `json:"required"`
	Surface  missions.Value `json:"surface"`
	Finding  Finding        `json:"finding"`
	Version  string         `json:"law_version"`
}

// RequiredSurface is S(n) of R. 434-5: the base of the zone for two, ten more for each up to eight, five more for each beyond.
func RequiredSurface(zone Zone, size int, on missions.Date, law *missions.Law) (missions.Value, missions.Used, error) {
	if size < 2 {
		return 0, nil, wrong("family", "Un foyer compte au moins le demandeur et une personne demandée.")
	}
	read := reading{law: law}
	base, step, beyond := read.value(pSurface, zone.group(), on), read.value(pSurface, "PAR_PERSONNE", on), read.value(pSurface, "AU_DELA", on)
	limit := read.count(pSurface, "PALIER", on)
	return base + step*missions.Value(min(size, limit)-2) + beyond*missions.Value(max(size-limit, 0)), read.used, read.err
}

// ComputeHousing says whether the home is normal for so many persons there (R. 434-5): surface and decency, never the number of rooms. A visit
// that the occupant refused deems the condition not met (R. 434-18).
func ComputeHousing(r Request, size int, h Housing, zones []ZoneRow, law *missions.Law) (HousingResult, error) {
	if missions.Department(h.Commune) == mayotte {
		return HousingResult{}, ownRules()
	}
	zone, err := ZoneOf(zones, h.Commune, r.FiledOn)
	if err != nil {
		return HousingResult{}, err
	}
	required, used, err := RequiredSurface(zone.Zone, size, r.FiledOn, law)
	if err != nil {
		return HousingResult{}, err
	}
	f := Finding{Rule: "RF-LOGEMENT", Source: "R. 434-5 ; décret n° 2002-120, art. 2 et 3", Used: used,
		Doubt: "La version de l’arrêté de zonage et la liste de décence sont à confirmer."}
	f.Outcome, f.Why = h.judge(required)
	return HousingResult{Size: size, Zone: zone.Zone, Required: required, Surface: h.Surface, Finding: f, Version: law.Version()}, nil
}

func (h Housing) judge(required missions.Value) (Outcome, string) {
	sides := fmt.Sprintf("%s m² habitables ; il en faut %s.", h.Surface.French(), required.French())
	switch {
	case h.Refused:
		return NotMet, "L’occupant a refusé la visite : la condition est réputée non remplie (R. 434-18)."
	case h.Surface < required:
		return NotMet, sides
	case h.AvailableOn != nil && !h.Described:
		return NotMet, "Le logement n’est pas encore disponible, et ni ses caractéristiques ni sa date n’ont été vérifiées sur pièces (L. 434-11)."
	}
	open := false
	for _, item := range DecencyItems() {
		switch h.Decency[item] {
		case NotDecent:
			return NotMet, "Un élément de décence n’est pas conforme. " + sides
		case Decent:
		default:
			open = true
		}
	}
	switch {
	case h.AvailableOn != nil:
		return Met, fmt.Sprintf("Disponible le %s, vérifié sur pièces (L. 434-11). %s", day(*h.AvailableOn), sides)
	case open:
		return ToWeigh, "La décence n’est pas entièrement vérifiée. " + sides
	}
	return Met, sides
}

package missions

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Competence is the territorial direction that serves a département, between two dates (R. 434-7: set by order).
type Competence struct {
	Direction   string   `json:"direction"`
	Departments []string `json:"departments"`
	From        Date     `json:"from"`
	To          *Date    `json:"to"`
	Source      string   `json:"source"`
	Status      Status   `json:"status"`
}

//go:embed data/directions.json
var directionsText []byte

var competences = mustReadCompetences()

func mustReadCompetences() []Competence {
	var rows []Competence
	decoder := json.NewDecoder(bytes.NewReader(directionsText))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		panic(fmt.Sprintf("the embedded directions do not read: %v", err))
	}
	return rows
}

// NoDirection is a département that no row gives a direction for that day.
type NoDirection struct {
	Department string
	On         Date
}

func (n NoDirection) Error() string {
	return fmt.Sprintf("no direction for département %q on %s", n.Department, n.On)
}

// Sentence says what to do.
func (n NoDirection) Sentence() string {
	return fmt.Sprintf("Aucune direction territoriale n’est connue pour le département %s au %s. Vérifiez la commune, ou faites compléter le ressort.", n.Department, n.On)
}

// DirectionOf is the row that serves a département that day.
func DirectionOf(department string, day Date) (Competence, error) {
	for _, c := range competences {
		if slices.Contains(c.Departments, department) && !day.Before(c.From) && (c.To == nil || !day.After(*c.To)) {
			return c, nil
		}
	}
	return Competence{}, NoDirection{department, day}
}

// Competences are all rows.
func Competences() []Competence { return slices.Clone(competences) }

// Department is that of a commune, by its INSEE code: two characters, three overseas.
func Department(commune string) string {
	if strings.HasPrefix(commune, "97") && len(commune) == 5 {
		return commune[:3]
	}
	if len(commune) == 5 {
		return commune[:2]
	}
	return ""
}

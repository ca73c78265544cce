package medical

import (
	"fmt"
	"log/slog"
)

// CountrySource is one thing that a physician consulted on care in a country, for one dossier: an opinion rests on it as on the file (R. 425-11, R. 631-2:
// "informations disponibles"). What was looked for says what the person has: it is sealed, title included.
type CountrySource struct {
	Publisher   string `json:"source" validate:"oneof=BISPO MedCOI OMS AUTRE"`
	Title       string `json:"title" validate:"required,max=500"`
	Version     string `json:"version" validate:"required,max=100"` // or its date, as the publisher writes it
	URL         string `json:"url" validate:"omitempty,url,startswith=https://,max=500"`
	SHA256      string `json:"sha256" validate:"omitempty,len=64,hexadecimal"` // of the document as it was read, where it is a file
	ConsultedOn Date   `json:"consulted_on"`
}

func (CountrySource) Format(f fmt.State, _ rune) { redact(f) }
func (CountrySource) LogValue() slog.Value       { return slog.StringValue(redacted) }

// Stages at which a source is consulted.
const (
	SourceForReport  = "RAPPORT"
	SourceForOpinion = "AVIS"
)

// CitedSource is a source as it is kept: who consulted it, and at which stage.
type CitedSource struct {
	CountrySource
	By    string `json:"consulted_by"`
	Stage string `json:"stage"`
}

func (CitedSource) Format(f fmt.State, _ rune) { redact(f) }
func (CitedSource) LogValue() slog.Value       { return slog.StringValue(redacted) }

package exit

import (
	"fmt"
	"io"
	"log/slog"

	"cloison/medical"
)

// country: what was consulted on the care available in a country, which is one leg of an opinion (R. 425-11). It is public, it names its
// sources, and it holds nothing of the person: no compartment is opened for it.
var country = Exit{
	Bundle: "L3", Ground: "R. 425-11 ; CADA 20191886 et 20201876",
	Recipient: "la juridiction, la personne ou qui agit pour elle", Compartment: "civil", Envelope: sealedArchive,
	Event: medical.EvDisclosed,
}

// Source is one public source: who publishes it, its title and version, on which day, and where it is read.
type Source struct {
	Publisher string       `json:"publisher" validate:"required,max=200"`
	Title     string       `json:"title" validate:"required,max=500"`
	Version   string       `json:"version" validate:"max=100"`
	On        medical.Date `json:"on"`
	URL       string       `json:"url" validate:"required,url,startswith=https://,max=500"`
}

// What was looked for on a country says what somebody has: it prints as nothing (TestASourcePrintsAsNothing).
func (Source) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }
func (Source) LogValue() slog.Value       { return slog.StringValue("[redacted]") }

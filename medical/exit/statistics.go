package exit

import (
	"encoding/json"
	"fmt"

	"cloison/crypto/statistics"
)

// The yearly table is the one exit that is of no dossier: figures that keyholder counted by order of custodians. It leaves no event, but an entry of the log.
const (
	YearlyGround    = "CESEDA, L. 425-9, dernier alinéa"
	YearlyRecipient = "le Parlement, par le rapport annuel sur l’activité du service médical"
	YearlyEnvelope  = "fichier JSON de chiffres, sans fiche ni référence ; en clair, puisqu’il se publie"
)

// Yearly is what leaves.
type Yearly struct {
	Ground    string             `json:"ground"`
	Recipient string             `json:"recipient"`
	Year      int                `json:"year"`
	Opinions  int                `json:"opinions"` // referrals that were given one that year, as keyholder knows
	Counted   int                `json:"counted"`  // those of which there was a record
	Smallest  int                `json:"smallest"` // no figure of a table but zero is under it; how many there were is no secret
	Tables    []statistics.Table `json:"tables"`
}

// YearlyTable is the file.
func YearlyTable(year, opinions, counted int, tables []statistics.Table) ([]byte, error) {
	b, err := json.MarshalIndent(Yearly{
		Ground: YearlyGround, Recipient: YearlyRecipient, Year: year, Opinions: opinions, Counted: counted, Smallest: statistics.Smallest, Tables: tables,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the table of %d: %w", year, err)
	}
	return append(b, '\n'), nil
}

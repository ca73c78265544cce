package release

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Authority is who may refer a person, and so receives what comes of it: a prefecture, or the minister of the interior, who decides expulsions
// (L. 631-3, R. 632-2). Overseas, some refer to no physician of the Office: a local one is designated (arrêté of 27 December 2016, art. 13-1).
// Each line is in force from a day and names its source; another authority is another line of data/authorities.json. Its code stands wherever a
// prefecture's does: an inbox, a scope and a transfer are the same for all.
type Authority struct {
	Code           string   `json:"code"`
	Label          string   `json:"label"`
	Direction      string   `json:"direction"`           // the territorial direction whose medical secretariat serves it
	TimeZone       string   `json:"time_zone,omitempty"` // where its day ends; empty: Europe/Paris
	Refers         []string `json:"refers"`              // kinds, by how their codes begin
	LocalPhysician bool     `json:"local_physician"`
	From           Date     `json:"valid_from"`
	Certainty      string   `json:"certainty"` // verified, inferred
	Source         string   `json:"source"`
	Note           string   `json:"note,omitempty"`
}

//go:embed data/authorities.json
var authoritiesFile []byte

var authorities = mustAuthorities()

func mustAuthorities() []Authority {
	var all []Authority
	if err := json.Unmarshal(authoritiesFile, &all); err != nil {
		panic(fmt.Sprintf("release: data/authorities.json: %v", err)) // not reached (TestAuthorities)
	}
	return all
}

// Authorities lists them, in the order of the file.
func Authorities() []Authority { return slices.Clone(authorities) }

// AuthorityOf finds an authority by its code.
func AuthorityOf(code string) (Authority, bool) {
	i := slices.IndexFunc(authorities, func(a Authority) bool { return a.Code == code })
	if i < 0 {
		return Authority{}, false
	}
	return authorities[i], true
}

// AuthorityLabel names an authority; a code that is none stays as it is.
func AuthorityLabel(code string) string {
	if a, ok := AuthorityOf(code); ok {
		return a.Label
	}
	return code
}

// MayRefer says whether an authority refers such a kind: the minister an expulsion, and no residence permit
// (TestTheMinisterRefersExpulsionsAlone).
func MayRefer(code string, kind Kind) bool {
	a, ok := AuthorityOf(code)
	return ok && slices.ContainsFunc(a.Refers, func(begins string) bool { return strings.HasPrefix(string(kind), begins) })
}

// MayReferOn is MayRefer on a day: not before the text that makes the authority competent.
func MayReferOn(code string, kind Kind, on Date) bool {
	a, _ := AuthorityOf(code)
	return MayRefer(code, kind) && !on.Before(a.From)
}

// ValidPrefecture says whether code is an authority that refers to the Office.
func ValidPrefecture(code string) bool {
	_, ok := Direction(code)
	return ok
}

// Direction is the territorial direction that serves an authority.
func Direction(prefecture string) (string, bool) {
	a, ok := AuthorityOf(prefecture)
	return a.Direction, ok && a.Direction != ""
}

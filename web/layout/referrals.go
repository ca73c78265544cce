package layout

import "time"

// ReferralsView lists what a prefecture has referred, newest first.
type ReferralsView struct {
	Shell
	Filters []Filter
	Rows    []ReferralRow
	New     Action
	File    Action // many at once
	Next    string
}

// Filter is one narrowing of a list, kept in the address.
type Filter struct {
	Label, Href string
	Current     bool
}

// ReferralRow is one referral.
type ReferralRow struct {
	Name, Reference, Kind string
	Since                 time.Time
	Stage, Note           string
	Waits                 string // who is expected to act
	Action                Action
}

// ReferralView is one referral: where it stands in plain steps, and each message with its effect.
type ReferralView struct {
	Shell
	Heading string
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Steps   []Moment
	Given   []Fact
	Told    []Said
	Next    []Action
	Others  []Action // what may be needed, and that nothing awaits
	Acts    []Act
	Never   []string // what is never shown here
	Alarm   *Panel   // what happened that asks for a decision anew
}

// OpinionView is an opinion on a prefecture's screen.
type OpinionView struct {
	Shell
	Heading string
	Back    Action
	Badges  []Badge
	Clock   *Clock
	Allows  []Fact
	Visa    string
	Paper   Paper
	Acts    []Act
	Proofs  *Panel
	Expert  *Sheet // what an expert checks by himself
	PDF     *Action
	Told    []Said

	Corrected *Panel // the versions, where this one replaces another
}

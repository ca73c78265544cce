package layout

import (
	"slices"
	"time"
)

// InboxView is the prefecture's first page: what the medical service has told it, unread first, and what each message
// allows. Nothing else of the medical zone exists there.
type InboxView struct {
	Shell
	Filters []Filter   // the bureaux, with what waits in each
	Rows    []InboxRow // newest first; the page puts unread ones on top
	Next    string
}

// InboxRow is one release.
type InboxRow struct {
	Seq           int64
	Date          time.Time
	Unread        bool
	Code          string // N0 to N7
	Title, Effect string // from NoticeWords or OpinionWords
	Reference     string // the prefecture's own number (AGDREF)
	Person        string
	Referral      string // id of the referral
	Href          string // its page
	Opinion       *OpinionState
	Read          string // address of an attestation, which nobody acknowledges
}

// OpinionState is what stands on the row of an opinion.
type OpinionState struct {
	Read            string // address of the opinion
	Acknowledged    *time.Time
	Key             string // of its form
	AcknowledgePath string // where the button posts; "" shows no button
}

// Ordered gives the rows, unread first, each part as it came.
func (v InboxView) Ordered() []InboxRow {
	rows := slices.Clone(v.Rows)
	slices.SortStableFunc(rows, func(a, b InboxRow) int {
		switch {
		case a.Unread == b.Unread:
			return 0
		case a.Unread:
			return -1
		}
		return 1
	})
	return rows
}

// Unread counts the messages not yet read.
func (v InboxView) Unread() int {
	n := 0
	for _, row := range v.Rows {
		if row.Unread {
			n++
		}
	}
	return n
}

// Opinions counts the unread ones that are opinions.
func (v InboxView) Opinions() int {
	n := 0
	for _, row := range v.Rows {
		if row.Unread && row.Opinion != nil {
			n++
		}
	}
	return n
}

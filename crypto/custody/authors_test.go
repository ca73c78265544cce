package custody_test

import (
	"slices"
	"testing"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// A taken-over medical names lines and passes approvals as it likes: only the
// approvers' own lines, in the decision that the opinion names, get a seal.
func TestAuthorsAreTheApprovers(t *testing.T) {
	t.Parallel()
	roster := usualRoster()
	ended := func(l wire.Line, from, to string) wire.Line {
		l.Listings[0].From, l.Listings[0].To = from, to
		return l
	}
	roster.Lines = append(roster.Lines,
		physician("med-unlisted", "99790000005"),
		ended(listed(physician("med-past", "99790000006"), 12), "2026-01-01", "2026-03-01"),
		ended(listed(physician("med-next", "99790000007"), 13), "2026-03-03", ""),
		alone(listed(physician("med-both", "99790000008"), 14), 1),
		alone(physician("med-other", "99790000009"), 2),
		alone(physician("med-third", "99790000010"), 3),
	)
	another := collegeDigest[1:] + "0"
	for name, c := range map[string]struct {
		ref, digest, authors string
		by                   []string
		rule                 string // "" is signed
	}{
		"the three":                            {college, collegeDigest, "[2,5,9]", []string{"med-c", "med-a", "med-b"}, ""},
		"another's line":                       {college, collegeDigest, "[2,5,11]", []string{"med-a", "med-b", "med-c"}, keyholder.RuleAuthorsOther},
		"a line that nobody holds":             {college, collegeDigest, "[2,5,99]", []string{"med-a", "med-b", "med-c"}, keyholder.RuleAuthorsOther},
		"on the roster, in no decision":        {college, collegeDigest, "[2,5,9]", []string{"med-a", "med-b", "med-unlisted"}, keyholder.RuleApprovalNotListed},
		"another state of the decision":        {college, another, "[2,5,9]", []string{"med-a", "med-b", "med-c"}, keyholder.RuleApprovalNotListed},
		"another decision under its digest":    {"DEC-2025-01", collegeDigest, "[2,5,9]", []string{"med-a", "med-b", "med-c"}, keyholder.RuleApprovalNotListed},
		"listed in the other decision":         {college, collegeDigest, "[2,5,9]", []string{"med-a", "med-b", "med-other"}, keyholder.RuleApprovalNotListed},
		"a listing that ended yesterday":       {college, collegeDigest, "[2,5,12]", []string{"med-a", "med-b", "med-past"}, keyholder.RuleApprovalNotListed},
		"a listing that begins tomorrow":       {college, collegeDigest, "[2,5,13]", []string{"med-a", "med-b", "med-next"}, keyholder.RuleApprovalNotListed},
		"nobody":                               {college, collegeDigest, "[]", nil, keyholder.RuleApprovalsMissing},
		"one of the college alone":             {college, collegeDigest, "[2]", []string{"med-a"}, keyholder.RuleApprovalsMissing},
		"two of the college":                   {college, collegeDigest, "[2,5]", []string{"med-a", "med-b"}, keyholder.RuleApprovalsMissing},
		"the single physician":                 {single, singleDigest, "[1]", []string{"med-both"}, ""},
		"the single physician, another's line": {single, singleDigest, "[2]", []string{"med-both"}, keyholder.RuleAuthorsOther},
		"three under the single's decision":    {single, singleDigest, "[1,2,3]", []string{"med-both", "med-other", "med-third"}, keyholder.RuleApprovalsMissing},
		"one approval for three":               {college, collegeDigest, "[2,5,9]", []string{"med-a"}, keyholder.RuleApprovalsMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			w.setRoster(roster)
			o := opinionBy(c.ref, c.digest, c.authors, "r-1", 1, "FAVORABLE", today)
			_, err := w.SignOpinion(t.Context(), o.request("d1", w.approveAll(o, "d1", c.by...)...))
			if c.rule == "" {
				must(t, err)
				return
			}
			wantRule(t, err, c.rule)
		})
	}
}

// A listing must hold on the day of the approval and on the day of issue: one
// that ended or began in between is not enough.
func TestListingHoldsOnBothDays(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*wire.Listing){
		"ended between approval and issue": func(l *wire.Listing) { l.To = "2026-03-02" },
		"began between approval and issue": func(l *wire.Listing) { l.From = "2026-03-03" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := opened(t)
			o := opinionFor("r-1", 1, "FAVORABLE", "2026-03-04")
			ids := w.approveAll(o, "d1", "med-a", "med-b", "med-c")
			w.clock.forward(48 * time.Hour)
			roster := usualRoster()
			edit(&roster.Lines[2].Listings[0])
			w.setRoster(roster)
			_, err := w.SignOpinion(t.Context(), o.request("d1", ids...))
			wantRule(t, err, keyholder.RuleApprovalNotListed)
			w.setRoster(usualRoster())
			_, err = w.SignOpinion(t.Context(), o.request("d1", ids...))
			must(t, err)
		})
	}
}

func TestOpinionIsNotDatedBeforeItsApprovals(t *testing.T) {
	t.Parallel()
	w := opened(t) // 10:00 in Paris, 2 March
	sign := func(issuedOn string, ids ...string) error {
		_, err := w.SignOpinion(t.Context(), opinionFor("r-1", 1, "FAVORABLE", issuedOn).request("d1", ids...))
		return err
	}
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	ids := w.approveAll(o, "d1", "med-a", "med-b")
	w.clock.forward(24 * time.Hour)
	ids = append(ids, w.approveAll(o, "d1", "med-c")...)
	wantRule(t, sign("2026-03-02", ids...), keyholder.RuleOpinionEarly)
	must(t, sign("2026-03-03", ids...))
	// A retry is no way round it, after a restart either.
	wantRule(t, sign("2026-03-02"), keyholder.RuleOpinionEarly)
	must(t, sign("2026-03-03"))
	w.restart()
	wantRule(t, sign("2026-03-02"), keyholder.RuleOpinionEarly)

	// 04:30 in Paris is the evening before in the West Indies, whose day the opinion may carry.
	w.clock.forward(18*time.Hour + 30*time.Minute)
	night := opinionFor("r-2", 1, "FAVORABLE", "2026-03-03")
	_, err := w.SignOpinion(t.Context(), night.request("d2", w.approveAll(night, "d2", "med-a", "med-b", "med-c")...))
	must(t, err)

	// 20:30 in Paris is still the same day in La Réunion; at 22:00 it is the next one there, whose day the opinion may carry.
	w.clock.forward(16 * time.Hour)
	tomorrow := opinionFor("r-3", 1, "FAVORABLE", "2026-03-05")
	approved := w.approveAll(tomorrow, "d3", "med-a", "med-b", "med-c")
	_, err = w.SignOpinion(t.Context(), tomorrow.request("d3", approved...))
	wantRule(t, err, keyholder.RuleOpinionFuture)
	w.clock.forward(90 * time.Minute)
	_, err = w.SignOpinion(t.Context(), tomorrow.request("d3", approved...))
	must(t, err)
}

func TestOldApprovalIsRefused(t *testing.T) {
	t.Parallel()
	w := opened(t)
	o := opinionFor("r-1", 1, "FAVORABLE", "2026-05-31")
	ids := w.approveAll(o, "d1", "med-a", "med-b", "med-c")
	w.clock.forward(90*24*time.Hour + time.Second)
	_, err := w.SignOpinion(t.Context(), o.request("d1", ids...))
	wantRule(t, err, keyholder.RuleApprovalExpired)
	w.clock.forward(-time.Second)
	_, err = w.SignOpinion(t.Context(), o.request("d1", ids...))
	must(t, err)
}

// Approvals for one patient's dossier never answer another's referral.
func TestAReferralHasOneDossier(t *testing.T) {
	t.Parallel()
	w := opened(t)
	sign := func(version int, dossier string) error {
		o := opinionFor("r-1", version, "FAVORABLE", today)
		_, err := w.SignOpinion(t.Context(), o.request(dossier, w.approveAll(o, dossier, "med-a", "med-b", "med-c")...))
		return err
	}
	must(t, sign(1, "d1"))
	wantRule(t, sign(1, "d2"), keyholder.RuleOpinionDossier)
	wantRule(t, sign(2, "d2"), keyholder.RuleOpinionDossier)
	w.restart()
	wantRule(t, sign(2, "d2"), keyholder.RuleOpinionDossier)
	must(t, sign(2, "d1"))
}

// Whoever loses his line loses his seat, even with an approval given before.
func TestListingIsTheRosterOfToday(t *testing.T) {
	t.Parallel()
	w := opened(t)
	o := opinionFor("r-1", 1, "FAVORABLE", today)
	ids := w.approveAll(o, "d1", "med-a", "med-b", "med-c")
	roster := usualRoster()
	i := slices.IndexFunc(roster.Lines, func(l wire.Line) bool { return l.Subject == "med-c" })
	roster.Lines[i].Listings = nil
	w.setRoster(roster)
	_, err := w.SignOpinion(t.Context(), o.request("d1", ids...))
	wantRule(t, err, keyholder.RuleApprovalNotListed)

	roster = usualRoster()
	roster.Lines[i].To = "2026-03-01" // his habilitation ended, his listing did not
	w.setRoster(roster)
	_, err = w.SignOpinion(t.Context(), o.request("d1", ids...))
	wantRule(t, err, keyholder.RuleNotOnRoster)
}

package custody

import (
	"slices"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// approvalLife: an opinion is due within three months (R. 425-13, the college's
// time), so an approval of 90 days is of an opinion that should have been out
// long ago. A body that nobody asked to seal must not wait for years in a
// taken-over process until it suits someone.
const approvalLife = 90 * 24 * time.Hour

// approved checks one approval per author, by as many persons: of this act,
// dossier and body; not too old; on the roster today as physicians; none of
// whom approved the report (the author of the report does not sit, R. 425-13);
// and whose lines in the opinion's decision are exactly its authors. It answers
// the first day on which the opinion may be dated.
func (s *Service) approved(now time.Time, o opinion, d *signOpinionData) (notBefore string, err error) {
	if n := len(o.Authors); n == 0 || len(d.Approvals) != n {
		return "", refuse(keyholder.RuleApprovalsMissing)
	}
	persons := map[string]bool{}
	var lines []int
	for _, id := range d.Approvals {
		a, err := s.counts(now, id, d)
		if err != nil {
			return "", err
		}
		if persons[a.person] {
			return "", refuse(keyholder.RuleApprovalSamePerson)
		}
		persons[a.person] = true
		listing, err := s.seat(now, a, o)
		if err != nil {
			return "", err
		}
		if wire.Authors(listing.Kind) != len(o.Authors) {
			return "", refuse(keyholder.RuleApprovalsMissing)
		}
		lines = append(lines, listing.Line)
		notBefore = max(notBefore, earliest(a.at))
	}
	if !sameLines(lines, o.Authors) {
		return "", refuse(keyholder.RuleAuthorsOther)
	}
	return notBefore, nil
}

// counts finds an approval that may count for this opinion.
func (s *Service) counts(now time.Time, id string, d *signOpinionData) (approval, error) {
	a, ok := s.state.approvals[id]
	if !ok {
		return approval{}, refuse(keyholder.RuleApprovalUnknown)
	}
	if a.act != keyholder.ActOpinionSign || a.dossier != d.Dossier || a.blind != d.approved() {
		return approval{}, refuse(keyholder.RuleApprovalOther)
	}
	if now.Sub(a.at) > approvalLife {
		return approval{}, refuse(keyholder.RuleApprovalExpired)
	}
	if s.state.rapporteurs[d.Dossier][a.person] {
		return approval{}, refuse(keyholder.RuleApprovalAuthor)
	}
	return a, nil
}

// seat finds the approver's listing in the opinion's decision: on a line of the
// roster that is his today, and in force on the day of issue and on the day of
// the approval (Paris, as the roster's days).
func (s *Service) seat(now time.Time, a approval, o opinion) (wire.Listing, error) {
	today, listed := s.today(now), false
	for _, l := range s.state.roster.Lines {
		if !a.of(l) || l.Class != keyholder.ClassPhysician || !l.On(today) {
			continue
		}
		listed = true
		for _, in := range l.Listings {
			if in.Decision == o.Decision.Ref && in.Digest == o.Decision.Digest && in.On(o.IssuedOn) && in.On(s.today(a.at)) {
				return in, nil
			}
		}
	}
	if !listed {
		return wire.Listing{}, refuse(keyholder.RuleNotOnRoster)
	}
	return wire.Listing{}, refuse(keyholder.RuleApprovalNotListed)
}

// earliest is the first day on which an opinion with an approval of this
// instant may be dated. An opinion carries the day of its territory, and the
// westernmost directions, in the West Indies, are at UTC-4 all year: there it
// may still be the day before Paris's (TestOpinionIsNotDatedBeforeItsApprovals).
func earliest(at time.Time) string {
	return at.In(time.FixedZone("America/Guadeloupe", -4*60*60)).Format(time.DateOnly)
}

// latest is the last day that it is anywhere in a direction: in La Réunion, at
// UTC+4 all year, tomorrow begins before Paris's (the same test).
func latest(at time.Time) string {
	return at.In(time.FixedZone("Indian/Reunion", 4*60*60)).Format(time.DateOnly)
}

func sameLines(a, b []int) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

package custody

import (
	"time"

	"cloison/crypto/keyholder"
)

// statistics answers what records are sealed to. It is public, and comes with a signature: nobody pins it, so that it may be replaced by one order.
func (s *Service) statistics(time.Time, keyholder.None) (result, error) {
	recipient, signature := s.keys.StatisticsRecipient()
	if recipient == "" {
		return result{}, refuse(keyholder.RuleNoStatistics)
	}
	return result{reply: keyholder.StatisticsRecipient{Recipient: recipient, Signature: signature}}, nil
}

// markStatistic marks the record of an opinion that was sealed here: one record counts for one referral and year, since both stand in its slot. Only of
// an opinion of today or yesterday: a process that is taken over later replaces no record of before, to see the others' figures through those that it
// knows (TestARecordIsMarkedForAFreshOpinionAlone). It leaves no line: one beside SignOpinion's would tie the record to the referral.
func (s *Service) markStatistic(now time.Time, a keyholder.MarkStatisticArgs) (result, error) {
	signed, known := s.state.opinions[opinionKey{a.Referral, a.Version}]
	if !known {
		return result{}, refuse(keyholder.RuleStatisticUnknown)
	}
	year := 0
	for day := range signed.documents {
		on, err := time.Parse(time.DateOnly, day)
		if err == nil && day >= now.Add(-24*time.Hour).In(s.opts.Location).Format(time.DateOnly) {
			year = max(year, on.Year())
		}
	}
	if year == 0 {
		return result{}, refuse(keyholder.RuleStatisticLate)
	}
	slot := s.keys.StatisticSlot(a.Referral, year)
	return result{reply: keyholder.StatisticMark{Slot: slot, Year: year, Mark: s.keys.MarkStatistic(slot, year, a.Sealed)}}, nil
}

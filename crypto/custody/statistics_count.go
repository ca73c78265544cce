package custody

import (
	"bytes"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/crypto/statistics"
)

// count is a year that custodians ordered counted, while its records come. A restart forgets it: the order is given again.
type count struct {
	order  wire.StatisticsOrder
	tally  statistics.Tally
	digest wire.StatisticsDigest
	last   []byte // slot
}

// countData keeps the order whole, with the custodians' signatures.
type countData struct {
	wire.StatisticsOrder
	Quorum wire.Quorum `json:"quorum"`
}

// countedData ends a count. From then on the year is counted from no other records: tables of two sets that differ by one would show the one
// (TestAYearIsCountedFromOneSetOfRecords).
type countedData struct {
	Year   int    `json:"year"`
	Digest []byte `json:"digest"`
}

func (d *countedData) apply(st *state, _ time.Time) { st.counted[d.Year] = d.Digest }

// statisticsYear says what this keyholder sealed in a year, to hold the database's records against.
func (s *Service) statisticsYear(_ time.Time, a wire.StatisticsYearArgs) (result, error) {
	return result{reply: wire.StatisticsYearReply{Signed: s.state.signedIn(a.Year), Counted: s.state.counted[a.Year]}}, nil
}

// signedIn counts the referrals that were given an opinion in a year: a corrected one of the same year is no second.
func (st *state) signedIn(year int) int {
	referrals := map[string]bool{}
	for key, o := range st.opinions {
		for day := range o.documents {
			if on, err := time.Parse(time.DateOnly, day); err == nil && on.Year() == year {
				referrals[key.referral] = true
			}
		}
	}
	return len(referrals)
}

// countStatistics begins the count of a year that is over, by order of k custodians. They sign how many opinions there were beside how many records there
// are: a set from which some were left out is theirs to refuse.
func (s *Service) countStatistics(now time.Time, a wire.CountStatisticsArgs) (result, error) {
	if err := s.quorum(now, wire.OpCountStatistics, a.StatisticsOrder, a.Quorum); err != nil {
		return result{}, err
	}
	counted, done := s.state.counted[a.Year]
	switch {
	case a.Year >= now.In(s.opts.Location).Year():
		return result{}, refuse(wire.RuleYearNotOver)
	case done && !bytes.Equal(counted, a.Digest):
		return result{}, refuse(wire.RuleYearCounted)
	case a.Signed != s.state.signedIn(a.Year) || a.Records < 1:
		return result{}, refuse(wire.RuleStatisticsOrder)
	}
	s.count = &count{order: a.StatisticsOrder, digest: wire.NewStatisticsDigest()}
	s.opts.Log.Warn("ALARM the records of a year are counted", "year", a.Year, "records", a.Records, "opinions", a.Signed)
	return result{reply: keyholder.None{}, data: countData{StatisticsOrder: a.StatisticsOrder, Quorum: a.Quorum}}, nil
}

// statisticsPage counts the next records, and answers the tables after the last one. Anything amiss ends the count without a figure.
func (s *Service) statisticsPage(now time.Time, a wire.StatisticsPageArgs) (result, error) {
	c := s.count
	if c == nil {
		return result{}, refuse(wire.RuleNoCount)
	}
	if err := s.add(c, a.Statistics); err != nil {
		s.count = nil
		return result{}, err
	}
	reply := wire.StatisticsPageReply{Counted: c.tally.Counted()}
	if reply.Counted < c.order.Records {
		return result{reply: reply, unrecorded: true}, nil
	}
	s.count = nil
	if reply.Counted > c.order.Records || !bytes.Equal(c.digest.Sum(), c.order.Digest) {
		return result{}, refuse(wire.RuleStatisticsOthers)
	}
	reply.Tables = c.tally.Tables()
	return s.commit(reply, &countedData{Year: c.order.Year, Digest: c.order.Digest}, now), nil
}

func (s *Service) add(c *count, page []wire.Statistic) error {
	if len(page) == 0 || len(page) > wire.MaxStatistics {
		return refuse(keyholder.RuleMalformed)
	}
	for _, one := range page {
		if bytes.Compare(one.Slot, c.last) <= 0 || !s.keys.IsMarkedStatistic(one.Slot, c.order.Year, one.Sealed, one.Mark) {
			return refuse(wire.RuleStatisticForged)
		}
		c.last = one.Slot
		c.digest.Add(one)
	}
	records := make([]statistics.Record, len(page))
	err := each(len(page), func(n int) error {
		plain, err := s.keys.OpenStatistic(page[n].Sealed)
		if err == nil {
			records[n], err = statistics.Decode(plain)
		}
		if err != nil {
			return refuse(wire.RuleStatisticForged)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range records {
		c.tally.Add(r)
	}
	return nil
}

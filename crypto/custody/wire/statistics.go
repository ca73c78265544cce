package wire

import "cloison/crypto/statistics"

// Operations that count the records of a year.
const (
	OpStatisticsYear  = "StatisticsYear"
	OpCountStatistics = "CountStatistics"
	OpStatisticsPage  = "StatisticsPage"
)

// Rules of their refusals.
const (
	RuleYearNotOver      = "YEAR_NOT_OVER"        // its records are still being written
	RuleYearCounted      = "YEAR_COUNTED"         // from other records than these
	RuleStatisticsOrder  = "STATISTICS_ORDER"     // it does not say how many opinions keyholder sealed that year
	RuleNoCount          = "NO_COUNT_BEGUN"       // no order of custodians opens these records
	RuleStatisticForged  = "STATISTIC_FORGED"     // a record without keyholder's mark, of another year, or out of order
	RuleStatisticsOthers = "STATISTICS_NOT_THOSE" // other records than custodians signed for
)

type StatisticsYearArgs struct {
	Year int `json:"year"`
}

// StatisticsYearReply says what keyholder knows of a year: its own seals, whatever the database holds.
type StatisticsYearReply struct {
	Signed  int    `json:"signed"`            // referrals that were given an opinion
	Counted []byte `json:"counted,omitempty"` // digest of the records that were counted, once they were
}

// StatisticsOrder is what custodians sign to have a year counted: which records, by their number and digest, beside the number of opinions.
type StatisticsOrder struct {
	Year    int    `json:"year"`
	Signed  int    `json:"signed"`
	Records int    `json:"records"`
	Digest  []byte `json:"digest"` // StatisticsDigest
}

type CountStatisticsArgs struct {
	StatisticsOrder
	Quorum Quorum `json:"quorum"`
}

// Statistic is one record as it rests.
type Statistic struct {
	Slot   []byte `json:"slot"`
	Mark   []byte `json:"mark"`
	Sealed []byte `json:"sealed"`
}

// MaxStatistics bounds one page: a record is about 2.5 kB.
const MaxStatistics = 500

// StatisticsPageArgs gives the next records in ascending order of slot.
type StatisticsPageArgs struct {
	Statistics []Statistic `json:"statistics"`
}

// StatisticsPageReply has the tables once the last record was given.
type StatisticsPageReply struct {
	Counted int                `json:"counted"`
	Tables  []statistics.Table `json:"tables,omitempty"`
}

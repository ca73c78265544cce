package wire

import (
	"crypto/sha256"
	"hash"

	"cloison/crypto/canonical"
)

// StatisticsDigest is over records in ascending order of slot.
type StatisticsDigest struct{ h hash.Hash }

// NewStatisticsDigest has seen none.
func NewStatisticsDigest() StatisticsDigest { return StatisticsDigest{sha256.New()} }

// Add takes the next record.
func (d StatisticsDigest) Add(s Statistic) {
	sum := sha256.Sum256(s.Sealed)
	d.h.Write(canonical.Fields("cloison-statistics-2", s.Slot, s.Mark, sum[:]))
}

// Sum is the digest of those given so far.
func (d StatisticsDigest) Sum() []byte { return d.h.Sum(nil) }

package custody

import (
	"time"

	"cloison/crypto/keyholder"
)

// bucket bounds a rate: it fills by rate an hour, up to one hour's worth. An
// hour, because work comes in waves and guessing does not: a Monday morning's
// referrals, or those that an outage held back, pass at once
// (TestAMondayMorningIsTagged), and who asks all day gets no more than the rate.
type bucket struct {
	rate   float64
	tokens float64
	filled time.Time
}

func newBucket(perHour int) bucket {
	return bucket{rate: float64(perHour), tokens: float64(perHour)}
}

func (b *bucket) take(now time.Time) bool {
	if since := now.Sub(b.filled); since > 0 && !b.filled.IsZero() {
		b.tokens = min(b.rate, b.tokens+since.Hours()*b.rate)
	}
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

type indexData struct {
	Class string `json:"class"`
}

const maxIndexValue = 512

// tag computes a search tag. Without a handle, because a referral that arrives
// is filed by no person; so at a bounded rate, because who can ask without end
// can guess names. The value is not recorded.
func (s *Service) tag(now time.Time, a keyholder.IndexArgs) (result, error) {
	rate := &s.index
	if a.Search {
		rate = &s.search // who searches must not keep referrals out (TestQuotasAreSeparate)
	}
	switch a.Class {
	case keyholder.IndexAGDREF, keyholder.IndexNameBirth:
	case keyholder.IndexCare:
		rate = &s.care // a wave of referrals must not stop a college (TestQuotasAreSeparate)
	default:
		return result{}, refuse(keyholder.RuleMalformed)
	}
	if a.Value == "" || len(a.Value) > maxIndexValue {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	data := indexData{Class: a.Class}
	if !rate.take(now) {
		return result{data: data}, keyholder.ErrRateLimited
	}
	if a.Class == keyholder.IndexCare {
		return result{reply: keyholder.IndexReply{Tag: s.keys.CareTag(a.Class, a.Value)}, data: data}, nil
	}
	tag, former := s.keys.SearchTag(a.Class, a.Value)
	if !a.Search {
		former = nil // what is filed is filed under the present key
	}
	return result{reply: keyholder.IndexReply{Tag: tag, Former: former}, data: data}, nil
}

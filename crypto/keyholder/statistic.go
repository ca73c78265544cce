package keyholder

import "context"

// StatisticsRecipient is what the records that are counted once a year are sealed to; seal.CheckStatistics checks it.
type StatisticsRecipient struct {
	Recipient string `json:"recipient"`
	Signature []byte `json:"signature"`
}

// MarkStatisticArgs names an opinion that keyholder sealed, and the record that was sealed of it.
type MarkStatisticArgs struct {
	Referral string `json:"referral"`
	Version  int    `json:"version"`
	Sealed   []byte `json:"sealed"`
}

// StatisticMark is where a record rests, and what has it counted. Slot names the referral to keyholder alone.
type StatisticMark struct {
	Slot []byte `json:"slot"`
	Year int    `json:"year"`
	Mark []byte `json:"mark"`
}

// Statistics answers the present recipient of records; RuleNoStatistics while the keystore has none.
func (c *Client) Statistics(ctx context.Context) (StatisticsRecipient, error) {
	return call[StatisticsRecipient](ctx, c, OpStatistics, None{})
}

// MarkStatistic has the record of an opinion counted that was sealed today or yesterday; RuleStatisticLate for an older one.
func (c *Client) MarkStatistic(ctx context.Context, a MarkStatisticArgs) (StatisticMark, error) {
	return call[StatisticMark](ctx, c, OpMarkStatistic, a)
}

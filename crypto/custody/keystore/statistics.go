package keystore

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"strconv"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/envelope"
)

// statisticsIdentity opens the records that were sealed to its recipient. One that another has replaced says in which year it was: it sealed nothing of a
// later one.
type statisticsIdentity struct {
	Identity string `json:"identity"`
	Retired  int    `json:"retired,omitempty"`
}

// newStatistics adds an identity to those of before.
func newStatistics(before []statisticsIdentity) (recipient string, all []statisticsIdentity, err error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", nil, fmt.Errorf("making the statistics identity: %w", err)
	}
	return identity.Recipient().String(), append(slices.Clone(before), statisticsIdentity{Identity: identity.String()}), nil
}

func statisticsOf(s secrets) (func() []age.Identity, error) {
	var identities []age.Identity
	for _, one := range s.Statistics {
		identity, err := age.ParseHybridIdentity(one.Identity)
		if err != nil {
			return nil, fmt.Errorf("reading a statistics identity: %w", ErrTampered)
		}
		identities = append(identities, identity)
	}
	return func() []age.Identity { return identities }, nil
}

// TakeStatistics makes the identity to which records are sealed from now on: the first one, in a keystore of before there was any. The one of before stays,
// for the records of this year; an older one goes once nothing that it opens is still to be counted.
func (k *Keys) TakeStatistics(dir string, year int, counted func(throughYear int) bool) (*Keys, Public, error) {
	p, s, pass := k.copy()
	kept := slices.DeleteFunc(slices.Clone(s.Statistics), func(one statisticsIdentity) bool { return one.Retired != 0 && counted(one.Retired) })
	if len(kept) > 0 {
		kept[len(kept)-1].Retired = year
	}
	var err error
	if p.Statistics, s.Statistics, err = newStatistics(kept); err != nil {
		return nil, Public{}, err
	}
	return renewed(dir, p, s, pass)
}

// StatisticsRecipient is what records are sealed to, with the signature by which it is known; "" in a keystore that has none yet.
func (k *Keys) StatisticsRecipient() (recipient string, signature []byte) {
	if k.public.Statistics == "" {
		return "", nil
	}
	return k.public.Statistics, k.Recipients.Sign(envelope.StatisticsStatement(k.public.Zone, k.public.Statistics))
}

// OpenStatistic opens one record.
func (k *Keys) OpenStatistic(sealed []byte) ([]byte, error) {
	if len(sealed) > maxWrapped {
		return nil, ErrWrapped
	}
	b, err := decrypt(sealed, k.statistics()...)
	if err != nil {
		return nil, ErrWrapped
	}
	return b, nil
}

// StatisticSlot names the record of a referral in a year to nobody but keyholder: a keyed hash, which no one else can compute or go back from.
func (k *Keys) StatisticSlot(referral string, year int) []byte {
	return sum(k.chain, canonical.Fields("cloison-statistic-slot-1", []byte(referral), []byte(strconv.Itoa(year))))
}

// MarkStatistic says that keyholder saw this record sealed for an opinion that it had sealed itself: anyone may encrypt to the recipient, and what bears
// no mark is not counted.
func (k *Keys) MarkStatistic(slot []byte, year int, sealed []byte) []byte {
	return sum(k.chain, canonical.Fields("cloison-statistic-mark-1", slot, []byte(strconv.Itoa(year)), sealed))
}

// IsMarkedStatistic compares in constant time.
func (k *Keys) IsMarkedStatistic(slot []byte, year int, sealed, mark []byte) bool {
	return subtle.ConstantTimeCompare(k.MarkStatistic(slot, year, sealed), mark) == 1
}

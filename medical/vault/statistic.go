package vault

import (
	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/crypto/statistics"
)

// SealStatistic seals the record of an opinion to the recipient that keyholder gave, once its signature holds against the pinned key.
func (v *Vault) SealStatistic(to keyholder.StatisticsRecipient, r statistics.Record) ([]byte, error) {
	recipient, err := seal.CheckStatistics(v.o.RecipientKey, v.o.Zone, to.Recipient, to.Signature)
	if err != nil {
		return nil, notWhole(err)
	}
	return recipient.Record(r)
}

package desk

import (
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/crypto/statistics"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/web"
)

// toSign is what a member's session opens to sign: the common answers and, for who signs last, the chapter of the first illness of the report, which
// the yearly report to Parliament counts (L. 425-9, last paragraph).
type toSign struct {
	settled medical.Settlement
	chapter string
}

// openToSign opens it with the member's own handle, in one reading.
func (k *Desk) openToSign(c *web.Call, permit *act.Permit, d store.Dossier) (toSign, error) {
	composition := d.Policy.Composition
	refs := []vault.Ref{{Kind: store.KindSettlement, ID: settlementID(composition.Version, composition.Round)}}
	if lastToSign(d) && d.Case.Stay() {
		refs = append(refs, vault.Ref{Kind: store.KindReport, ID: reportID})
	}
	opened := toSign{chapter: statistics.NoChapter}
	err := k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) (err error) {
		if refs[i].Kind == store.KindSettlement {
			opened.settled, err = unseal[medical.Settlement](plain)
			return err
		}
		report, err := unseal[medical.Report](plain)
		if err == nil && len(report.Pathologies) > 0 {
			opened.chapter = statistics.ChapterOf(report.Pathologies[0].ICD10)
		}
		return err
	})
	return opened, err
}

// count keeps one coded record of each opinion that is issued, sealed to a key that only custodians have used, a year at a time. Nothing in the row, nor in
// the entry of this act, says whose it is. Where there is no key for it, or a code that is not counted, the opinion leaves without a record, and who counts
// the year is told how many are missing.
func (k *Desk) count(w work, bodies []release.OpinionBody, chapter string) error {
	to, err := k.Keys.Statistics(w.ctx)
	if errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleNoStatistics}) {
		return nil
	}
	if err != nil {
		return vault.KeyError(err)
	}
	for _, body := range bodies {
		sealed, err := k.Vault.SealStatistic(to, statisticOf(*w.d, body, chapter))
		if errors.Is(err, statistics.ErrRecord) {
			continue
		}
		if err != nil {
			return err
		}
		mark, err := k.Keys.MarkStatistic(w.ctx, keyholder.MarkStatisticArgs{Referral: body.Referral, Version: body.Version, Sealed: sealed})
		if err != nil {
			return vault.KeyError(err)
		}
		if err := store.PutStatistic(w.ctx, w.Tx, store.Statistic{Slot: mark.Slot, Year: mark.Year, Mark: mark.Mark, Sealed: sealed}); err != nil {
			return err
		}
	}
	return nil
}

func statisticOf(d store.Dossier, body release.OpinionBody, chapter string) statistics.Record {
	care := statistics.CareUnsaid
	if m := body.DurationMonths; m != nil {
		if care = statistics.CareShort; *m > 12 {
			care = statistics.CareLong
		}
	}
	return statistics.Record{
		Kind: string(body.Kind), Renewal: d.Case.Renewal, Minor: d.Case.MinorAtReferral, Country: body.Country.Country,
		Chapter: chapter, Outcome: string(body.Outcome), Care: care,
	}
}

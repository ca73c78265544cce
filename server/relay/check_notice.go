package relay

import (
	"context"
	"slices"
	"time"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
)

// repeats is how often a notice of a code may come about one referral. An answer, a finding that the certificate is missing, a report
// transmitted (domain, invariant 9) and an end come once; a certificate, a convocation or exams may be asked for again.
// The answer to a correction comes as often as the prefecture corrected.
func repeats(ctx context.Context, tx *act.Tx, n release.Notice) (int, error) {
	switch {
	case slices.Contains([]release.NoticeCode{release.CertificateReceived, release.ConvocationMissed, release.ExamsMissing}, n.Code):
		return release.MostRepeats, nil
	case n.Code == release.ReferralAnswered && *n.Fields.TechnicalCode == release.AGDREFCorrected:
		return store.CountCorrections(ctx, tx, n.Referral)
	}
	return 1, nil
}

// westward is how far the civil date of a territory may lag behind UTC's. A medical zone's first notice is dated where the territory is.
const westward = 12 * time.Hour

// checkNotice bounds what notices can carry: how many come, and which days they may name. Without it a medical zone taken over could
// write as long a message as it likes in dates and repetitions; release.TestBitsOfNotices counts what is left.
func checkNotice(ctx context.Context, tx *act.Tx, n release.Notice, referral store.Referral) error {
	first := release.DateOf(referral.OpenedAt.UTC().Add(-westward))
	last := release.DateOf(tx.Now.UTC().AddDate(0, 0, 1))
	if !between(n.On, first, last) {
		return refuse(act.Invalid, ruleContent)
	}
	// The certificate's term runs from a day that the prefecture itself declared, which may lie before the referral.
	if n.Code == release.CertificateMissing {
		first = earliest(first, referral.CertificateAvailableOn, referral.RequestRegisteredOn)
	}
	for _, date := range []*release.Date{n.Fields.ReceivedOn, n.Fields.DueOn, n.Fields.TransmittedOn, n.Fields.ConvocationOn} {
		if date != nil && !between(*date, first, last) {
			return refuse(act.Invalid, ruleContent)
		}
	}
	if n.Code == release.ClosedWithoutOpinion {
		// An end without an opinion has none before it; the withdrawal of one has (TestAWithdrawalNamesAnOpinion).
		version, err := store.LastOpinionVersion(ctx, tx, n.Referral)
		if err != nil {
			return err
		}
		if (*n.Fields.ClosureCode == release.OpinionWithdrawn) != (version > 0) {
			return refuse(act.Invalid, ruleContent)
		}
	}
	received, err := store.CountNotices(ctx, tx, referral.ID, n)
	if err != nil {
		return err
	}
	allowed, err := repeats(ctx, tx, n)
	if err != nil {
		return err
	}
	if received >= allowed {
		return refuse(act.Invalid, ruleContent)
	}
	return nil
}

func between(d, first, last release.Date) bool { return !d.Before(first) && !last.Before(d) }

func earliest(d release.Date, others ...*release.Date) release.Date {
	for _, other := range others {
		if other != nil && other.Before(d) {
			d = *other
		}
	}
	return d
}

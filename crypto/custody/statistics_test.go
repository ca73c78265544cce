package custody_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyfile"
	"cloison/crypto/keyholder"
	"cloison/crypto/seal"
	"cloison/crypto/statistics"
)

func (w *world) recipientKey() ed25519.PublicKey {
	w.t.Helper()
	pem, err := os.ReadFile(w.path("keystore/" + keystore.RecipientKeyFile))
	must(w.t, err)
	key, err := keyfile.ParsePublic(pem)
	must(w.t, err)
	return key
}

func aRecord() statistics.Record {
	return statistics.Record{Kind: "SEJ_L4259_PREMIERE", Country: "DZA", Chapter: "I", Outcome: statistics.Favourable, Care: statistics.CareLong}
}

// sealedRecord is a record as a physician's session seals it.
func (w *world) sealedRecord(r statistics.Record) []byte {
	w.t.Helper()
	answer, err := w.Statistics(w.t.Context())
	must(w.t, err)
	to, err := seal.CheckStatistics(w.recipientKey(), "medical", answer.Recipient, answer.Signature)
	must(w.t, err)
	sealed, err := to.Record(r)
	must(w.t, err)
	return sealed
}

// issued has keyholder seal an opinion, today.
func (w *world) issued(referral string, version int) {
	w.t.Helper()
	o := opinionFor(referral, version, "FAVORABLE", w.clock.Now().Format(time.DateOnly))
	var approvals []string
	for _, member := range []string{"med-a", "med-b", "med-c"} {
		approvals = append(approvals, w.approve(keyholder.ActOpinionSign, "d-"+referral, o.bodyDigest(), member))
	}
	_, err := w.SignOpinion(w.t.Context(), o.request("d-"+referral, approvals...))
	must(w.t, err)
}

// counted is the record of an opinion that was just sealed, as it rests.
func (w *world) marked(referral string, version int, r statistics.Record) wire.Statistic {
	w.t.Helper()
	sealed := w.sealedRecord(r)
	mark, err := w.MarkStatistic(w.t.Context(), keyholder.MarkStatisticArgs{Referral: referral, Version: version, Sealed: sealed})
	must(w.t, err)
	if mark.Year != w.clock.Now().Year() {
		w.t.Errorf("the record is of %d", mark.Year)
	}
	return wire.Statistic{Slot: mark.Slot, Mark: mark.Mark, Sealed: sealed}
}

// year is a world that gave n opinions and is in the next year.
func year(t *testing.T, n int) (*world, []wire.Statistic) {
	t.Helper()
	w := opened(t)
	var records []wire.Statistic
	for i := range n {
		referral := fmt.Sprintf("r%d", i)
		w.issued(referral, 1)
		records = append(records, w.marked(referral, 1, aRecord()))
	}
	w.clock.forward(365 * 24 * time.Hour)
	slices.SortFunc(records, func(a, b wire.Statistic) int { return bytes.Compare(a.Slot, b.Slot) })
	return w, records
}

func orderOf(signed int, records []wire.Statistic) wire.StatisticsOrder {
	digest := wire.NewStatisticsDigest()
	for _, r := range records {
		digest.Add(r)
	}
	return wire.StatisticsOrder{Year: 2026, Signed: signed, Records: len(records), Digest: digest.Sum()}
}

// counts gives an order and then the records, two a page.
func (w *world) counts(o wire.StatisticsOrder, records []wire.Statistic, custodians ...int) ([]statistics.Table, error) {
	w.t.Helper()
	var files []string
	for _, n := range custodians {
		files = append(files, w.custodian(n))
	}
	pages := slices.Collect(slices.Chunk(records, 2))
	return operator.CountStatistics(w.t.Context(), w.path("custody.sock"), o, func() (page []wire.Statistic, err error) {
		if len(pages) > 0 {
			page, pages = pages[0], pages[1:]
		}
		return page, nil
	}, files...)
}

// What leaves is figures, once custodians ordered it and the year is over; asked again, after a restart, the same figures.
func TestCustodiansHaveAYearCounted(t *testing.T) {
	t.Parallel()
	w, records := year(t, 7)
	o := orderOf(7, records)
	_, err := w.counts(o, records, 1)
	wantRule(t, err, wire.RuleQuorum)
	_, err = operator.CountStatistics(t.Context(), w.path("custody.sock"), wire.StatisticsOrder{Year: 2027, Records: 1, Digest: o.Digest}, nil, w.custodian(1), w.custodian(2))
	wantRule(t, err, wire.RuleYearNotOver)
	for _, signed := range []int{6, 8} { // custodians sign how many there were
		_, err = w.counts(orderOf(signed, records), records, 1, 2)
		wantRule(t, err, wire.RuleStatisticsOrder)
	}
	for range 2 {
		tables, err := w.counts(o, records, 1, 3)
		must(t, err)
		if len(tables) != 7 || fmt.Sprint(tables[3]) != "{country false [{DZA 7 7}]}" {
			t.Errorf("the tables are %v", tables)
		}
		w.restart()
	}
	known, err := operator.StatisticsYear(t.Context(), w.path("custody.sock"), 2026)
	if err != nil || known.Signed != 7 || !bytes.Equal(known.Counted, o.Digest) {
		t.Errorf("of the year keyholder knows %+v, %v", known, err)
	}
	chain, err := os.ReadFile(w.path("state/chain"))
	must(t, err)
	if s := string(chain); !strings.Contains(s, `"op":"CountStatistics"`) || strings.Contains(s, "DZA") || strings.Contains(s, `"op":"MarkStatistic"`) {
		t.Error("the chain does not say that a year was counted, or says too much")
	}
}

func TestAYearIsCountedFromOneSetOfRecords(t *testing.T) {
	t.Parallel()
	w, records := year(t, 7)
	_, err := w.counts(orderOf(7, records), records, 1, 2)
	must(t, err)
	w.restart()
	_, err = w.counts(orderOf(7, records[1:]), records[1:], 1, 2)
	wantRule(t, err, wire.RuleYearCounted)
}

// Each of these would show one person's figures to who holds the database.
func TestOnlyTheRecordsOfTheOrderAreCounted(t *testing.T) {
	t.Parallel()
	w, records := year(t, 6)
	o := orderOf(6, records)
	forged := slices.Clone(records)
	forged[2].Sealed = w.sealedRecord(statistics.Record{Kind: "SEJ_L4259_PREMIERE", Country: "COD", Chapter: "II", Outcome: statistics.Favourable, Care: statistics.CareLong})
	twice := append(slices.Clone(records[:1]), records[:5]...)
	elsewhere := slices.Clone(records)
	elsewhere[0].Slot, elsewhere[1].Slot = records[1].Slot, records[0].Slot
	slices.SortFunc(elsewhere, func(a, b wire.Statistic) int { return bytes.Compare(a.Slot, b.Slot) })
	for name, list := range map[string][]wire.Statistic{"freshly sealed": forged, "one twice": twice, "of another slot": elsewhere} {
		if _, err := w.counts(orderOf(6, list), list, 1, 2); err == nil {
			t.Errorf("%s: counted", name)
		} else {
			wantRule(t, err, wire.RuleStatisticForged)
		}
	}
	_, err := w.counts(orderOf(6, records[1:]), records[:5], 1, 2)
	wantRule(t, err, wire.RuleStatisticsOthers)
	if _, err := w.counts(o, records[:5], 1, 2); err == nil {
		t.Error("counted before the last record")
	}
	w.restart() // in the middle of a count: it is forgotten
	pages := 0
	_, err = operator.CountStatistics(t.Context(), w.path("custody.sock"), o, func() ([]wire.Statistic, error) {
		if pages++; pages == 2 {
			w.restart()
		}
		return records[pages-1 : pages], nil
	}, w.custodian(1), w.custodian(2))
	wantRule(t, err, wire.RuleNoCount)
	must(t, func() error { _, err := w.counts(o, records, 1, 2); return err }())
}

func TestARecordIsMarkedForAFreshOpinionAlone(t *testing.T) {
	t.Parallel()
	w := opened(t)
	w.issued("r1", 1)
	sealed := w.sealedRecord(aRecord())
	mark := func(referral string, version int) (keyholder.StatisticMark, error) {
		return w.MarkStatistic(t.Context(), keyholder.MarkStatisticArgs{Referral: referral, Version: version, Sealed: sealed})
	}
	_, err := mark("r2", 1)
	wantRule(t, err, keyholder.RuleStatisticUnknown)
	_, err = mark("r1", 2)
	wantRule(t, err, keyholder.RuleStatisticUnknown)
	first, err := mark("r1", 1)
	must(t, err)
	w.clock.forward(24 * time.Hour)
	again, err := mark("r1", 1)
	if err != nil || !bytes.Equal(again.Slot, first.Slot) {
		t.Errorf("the next day: %v", err)
	}
	w.clock.forward(24 * time.Hour)
	_, err = mark("r1", 1)
	wantRule(t, err, keyholder.RuleStatisticLate)
	w.issued("r1", 2) // a corrected opinion of the same year rests in the place of the first
	second, err := mark("r1", 2)
	if err != nil || !bytes.Equal(second.Slot, first.Slot) {
		t.Errorf("the corrected opinion has another slot: %v", err)
	}
}

func TestASwappedStatisticsRecipientIsRefused(t *testing.T) {
	t.Parallel()
	w, other := opened(t), newWorld(t)
	other.initEpoch("2026")
	other.startup()
	other.unseal()
	mine, err := w.Statistics(t.Context())
	must(t, err)
	theirs, err := other.Statistics(t.Context())
	must(t, err)
	for name, check := range map[string]func() error{
		"another key": func() error {
			_, err := seal.CheckStatistics(w.recipientKey(), "medical", theirs.Recipient, mine.Signature)
			return err
		},
		"another signature": func() error {
			_, err := seal.CheckStatistics(w.recipientKey(), "medical", theirs.Recipient, theirs.Signature)
			return err
		},
		"another zone": func() error {
			_, err := seal.CheckStatistics(w.recipientKey(), "other", mine.Recipient, mine.Signature)
			return err
		},
		"a dossier's recipient": func() error {
			keys, err := w.CreateDossier(t.Context(), "d1")
			must(t, err)
			_, err = seal.CheckStatistics(w.recipientKey(), "medical", keys.Medical.Recipient, keys.Medical.Signature)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { want(t, check(), seal.ErrRecipient) })
	}
}

// Records of both sides of a change of key are counted; the key of before goes with the second change after its last year was counted, and opens nothing
// from then on.
func TestRecordsAreCountedAcrossAChangeOfKey(t *testing.T) {
	t.Parallel()
	w := opened(t)
	var records []wire.Statistic
	before, err := w.Statistics(t.Context())
	must(t, err)
	for i := range 6 {
		if i == 3 {
			must(t, w.takeKey(keystore.KeyStatistics, nil))
		}
		w.issued(fmt.Sprintf("r%d", i), 1)
		records = append(records, w.marked(fmt.Sprintf("r%d", i), 1, aRecord()))
	}
	after, err := w.Statistics(t.Context())
	if err != nil || after.Recipient == before.Recipient || w.described().Statistics != after.Recipient {
		t.Errorf("the key was not replaced: %v", err)
	}
	slices.SortFunc(records, func(a, b wire.Statistic) int { return bytes.Compare(a.Slot, b.Slot) })
	w.clock.forward(365 * 24 * time.Hour)
	must(t, w.takeKey(keystore.KeyStatistics, nil)) // the year is not counted: nothing may go
	w.restart()
	o := orderOf(6, records)
	tables, err := w.counts(o, records, 1, 2)
	if err != nil || tables[0].Lines[0].Opinions != 6 {
		t.Fatalf("the year: %v, %v", tables, err)
	}
	must(t, w.takeKey(keystore.KeyStatistics, nil)) // it is: the key of before it, retired that year, goes
	_, err = w.counts(o, records, 1, 2)
	wantRule(t, err, wire.RuleStatisticForged)
	w.restart()
}

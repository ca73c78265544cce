package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/release"
	"cloison/server/store"
)

func notice(seq int64, referral string, code release.NoticeCode, on release.Date, f release.NoticeFields) release.Release {
	n := release.NewNotice(referral, code, on, f)
	return release.Release{Seq: seq, Kind: release.ReleaseNotice, Notice: &n}
}

// TestNoticesAreBounded: days outside the procedure, and one notice too many of each code, are refused; what is lawful passes.
func TestNoticesAreBounded(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID // on 2026-01-16
	z.clock.set("2026-03-12T10:02:00+01:00")
	day := func(d release.Date) *release.Date { return &d }
	accepted, corrected, closed := release.NoticeFields{TechnicalCode: ptr(release.Accepted)}, release.NoticeFields{TechnicalCode: ptr(release.AGDREFCorrected)},
		release.NoticeFields{ClosureCode: ptr(release.ClosedWithdrawn)}
	for name, r := range map[string]release.Release{
		"on before the referral":          notice(1, id, "N0", "2026-01-15", accepted),
		"on in two days":                  notice(1, id, "N0", "2026-03-14", accepted),
		"received before the referral":    notice(1, id, "N1", "2026-03-12", release.NoticeFields{ReceivedOn: day("2026-01-15")}),
		"received in two days":            notice(1, id, "N1", "2026-03-12", release.NoticeFields{ReceivedOn: day("2026-03-14")}),
		"due in two days":                 notice(1, id, "N2", "2026-03-12", release.NoticeFields{DueOn: day("2026-03-14")}),
		"due long before":                 notice(1, id, "N2", "2026-03-12", release.NoticeFields{DueOn: day("1950-03-14")}),
		"transmitted before the referral": notice(1, id, "N3", "2026-03-12", release.NoticeFields{TransmittedOn: day("2026-01-15")}),
		"convoked in two centuries":       notice(1, id, "N4", "2026-03-12", release.NoticeFields{ConvocationOn: day("2199-01-01")}),
		"exams due before the referral":   notice(1, id, "N5", "2026-03-12", release.NoticeFields{DueOn: day("2026-01-15")}),
	} {
		t.Run(name, func(t *testing.T) {
			z.t = t
			z.refused(func() answer { return z.put(r) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")
		})
	}
	z.t = t
	seq := int64(0)
	put := func(code release.NoticeCode, f release.NoticeFields, times int) {
		t.Helper()
		for range times {
			seq++
			if a := z.put(notice(seq, id, code, "2026-03-13", f)); a.status != 200 {
				t.Fatalf("%s: %d %s", code, a.status, a.body)
			}
		}
		z.refused(func() answer { return z.put(notice(seq+1, id, code, "2026-03-12", f)) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")
		if a := z.put(notice(seq, id, code, "2026-03-13", f)); a.status != 200 {
			t.Errorf("%s delivered again: %d", code, a.status)
		}
	}
	put("N0", accepted, 1)
	// The answer to a correction comes once for each correction made.
	z.refused(func() answer { return z.put(notice(seq+1, id, "N0", "2026-03-12", corrected)) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")
	for _, numbers := range [][2]string{{"9975100017", "9975100071"}, {"9975100071", "9975100717"}} {
		z.done("pref-75", "corrections", id, `{"agdref_old":"`+numbers[0]+`","agdref_new":"`+numbers[1]+`"}`)
	}
	put("N0", corrected, 2)
	put("N2", release.NoticeFields{DueOn: day("2026-01-16")}, 1)
	put("N3", release.NoticeFields{TransmittedOn: day("2026-03-13")}, 1)
	put("N7", closed, 1)
	for _, code := range []release.NoticeCode{"N1", "N4", "N5"} {
		f := map[release.NoticeCode]release.NoticeFields{"N1": {ReceivedOn: day("2026-01-16")}, "N4": {ConvocationOn: day("2026-03-01")}, "N5": {DueOn: day("2026-03-01")}}[code]
		put(code, f, 10)
	}
	// Another referral has its own count.
	other := z.create("pref-75", strings.ReplaceAll(caseOne, "9975100017", "9975100018")).ID
	if a := z.put(notice(seq+1, other, "N0", "2026-03-12", accepted)); a.status != 200 {
		t.Errorf("another referral's: %d %s", a.status, a.body)
	}
}

// TestTheFirstNoticeIsDatedWhereTheTerritoryIs: in Guyane it is still the day before.
func TestTheFirstNoticeIsDatedWhereTheTerritoryIs(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.set("2026-01-17T01:00:00Z")
	id := z.create("pref-75", caseOne).ID
	if a := z.put(notice(1, id, "N0", "2026-01-16", release.NoticeFields{TechnicalCode: ptr(release.Accepted)})); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestTheCertificatesTermMayPrecedeTheReferral: it runs from a day that the prefecture declared.
func TestTheCertificatesTermMayPrecedeTheReferral(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.clock.set("2026-03-20T10:00:00Z")
	id := z.create("pref-75", caseOne).ID // whose certificate was to be had on 2026-01-16
	due := release.Date("2026-02-16")
	if a := z.put(notice(1, id, "N2", "2026-03-20", release.NoticeFields{DueOn: &due})); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestAnOpinionUnderAnEarlierStateOfTheDecision: the decision was completed while the opinion was on its way. The state that it names
// counts: a line that came later does not sign under it.
func TestAnOpinionUnderAnEarlierStateOfTheDecision(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	longer := decisions(t)
	longer[0].Lines = append(longer[0].Lines, release.DecisionLine{Line: 5, RPPS: "99790001009", FamilyName: "CINQUIEMAUX", GivenName: "Camille", ValidFrom: "2026-01-01"})
	if err := db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error { return store.LoadDecisions(t.Context(), tx, longer) }); err != nil {
		t.Fatal(err)
	}
	after, err := longer[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	by := func(digest string, authors ...int) release.Release {
		return z.opinion(1, id, func(u *release.Unsealed) { u.Decision.Digest, u.Authors = digest, authors })
	}
	z.refused(func() answer { return z.put(by(z.digest, 1, 2, 5)) }, 422, "invalid", "RELEASE_AUTHORS", "RELEASE_AUTHORS")
	z.refused(func() answer { return z.put(by(z.singleDigest, 1, 2, 3)) }, 422, "invalid", "RELEASE_DECISION", "RELEASE_DECISION")
	if a := z.put(by(z.digest, 1, 2, 3)); a.status != 200 {
		t.Errorf("under the earlier state: %d %s", a.status, a.body)
	}
	second := z.create("pref-75", strings.ReplaceAll(caseOne, "9975100017", "9975100018")).ID
	r := z.opinion(2, second, func(u *release.Unsealed) { u.Decision.Digest, u.Authors = after, []int{1, 2, 5} })
	if a := z.put(r); a.status != 200 {
		t.Errorf("under the later state: %d %s", a.status, a.body)
	}
}

// TestEncodedBodyIsRefused: a lawful release in gzip, and one mebibyte's worth of a gigabyte, are refused before anything is unfolded.
func TestEncodedBodyIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	lawful, err := release.Canonical(z.notice(1, id))
	if err != nil {
		t.Fatal(err)
	}
	pack := func(b []byte, times int) []byte {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		for range times {
			if _, err := w.Write(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for name, c := range map[string]struct {
		encoding string
		body     []byte
	}{
		"a lawful one": {"gzip", pack(lawful, 1)}, "a bomb": {"gzip", pack(make([]byte, 1<<20), 60)}, "called identity": {"identity", lawful},
		"twice": {"gzip, gzip", pack(pack(lawful, 1), 1)},
	} {
		if len(c.body) > release.MaxBytes {
			t.Fatalf("%s: %d bytes would be refused for their size", name, len(c.body))
		}
		z.refused(func() answer {
			request, err := http.NewRequestWithContext(context.Background(), http.MethodPut, fmt.Sprintf("%s/relay/v1/releases/1", z.door), bytes.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Encoding", c.encoding)
			return z.send(z.medical(), request)
		}, 415, "unsupported", "RELEASE_ENCODING", "RELEASE_ENCODING")
	}
	if a := z.put(z.notice(1, id)); a.status != 200 {
		t.Errorf("as it is: %d %s", a.status, a.body)
	}
}

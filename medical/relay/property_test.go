package relay

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"cloison/medical/store"
	"cloison/release"
)

// TestWhatIsLawfulIsApplied: whatever package release accepts of a referral, this zone applies. The values are the nasty ones: lengths at
// their limits, letters that unfold, signs of JSON and SQL, the first and last days, as many requesters as there may be.
func TestWhatIsLawfulIsApplied(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	seq, now := int64(0), start
	rapid.Check(t, func(rt *rapid.T) {
		e := release.ReferralEvent{Seq: seq + 1, Type: release.EventReferral, At: instant().Draw(rt, "at"), Referral: drawReferral(rt)}
		if e.Validate() != nil {
			return
		}
		canonical, err := release.Canonical(e)
		if err != nil {
			rt.Fatal(err)
		}
		now = now.Add(time.Minute) // keyholder tags at a bounded rate
		z.Clock.Set(now)
		if err := z.takeItem(t.Context(), canonical, seq); err != nil {
			rt.Fatalf("%v: %s", err, canonical)
		}
		seq++
		if _, err := store.DossierOfReferral(t.Context(), z.Pool, e.Referral.ID); err != nil {
			rt.Fatalf("passed over (%v): %s\n%s", err, canonical, z.log)
		}
	})
	t.Logf("%d referrals were lawful", seq)
	if seq < 15 {
		t.Errorf("%d referrals were lawful: the generator draws too few", seq)
	}
}

func words(max int) *rapid.Generator[string] {
	fill := func(letter string) string { return strings.Repeat(letter, max/len(letter)) }
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			fill("\ufdfa"), fill("x"), fill("ﷺ"), fill("\u2028"), fill("<"), fill(`"`), fill(`\`), fill("𝔘"), "a", "-", "0", "''; DROP TABLE x; --", `{"a":1}`,
			"ÀÉÎÕÜ", "N’dri", "Ölçer", "İI", "ﬃ", "e\u0301", "\u0301", "null", "%s%n", "$1", "｜|", "王小明", "محمد", "\u1e9e\u0130",
		}),
		rapid.StringN(1, max, max),
	).Filter(func(s string) bool {
		control := func(r rune) bool { return unicode.Is(unicode.C, r) }
		return s != "" && len(s) <= max && strings.TrimSpace(s) == s && (len(s)%67 == 66 || !strings.ContainsFunc(s, control)) // few of those that are refused
	})
}

func optional[T any](g *rapid.Generator[T]) *rapid.Generator[*T] {
	return rapid.Custom(func(rt *rapid.T) *T {
		if rapid.Bool().Draw(rt, "absent") {
			return nil
		}
		v := g.Draw(rt, "value")
		return &v
	})
}

func days() *rapid.Generator[release.Date] {
	return rapid.OneOf(
		rapid.SampledFrom([]release.Date{"1900-01-01", "2200-12-31", "2024-02-29", "1987-05-14", "2026-01-16", "2000-02-29", "1999-12-31"}),
		rapid.Map(rapid.Int64Range(-2208988800, 7289567999), func(s int64) release.Date { return release.DateOf(time.Unix(s, 0).UTC()) }),
	)
}

func instant() *rapid.Generator[release.Instant] {
	return rapid.OneOf(
		rapid.SampledFrom([]release.Instant{
			"1900-01-01T00:00:00Z", "1900-01-01T00:00:00+14:00", "2200-12-31T23:59:59.999999-14:00", "2026-01-05T10:00:00.5+01:00",
			"2026-01-05T10:00:00.123456+01:00", "2026-03-29T02:30:00+01:00",
		}),
		rapid.Map(rapid.Int64Range(-2208988800, 7289567999), func(s int64) release.Instant { return release.InstantOf(time.Unix(s, 0)) }),
	)
}

func drawPapers(rt *rapid.T) []release.IdentityDocument {
	return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) release.IdentityDocument {
		return release.IdentityDocument{Type: rapid.SampledFrom([]string{"PASSEPORT", "CARTE_IDENTITE", "AUTRE"}).Draw(rt, "type"), Number: words(200).Draw(rt, "number"),
			IssuingCountry: "CIV", ValidUntil: optional(days()).Draw(rt, "until")}
	}), 0, 20).Draw(rt, "papers")
}

func drawRepresentatives(rt *rapid.T) []release.LegalRepresentative {
	all := []release.LegalRepresentative{}
	for i := range rapid.SampledFrom([]int{0, 1, 2, 9}).Draw(rt, "representatives") {
		all = append(all, release.LegalRepresentative{ID: "rep-" + []string{"1", "2", "3", "4", "5", "6", "10", "98", "99"}[i], FamilyName: words(200).Draw(rt, "family"),
			GivenNames: rapid.SliceOfN(words(200), 1, 3).Draw(rt, "given"), Quality: "MERE", Basis: words(200).Draw(rt, "basis"), Nationality: "CIV", Language: "fr",
			Address: words(500).Draw(rt, "address"), Phone: optional(words(200)).Draw(rt, "phone"), AGDREF: rapid.StringMatching(`[0-9]{10}`).Draw(rt, "agdref"), IdentityDocuments: []release.IdentityDocument{}})
	}
	return all
}

func drawLiberty(rt *rapid.T) []release.LibertyPeriod {
	periods := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) release.LibertyPeriod {
		return release.LibertyPeriod{Status: rapid.SampledFrom([]release.Liberty{release.Free, release.Assigned, release.Retained, release.Detained}).Draw(rt, "status"),
			From: optional(instant()).Draw(rt, "from"), Place: optional(words(200)).Draw(rt, "place"), ReportedBy: optional(words(200)).Draw(rt, "by")}
	}), 1, 3).Draw(rt, "liberty")
	slices.SortFunc(periods, func(a, b release.LibertyPeriod) int { return begins(a).Compare(begins(b)) })
	return slices.CompactFunc(periods, func(a, b release.LibertyPeriod) bool { return begins(a).Equal(begins(b)) })
}

func begins(p release.LibertyPeriod) time.Time {
	if p.From == nil {
		return time.Time{}
	}
	return p.From.Time()
}

func drawReferral(rt *rapid.T) *release.Referral {
	kind := rapid.SampledFrom(release.Kinds()).Draw(rt, "kind")
	representatives := drawRepresentatives(rt)
	requester := "patient"
	if len(representatives) > 0 {
		requester = representatives[len(representatives)-1].ID
	}
	r := &release.Referral{
		ID: store.NewID(), Version: rapid.SampledFrom([]int{1, 999}).Draw(rt, "version"), Group: store.NewID(), Kind: kind,
		Prefecture:          rapid.SampledFrom([]string{"13", "33", "59", "67", "69", "75", "93", "973"}).Draw(rt, "prefecture"),
		Channel:             rapid.SampledFrom([]release.Channel{release.ChannelANEF, release.ChannelDesk, release.ChannelPost, release.ChannelRemoval}).Draw(rt, "channel"),
		RequestRegisteredOn: optional(days()).Draw(rt, "registered"), CertificateAvailableOn: optional(days()).Draw(rt, "available"),
		AGDREF: rapid.StringMatching(`[0-9]{10}`).Draw(rt, "agdref"), ReferenceCountry: release.Country{Role: kind.CountryRole(), Country: rapid.StringMatching(`[A-Z]{3}`).Draw(rt, "country")},
		Requester: requester, LibertyHistory: drawLiberty(rt),
		Civil: release.Civil{LegalRepresentatives: representatives, Patient: release.Patient{ID: "patient", FamilyName: words(200).Draw(rt, "family"),
			UsageName: optional(words(200)).Draw(rt, "usage"), GivenNames: rapid.SliceOfN(words(200), 1, 20).Draw(rt, "given"), Sex: "F", BirthDate: days().Draw(rt, "born"),
			BirthPlace: words(200).Draw(rt, "place"), BirthCountry: "CIV", Nationality: "CIV", Language: rapid.SampledFrom([]string{"fr", "man", "pt-BR", "ber-MA"}).Draw(rt, "language"),
			Address: words(500).Draw(rt, "address"), Phone: optional(words(200)).Draw(rt, "phone"), Email: optional(words(200)).Draw(rt, "email"), IdentityDocuments: drawPapers(rt)}},
	}
	if rapid.Bool().Draw(rt, "asylum") {
		language := "ber-MA"
		r.Asylum = &release.Asylum{RegisteredOn: days().Draw(rt, "asked"), InformationGivenOn: optional(days()).Draw(rt, "informed"), InformationLanguage: &language}
	}
	if rapid.Bool().Draw(rt, "removal") {
		r.RemovalDecision = &release.RemovalDecision{Type: "OQTF", IssuedOn: days().Draw(rt, "issued"), NotifiedAt: optional(instant()).Draw(rt, "notified")}
	}
	if rapid.Bool().Draw(rt, "previous") {
		r.PreviousCase = &release.PreviousCase{ID: strings.Repeat("a", 64), OpinionOn: days().Draw(rt, "opinion"), Sens: release.Favourable}
	}
	switch rapid.IntRange(0, 9).Draw(rt, "lax") { // what a laxer reader would take
	case 0:
		r.LibertyHistory = []release.LibertyPeriod{{Status: release.Free, From: new(release.Instant("2026-01-05T10:00:00,5+01:00"))}}
	case 1:
		r.RemovalDecision = &release.RemovalDecision{Type: "OQTF", IssuedOn: "2026-01-05", NotifiedAt: new(release.Instant("2026-01-05T10:00:00,5+01:00"))}
	case 2:
		r.RequestRegisteredOn = new(release.Date("0000-07-14"))
	}
	return r
}

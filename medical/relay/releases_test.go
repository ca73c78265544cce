package relay

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"cloison/act"
	"cloison/audit"
	"cloison/medical/store"
	"cloison/release"
)

// entries of the delivery of a release, by outcome, oldest first.
func (z *zone) deliveries(t *testing.T, seq string) string {
	t.Helper()
	rows, err := z.Pool.Query(t.Context(), `SELECT e.outcome FROM audit.entries e WHERE e.object_kind = 'release' AND e.object = $1 ORDER BY e.seq`, seq)
	must(t, err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	return strings.Join(all, " ")
}

// TestNothingLeavesBeforeItsIntent: when the first byte arrives at the other zone, the intent is committed.
func TestNothingLeavesBeforeItsIntent(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	must(t, z.takeReferral(t.Context(), referral(1, store.NewID(), store.NewID(), "patient")))
	seen := make(chan string, 1)
	z.o.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		seen <- z.deliveries(t, "1")
		answer := httptest.NewRecorder()
		_, _ = answer.WriteString(`{"seq":1,"quarantined":false}`)
		return answer.Result(), nil
	})}
	if did, err := z.handOver(t.Context()); !did || err != nil {
		t.Fatal(did, err)
	}
	if during := <-seen; during != audit.Intent {
		t.Errorf("entries when the bytes left: %q", during)
	}
	if after := z.deliveries(t, "1"); after != "INTENT DONE SERVED" {
		t.Errorf("entries after: %q", after)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestAnOutageLeavesOneIntent: however often the other zone is tried, the record says once that the release was to leave.
func TestAnOutageLeavesOneIntent(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	must(t, z.takeReferral(t.Context(), referral(1, store.NewID(), store.NewID(), "patient")))
	for _, status := range []int{503, 503, 422, 409, 422} {
		z.peer.answer(status)
		if did, err := z.handOver(t.Context()); did || err == nil || alarming(err) != (status < 500) {
			t.Errorf("%d: did %t, %v", status, did, err)
		}
	}
	if all := z.deliveries(t, "1"); all != "INTENT" {
		t.Errorf("entries: %q", all)
	}
	must(t, z.end(t.Context(), false)) // as at the end of the program
	if all := z.deliveries(t, "1"); all != "INTENT BROKEN" {
		t.Errorf("entries: %q", all)
	}
	z.peer.answer(0)
	if did, err := z.handOver(t.Context()); !did || err != nil {
		t.Fatal(did, err)
	}
	if all := z.deliveries(t, "1"); all != "INTENT BROKEN INTENT DONE SERVED" {
		t.Errorf("entries: %q", all)
	}
}

// TestAForgedReleaseDoesNotLeave: the owner of the database takes the CHECKs away and writes what they would have kept in. Nothing of it
// is sent, nothing overtakes it, and the record says once that it was refused.
func TestAForgedReleaseDoesNotLeave(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string][2]string{
		"free text":        {`"technical_code":"ACCEPTEE"`, `"technical_code":"suivi pour un cancer"`},
		"another field":    {`"technical_code":"ACCEPTEE"`, `"technical_code":"ACCEPTEE","note":"cancer"`},
		"a field twice":    {`"technical_code":"ACCEPTEE"`, `"technical_code":"cancer","technical_code":"ACCEPTEE"`},
		"an hour":          {`"on":"2026-01-16"`, `"on":"2026-01-16T10:00:00Z"`},
		"another number":   {`"seq":1`, `"seq":2`},
		"another encoding": {`"seq":1`, `"seq": 1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			for seq := int64(1); seq <= 2; seq++ {
				must(t, z.takeReferral(t.Context(), referral(seq, store.NewID(), store.NewID(), "patient")))
			}
			_, err := z.owner.Exec(t.Context(), `ALTER TABLE medical.releases DROP CONSTRAINT release_body_keys, DROP CONSTRAINT release_body_codes, DROP CONSTRAINT release_body_is_its_row`)
			must(t, err)
			_, err = z.owner.Exec(t.Context(), `UPDATE medical.releases SET body = replace(body, $1, $2) WHERE seq = 1`, forge[0], forge[1])
			must(t, err)
			for range 3 {
				if did, err := z.handOver(t.Context()); did || !alarming(err) || !strings.Contains(err.Error(), "RELEASE_SHAPE") {
					t.Errorf("did %t, %v", did, err)
				}
			}
			if len(z.peer.taken) != 0 {
				t.Errorf("sent: %s", z.peer.taken)
			}
			if all := z.deliveries(t, "1"); all != "REFUSED" {
				t.Errorf("entries: %q", all)
			}
		})
	}
}

// decide asks the gate, with the release as policy sees it and without the typed decoding.
func (z *zone) decide(t interface{ Fatal(...any) }, body []byte) error {
	object, err := plain(body)
	if err != nil {
		t.Fatal(err)
	}
	_, err = z.Gate.Read(context.Background(), act.System("relay"), act.Act{Action: "release.deliver", Object: act.Object{Kind: "release", ID: "1"}, Load: func(context.Context, pgx.Tx) (any, error) { return object, nil }})
	return err
}

// TestPolicyLetsOutWhatTypesLetOut: whatever package release accepts, the Rego accepts: no lawful answer is ever held back.
func TestPolicyLetsOutWhatTypesLetOut(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	sealed := opinion(t, store.NewID())
	lawful := 0
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRelease(rt, sealed)
		if r.Validate() != nil {
			return
		}
		lawful++
		body, err := release.Canonical(r)
		if err != nil {
			rt.Fatal(err)
		}
		if err := z.decide(rt, body); err != nil {
			rt.Fatalf("%v: %s", err, body)
		}
	})
	if lawful < 20 {
		t.Errorf("%d releases were lawful: the generator draws too few", lawful)
	}
}

// TestPolicyAloneKeepsTextIn: without the typed decoding, a text in any place of a release, and any key more or less, is refused.
func TestPolicyAloneKeepsTextIn(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	sealed := opinion(t, store.NewID())
	n := release.NewNotice(store.NewID(), release.ReferralAnswered, "2026-01-16", release.NoticeFields{TechnicalCode: new(release.Accepted)})
	for _, r := range []release.Release{{Seq: 1, Kind: release.ReleaseOpinion, Opinion: &sealed}, {Seq: 1, Kind: release.ReleaseNotice, Notice: &n}} {
		body, err := release.Canonical(r)
		must(t, err)
		must(t, z.decide(t, body))
		changes := 0
		each(body, func(changed []byte, path string) {
			changes++
			var refused *act.Error
			if err := z.decide(t, changed); !errors.As(err, &refused) || refused.Rule != "RELEASE_SHAPE" {
				t.Errorf("%s: %v", path, err)
			}
		})
		if changes < 15 {
			t.Errorf("%d changes", changes)
		}
	}
}

// each gives body with a text in one place, a key more, and a key less, for every place.
func each(body []byte, try func([]byte, string)) {
	var walk func(node any, path string, put func(any))
	var whole any
	_ = json.Unmarshal(body, &whole)
	attempt := func(path string) {
		b, _ := json.Marshal(whole)
		try(b, path)
	}
	walk = func(node any, path string, put func(any)) {
		put("suivi pour un cancer")
		attempt(path)
		put(node)
		switch node := node.(type) {
		case map[string]any:
			node["note"] = "x"
			attempt(path + ".note")
			delete(node, "note")
			for _, k := range slices.Sorted(maps.Keys(node)) {
				v := node[k]
				delete(node, k)
				attempt(path + " without " + k)
				node[k] = v
				walk(v, path+"."+k, func(v any) { node[k] = v })
			}
		case []any:
			for i, v := range node {
				walk(v, path+"[]", func(v any) { node[i] = v })
			}
		}
	}
	walk(whole, "", func(v any) { whole = v })
}

func drawRelease(rt *rapid.T, sealed release.Opinion) release.Release {
	r := release.Release{Seq: rapid.SampledFrom([]int64{1, 80, 1 << 40}).Draw(rt, "seq"), Kind: release.ReleaseNotice}
	if rapid.Bool().Draw(rt, "notice") {
		code := rapid.SampledFrom([]release.NoticeCode{"N0", "N1", "N2", "N3", "N4", "N5", "N7"}).Draw(rt, "code")
		day := days().Draw(rt, "day")
		fields := map[release.NoticeCode]release.NoticeFields{
			"N0": {TechnicalCode: new(rapid.SampledFrom([]release.TechnicalCode{release.Accepted, release.AGDREFCorrected}).Draw(rt, "technical"))},
			"N1": {ReceivedOn: &day}, "N2": {DueOn: &day}, "N3": {TransmittedOn: &day}, "N4": {ConvocationOn: &day}, "N5": {DueOn: &day},
			"N7": {ClosureCode: new(rapid.SampledFrom([]release.ClosureCode{release.ClosedWithdrawn, release.ClosedDeath, release.ClosedCancelled, release.ClosedDuplicate, release.ClosedWrongOrder, release.OpinionWithdrawn}).Draw(rt, "closure"))},
		}
		n := release.NewNotice(store.NewID(), code, days().Draw(rt, "on"), fields[code])
		r.Notice = &n
		return r
	}
	r.Kind = release.ReleaseOpinion
	o := sealed
	o.Kind = rapid.SampledFrom(release.Kinds()).Draw(rt, "kind")
	o.Version = rapid.SampledFrom([]int{1, 2, 999}).Draw(rt, "version")
	o.ID = release.OpinionID(o.Referral, o.Version)
	if o.Version > 1 {
		o.Replaces = new(release.OpinionID(o.Referral, o.Version-1))
	}
	annexe := release.AnnexeC
	o.Country.Role = o.Kind.CountryRole()
	box := release.Box{Requested: true, Done: new(rapid.Bool().Draw(rt, "done"))}
	o.StageOpinion = &release.Stage{Convocation: box, Identity: box}
	if !o.Kind.Stay() {
		o.StageReport = nil
		annexe = rapid.SampledFrom([]release.Annexe{release.AnnexeC, release.AnnexeD, release.AnnexeE}).Draw(rt, "annexe")
	}
	o.Form = release.Form{Annexe: annexe, Version: rapid.SampledFrom(annexe.FormVersions()).Draw(rt, "form")}
	o.Authors = map[int][]int{1: {999}, 3: {1, 14, 999}}[annexe.Authors()]
	o.Receiver = rapid.SampledFrom([]string{"13", "75", "973"}).Draw(rt, "receiver")
	o.CareNeeded = rapid.SampledFrom([]release.CareNeeded{release.CareIsNeeded, release.CareIsNotNeeded}).Draw(rt, "care")
	o.ExceptionalGravity = optional(rapid.SampledFrom([]release.ExceptionalGravity{release.GravityPossible, release.GravityUnlikely})).Draw(rt, "gravity")
	o.TreatmentAvailable = optional(rapid.SampledFrom([]release.TreatmentAvailable{release.TreatmentReachable, release.TreatmentUnreachable})).Draw(rt, "treatment")
	o.DurationMonths = optional(rapid.IntRange(1, 120)).Draw(rt, "months")
	o.CanTravel = optional(rapid.SampledFrom([]release.CanTravel{release.TravelPossible, release.TravelImpossible})).Draw(rt, "travel")
	o.Outcome, _ = release.OutcomeOf(o.CareNeeded, o.ExceptionalGravity, o.TreatmentAvailable)
	o.IssuedOn = days().Draw(rt, "issued")
	r.Opinion = &o
	return r
}

package relay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"cloison/act"
	"cloison/audit"
	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/release"
)

// TestABadReferralHoldsNobodyBack: whatever makes it impossible, the referral is passed over with its entry and an alarm, and the next is applied.
func TestABadReferralHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(r *release.Referral){
		"a date that no reader takes": func(r *release.Referral) { d := release.Date("0000-07-14"); r.RequestRegisteredOn = &d },
		"an instant of Go's parser": func(r *release.Referral) {
			i := release.Instant("2026-01-05T10:00:00,5+01:00")
			r.LibertyHistory[0].From = &i
		},
		"a constraint (an id twice)": func(r *release.Referral) { r.ID = sameID },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			bad, good := referral(2, store.NewID(), store.NewID(), "patient"), store.NewID()
			spoil(bad.Referral)
			z.peer.refer(t, referral(1, sameID, store.NewID(), "patient"))
			z.peer.refer(t, bad)
			z.peer.refer(t, referral(3, good, store.NewID(), "patient"))
			if did, err := z.takeReferrals(t.Context()); !did || err != nil {
				t.Fatalf("did %t, %v", did, err)
			}
			z.cursor(t, store.CursorReferrals, 3)
			z.dossier(t, good)
			entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Rule: "REFERRAL_QUARANTINED"})
			must(t, err)
			if len(entries) != 1 || entries[0].Item != "2" || entries[0].ObjectKind != "referral" || entries[0].Subject != "relay" || entries[0].Outcome != audit.Done {
				t.Errorf("entries: %+v", entries)
			}
			if log := z.log.String(); !strings.Contains(log, "ALARM") || !strings.Contains(log, "seq=2") || strings.Contains(log, "0000-07-14") || strings.Contains(log, "KOFFIGAN") {
				t.Errorf("log: %s", log)
			}
		})
	}
}

const sameID = "6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa"

// TestARefusedReferralLeavesItsEntry: before the one that passes over it, the act that was refused has its own.
func TestARefusedReferralLeavesItsEntry(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.peer.refer(t, referral(1, sameID, store.NewID(), "patient"))
	z.peer.refer(t, referral(2, sameID, store.NewID(), "patient"))
	_, err := z.takeReferrals(t.Context())
	must(t, err)
	entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Object: sameID})
	must(t, err)
	if len(entries) != 2 || entries[0].Action == entries[1].Action {
		t.Errorf("entries: %+v", entries)
	}
}

// failing is a keyholder that answers one error to Index.
type failing struct {
	Keyholder
	err error
}

func (f failing) Index(context.Context, string, string) ([]byte, error) { return nil, f.err }

// TestAnOutagePassesOverNothing: what may mend itself waits, for as long as it takes.
func TestAnOutagePassesOverNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	honest, id := z.o.Keys, store.NewID()
	z.peer.refer(t, referral(1, id, store.NewID(), "patient"))
	for _, outage := range []error{
		keyholder.ErrSealed, keyholder.ErrRateLimited, keyholder.ErrUnavailable, keyholder.ErrOverBudget, keyholder.ErrUnauthenticated,
		keyholder.ErrRefused{Rule: keyholder.RuleUnknownOperation}, context.DeadlineExceeded, errors.New("anything"),
	} {
		z.o.Keys = failing{honest, outage}
		if did, err := z.takeReferrals(t.Context()); did || err == nil {
			t.Errorf("%v: did %t, %v", outage, did, err)
		}
		z.cursor(t, store.CursorReferrals, 0)
	}
	z.o.Keys = failing{honest, keyholder.ErrRateLimited}
	if _, err := z.takeReferrals(t.Context()); alarming(err) {
		t.Errorf("a busy keyholder is an alarm: %v", err)
	}
	_, err := z.owner.Exec(t.Context(), "ALTER TABLE medical.search_tags RENAME TO away")
	must(t, err)
	z.o.Keys = honest
	if did, err := z.takeReferrals(t.Context()); did || err == nil {
		t.Errorf("a broken database: did %t, %v", did, err)
	}
	z.cursor(t, store.CursorReferrals, 0)
	_, err = z.owner.Exec(t.Context(), "ALTER TABLE medical.away RENAME TO search_tags")
	must(t, err)
	if did, err := z.takeReferrals(t.Context()); !did || err != nil {
		t.Errorf("after all that: did %t, %v", did, err)
	}
	z.dossier(t, id)
	if entries, err := audit.Find(t.Context(), z.Pool, audit.Filter{Rule: "REFERRAL_QUARANTINED"}); err != nil || len(entries) != 0 {
		t.Errorf("passed over: %+v %v", entries, err)
	}
}

// TestWhatIsHopeless: kinds of the act that are the item's fault, and those that are not.
func TestWhatIsHopeless(t *testing.T) {
	t.Parallel()
	for kind, want := range map[act.Kind]bool{
		act.Invalid: true, act.Conflict: true, act.UnknownField: true, act.Malformed: true, act.TooLarge: true, act.Unsupported: true,
		act.Sealed: false, act.Unavailable: false, act.RateLimited: false, act.OverBudget: false, act.Unauthenticated: false, act.Forbidden: false,
		act.Internal: false, act.Missing: false,
	} {
		if hopeless(act.NewError(kind, "")) != want {
			t.Errorf("%s: %t", kind, !want)
		}
	}
	for name, err := range map[string]error{
		"an outage": act.Wrap(act.Unavailable, "", errUnlawful), "a gap": fmt.Errorf("%w: %w", errGap, errUnlawful), "nobody knows": errors.New("anything"),
		"a deadline": fmt.Errorf("%w: %w", context.DeadlineExceeded, errUnlawful),
	} {
		if hopeless(err) {
			t.Errorf("%s is passed over", name)
		}
	}
}

func TestANameThatUnfoldsIsTagged(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	long := strings.Repeat("\ufdfa", 20)
	e := referral(1, store.NewID(), store.NewID(), "patient")
	e.Referral.Civil.Patient.FamilyName = long
	z.peer.refer(t, e)
	_, err := z.takeReferrals(t.Context())
	must(t, err)
	z.cursor(t, store.CursorReferrals, 1)
	tag, err := z.World.Keys.Index(t.Context(), store.TagName, store.NameValue(long, "1987-05-14"))
	must(t, err)
	if list, err := store.FindByTag(t.Context(), z.Pool, store.TagName, tag); err != nil || len(list) != 1 || list[0] != z.dossier(t, e.Referral.ID) {
		t.Errorf("found %v: %v", list, err)
	}
	if store.NameValue("a", "1987-05-14") == store.NameValue("a", "1987-05-15") || len(store.NameValue(long, "x")) != 64 {
		t.Error("a value of another size, or without the date")
	}
}

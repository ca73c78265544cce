package act

import (
	"context"
	"errors"
	"testing"

	"cloison/audit"
	"cloison/policy"
)

// What Read returns rests on an entry that another connection already sees.
func TestIntentIsCommittedBeforeThePermit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	permit, err := w.gate.Read(t.Context(), rapporteur, read())
	if err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(1)
	wantEntry(t, e, audit.Allow, audit.Intent, "ALLOW_RAPPORTEUR")
	if e.ID != permit.Entry() || e.Purpose != "INSTRUCTION" || e.Item != "doc-1" || e.Retention != audit.Access {
		t.Errorf("entry = %+v", e)
	}
	if permit.Subject().ID != "med-12" || permit.Object().Item != "doc-1" || permit.Compartment() != "medical" || permit.Action() != "document.read" {
		t.Errorf("permit = %+v", permit)
	}
	if d, ok := permit.Resource().(policy.Dossier); !ok || d.ID != "d-1" {
		t.Errorf("resource = %#v", permit.Resource())
	}
}

func TestAPermitOpensOnceAndEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	permit, err := w.gate.Read(t.Context(), rapporteur, read())
	if err != nil {
		t.Fatal(err)
	}
	if err := permit.Redeem(); err != nil {
		t.Fatal(err)
	}
	if err := permit.Redeem(); !errors.Is(err, ErrRedeemed) {
		t.Errorf("second Redeem = %v, want ErrRedeemed", err)
	}
	// The reader is gone when the outcome is recorded.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := permit.Close(gone, true, 4096); err != nil {
		t.Fatal(err)
	}
	if err := permit.Close(t.Context(), false, 0); err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(2)
	wantEntry(t, e, audit.Allow, audit.Served, "ALLOW_RAPPORTEUR")
	if e.Intent != permit.Entry() || e.ID == permit.Entry() || e.Bytes != 4096 {
		t.Errorf("entry = %+v", e)
	}
	if err := permit.Redeem(); !errors.Is(err, ErrRedeemed) {
		t.Errorf("Redeem after Close = %v, want ErrRedeemed", err)
	}
}

func TestAPermitThatNoGateMadeOpensNothing(t *testing.T) {
	t.Parallel()
	if err := new(Permit).Redeem(); !errors.Is(err, ErrRedeemed) {
		t.Errorf("Redeem = %v", err)
	}
	if err := (*Permit)(nil).Redeem(); !errors.Is(err, ErrRedeemed) {
		t.Errorf("Redeem = %v", err)
	}
}

func TestAReadingThatStopsIsBroken(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*Permit) error{
		"in the middle":  func(p *Permit) error { return errors.Join(p.Redeem(), p.Close(context.Background(), false, 12)) },
		"never redeemed": func(p *Permit) error { return p.Close(context.Background(), true, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			permit, err := w.gate.Read(t.Context(), rapporteur, read())
			if err != nil {
				t.Fatal(err)
			}
			if err := end(permit); err != nil {
				t.Fatal(err)
			}
			wantEntry(t, w.lastEntry(2), audit.Allow, audit.Broken, "ALLOW_RAPPORTEUR")
			if err := permit.Redeem(); !errors.Is(err, ErrRedeemed) {
				t.Errorf("Redeem after Close = %v, want ErrRedeemed", err)
			}
		})
	}
}

func TestADeniedReadingGivesNoPermit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	permit, err := w.gate.Read(t.Context(), stranger, read())
	if permit != nil {
		t.Error("a permit was given")
	}
	wantError(t, err, Missing, "")
	e := w.lastEntry(1)
	wantEntry(t, e, audit.Deny, audit.Refused, "NOT_ASSIGNED")

	a := read()
	a.Purpose = "CURIOSITE"
	_, err = w.gate.Read(t.Context(), rapporteur, a)
	wantError(t, err, Invalid, "PURPOSE_REQUIRED")
	if e := w.lastEntry(2); e.Purpose != "UNKNOWN" {
		t.Errorf("purpose = %q", e.Purpose)
	}
}

func TestTheCompartmentIsTheOneAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := read()
	a.Action, a.Context.Open = "dossier.open", "civil"
	permit, err := w.gate.Read(t.Context(), rapporteur, a)
	if err != nil {
		t.Fatal(err)
	}
	if permit.Compartment() != "civil" {
		t.Errorf("compartment = %s", permit.Compartment())
	}
}

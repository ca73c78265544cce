package act

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

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

// A reading that opens several dossiers has one entry, a row for each dossier, and their digest in the entry; without the rows, no permit.
func TestAReadingOfSeveralNamesEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := read()
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		return Loaded{Resource: resource, Shows: []string{"d-2", "d-1"}}, err
	}
	permit, err := w.gate.Read(t.Context(), rapporteur, a)
	if err != nil {
		t.Fatal(err)
	}
	e := w.lastEntry(1)
	if len(e.Digests) != 1 || !bytes.Equal(e.Digests[0], audit.ShownDigest([]string{"d-1", "d-2"})) {
		t.Errorf("digests %x", e.Digests)
	}
	var shown string
	const rows = `SELECT string_agg(s.object || ' ' || s.subject || ' ' || s.action, ', ' ORDER BY s.object) FROM audit.shown s WHERE s.entry = $1`
	if err := w.owner.QueryRow(t.Context(), rows, e.ID).Scan(&shown); err != nil {
		t.Fatal(err)
	}
	if want := "d-1 " + rapporteur.Reference + " document.read, d-2 " + rapporteur.Reference + " document.read"; shown != want {
		t.Errorf("shown %q, want %q", shown, want)
	}
	if err := permit.Close(t.Context(), false, 0); err != nil {
		t.Fatal(err)
	}
	if end := w.lastEntry(2); len(end.Digests) != 0 {
		t.Errorf("the end of the reading has digests %x", end.Digests)
	}
	if _, err := w.owner.Exec(t.Context(), "REVOKE INSERT ON audit.shown FROM cloison_medical"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.gate.Read(t.Context(), rapporteur, a); !IsKind(err, Unavailable) {
		t.Errorf("without the rows: %v, want unavailable", err)
	}
}

package sweep_test

import (
	"sync"
	"testing"
	"time"

	"cloison/medical"
	"cloison/medical/reference"
)

func day(y int, m time.Month, d int) medical.Date { return reference.NewDate(y, m, d) }

func paris(y int, m time.Month, d, h, min int) time.Time {
	return time.Date(y, m, d, h, min, 0, 0, reference.Location("DT-PARIS"))
}

func noChange(*medical.Case) {}

// Invariant 13: the month to send the certificate ends, a task is raised once, and the state is what it was.
func TestTheEndOfADeadlineRaisesATaskOnceAndChangesNoState(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.open(t, noChange)
	before := z.dossier(t, id)
	if got := z.round(t, paris(2026, 2, 16, 23, 59)); got != "map[]" {
		t.Errorf("on the last day: %s", got)
	}
	z.wantTasks(t, id)
	if got := z.round(t, paris(2026, 2, 17, 0, 0)); got != "map[deadlines:1]" {
		t.Errorf("the day after: %s", got)
	}
	z.wantTasks(t, id, "CERTIFICAT_NON_RECU")
	if got := z.round(t, paris(2026, 2, 18, 9, 0)); got != "map[]" {
		t.Errorf("again: %s", got)
	}
	after := z.dossier(t, id)
	if after.Policy.State != before.Policy.State || after.Version != before.Version || len(after.Case.Events) != 1 {
		t.Errorf("the dossier moved: %+v", after.Policy)
	}
	if n := z.entries(t, "deadline.raise"); n != 1 {
		t.Errorf("%d entries", n)
	}
	z.append(t, id, "sec-01", medical.CertificatRecu{Accepted: true})
	z.wantTasks(t, id, "CERTIFICAT_NON_RECU CERTIFICAT_RECU sec-01")
	z.round(t, paris(2026, 3, 1, 9, 0))
	z.wantTasks(t, id, "CERTIFICAT_NON_RECU CERTIFICAT_RECU sec-01")
}

// Two starts are in circulation: nobody is told that he is late before the later end (U1).
func TestWhereTwoStartsConflictTheLaterProtects(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	available := day(2026, 1, 31)
	id := z.open(t, func(c *medical.Case) { c.CertificateAvailableOn = &available })
	z.round(t, paris(2026, 2, 28, 12, 0))
	z.wantTasks(t, id)
	z.round(t, paris(2026, 3, 1, 0, 0))
	z.wantTasks(t, id, "CERTIFICAT_NON_RECU")
}

// A day ends in Cayenne when it ends in Cayenne.
func TestADayEndsAtThePlace(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.open(t, func(c *medical.Case) { c.Direction, c.Prefecture = "DT-CAYENNE", "973" })
	z.round(t, paris(2026, 2, 17, 3, 59))
	z.wantTasks(t, id)
	z.round(t, paris(2026, 2, 17, 4, 0))
	z.wantTasks(t, id, "CERTIFICAT_NON_RECU")
}

func TestEachRequestHasItsTaskAndTheReportAnswersThem(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.open(t, noChange)
	z.append(t, id, "sec-01", medical.CertificatRecu{Accepted: true}, medical.RapporteurDesigne{Rapporteur: "med-12"},
		medical.ComplementDemande{Ref: "cmp-1", DueOn: day(2026, 1, 31)}, medical.ComplementDemande{Ref: "cmp-2", DueOn: day(2026, 1, 31)})
	z.Clock.Set(paris(2026, 1, 20, 9, 0))
	z.append(t, id, "sec-01", medical.ComplementRecu{Ref: "cmp-2"})
	z.round(t, paris(2026, 2, 1, 0, 0))
	z.wantTasks(t, id, "SANS_REPONSE_RAPPORT cmp-1")
	z.append(t, id, "med-12", medical.RapportSigne{})
	z.wantTasks(t, id, "SANS_REPONSE_RAPPORT cmp-1 RAPPORT_SIGNE med-12")
	z.round(t, paris(2026, 4, 17, 0, 0))
	z.wantTasks(t, id, "SANS_REPONSE_RAPPORT cmp-1 RAPPORT_SIGNE med-12", "AVIS_EN_RETARD")
}

func TestAMinorComesOfAgeOnceWhileTheDossierIsInProgress(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	of := day(2026, 2, 3)
	minor := func(c *medical.Case) { c.Kind, c.MajorityOn = "SEJ_L42510_PARENT", &of }
	id, closed := z.open(t, minor), z.open(t, minor)
	z.append(t, closed, "sec-01", medical.ClotureSansAvis{ReasonCode: "RETRAIT"})
	if got := z.round(t, paris(2026, 2, 2, 23, 59)); got != "map[]" {
		t.Errorf("the day before: %s", got)
	}
	if got := z.round(t, paris(2026, 2, 3, 0, 0)); got != "map[majority:1]" {
		t.Errorf("the day: %s", got)
	}
	d := z.dossier(t, id)
	if last := d.Case.Events[len(d.Case.Events)-1]; last.Type != medical.EvMajorityReached || last.Actor != "system" {
		t.Errorf("last event %+v", last)
	}
	if flags := medical.Flags(d.Case, z.Clock.Now()); !contains(flags, "MAJORITE_ATTEINTE") {
		t.Errorf("flags %q", flags)
	}
	z.wantTasks(t, id, "MAJORITE_ATTEINTE")
	if got := z.round(t, paris(2026, 2, 4, 0, 0)); got != "map[]" {
		t.Errorf("the day after: %s", got)
	}
	z.append(t, id, "sec-01", medical.InformationDemandeur{Mode: "COURRIER"})
	z.wantTasks(t, id, "MAJORITE_ATTEINTE INFORMATION_DEMANDEUR sec-01")
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// SC7: the one whose listing ended can no longer sign; a person replaces him, and no event is invented.
func TestAMemberNoLongerListedIsATask(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.listed(t)
	id, replaced := z.open(t, noChange), z.open(t, noChange)
	for _, d := range []string{id, replaced} {
		z.append(t, d, "sec-01", medical.CertificatRecu{Accepted: true}, medical.RapporteurDesigne{Rapporteur: "med-12"}, medical.RapportSigne{},
			medical.RapportTransmis{}, medical.CollegeDesigne{Composition: 1, DecisionRef: "DEC-2026-01", Members: []string{"med-01", "med-02", "med-03"}})
	}
	z.append(t, replaced, "sec-01", medical.CompositionClose{Composition: 1, ReasonCode: "MEMBRE_INDISPONIBLE"})
	events := len(z.dossier(t, id).Case.Events)
	if got := z.round(t, paris(2026, 1, 31, 23, 59)); got != "map[]" {
		t.Errorf("on the last day: %s", got)
	}
	if got := z.round(t, paris(2026, 2, 1, 0, 0)); got != "map[listing:1]" {
		t.Errorf("the day after: %s", got)
	}
	if got := z.round(t, paris(2026, 2, 2, 0, 0)); got != "map[]" {
		t.Errorf("again: %s", got)
	}
	z.wantTasks(t, id, "MEMBRE_NON_INSCRIT 1:med-01")
	if n := len(z.dossier(t, id).Case.Events); n != events {
		t.Errorf("%d events, had %d", n, events)
	}
	z.append(t, id, "sec-01", medical.CompositionClose{Composition: 1, ReasonCode: "FIN_INSCRIPTION_MEMBRE"})
	z.wantTasks(t, id, "MEMBRE_NON_INSCRIT 1:med-01 COMPOSITION_CLOSE sec-01")
	z.wantTasks(t, replaced)
	if n := z.entries(t, "listing.raise"); n != 1 {
		t.Errorf("%d entries: a college that was closed before is no matter", n)
	}
}

// Two replicas run the same round at once: each dossier's lock orders them, and the second finds nothing to do.
func TestARoundDoneTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	of := day(2026, 2, 3)
	var ids []string
	for range 3 {
		ids = append(ids, z.open(t, func(c *medical.Case) { c.Kind, c.MajorityOn = "SEJ_L42510_PARENT", &of }))
	}
	z.Clock.Set(paris(2026, 3, 1, 9, 0))
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for _, s := range z.sweeps {
				if _, err := s.Run(t.Context()); err != nil {
					t.Errorf("%s: %v", s.Name, err)
				}
			}
		})
	}
	group.Wait()
	for _, id := range ids {
		z.wantTasksAnyOrder(t, id, "CERTIFICAT_NON_RECU", "MAJORITE_ATTEINTE")
		if n := len(z.dossier(t, id).Case.Events); n != 2 {
			t.Errorf("%d events, want 2", n)
		}
	}
}

func (z *zone) wantTasksAnyOrder(t *testing.T, id string, want ...string) {
	t.Helper()
	got := z.tasks(t, id)
	for _, w := range want {
		if len(got) != len(want) || !contains(got, w) {
			t.Errorf("tasks %q, want %q", got, want)
			return
		}
	}
}

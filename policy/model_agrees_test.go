package policy

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var inputs = flag.Int("inputs", 4000, "random questions put to the policy and to its model; make soak asks a million")

// modelless are acts that the model says nothing of: release.deliver is decided by the shape of what leaves, which release_test.rego,
// TestFieldList and FuzzDecode hold.
var modelless = []string{"release.deliver"}

// The engine and an independent model of the policy answer the same on questions that nobody chose.
func TestEngineAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	e := engine(t)
	e.limit = time.Hour // of a machine that is busy with other tests
	table, err := e.Actions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for action := range table {
		if _, known := newModel(Query{Action: action}).may(); !known && !slices.Contains(modelless, action) {
			t.Errorf("the model does not know %s: say in policy/model_acts_test.go who may do it", action)
		} else if known {
			actions = append(actions, action)
		}
	}
	slices.Sort(actions)
	seed := rand.Uint64()
	var mu sync.Mutex
	allowedBy, disagreements := map[string]int{}, 0
	var group sync.WaitGroup
	workers := runtime.NumCPU()
	for worker := range workers {
		group.Go(func() {
			draw := drawer{rand.New(rand.NewPCG(seed, uint64(worker)))}
			for range *inputs / workers {
				q := draw.query(actions)
				got, err := e.Decide(context.Background(), q)
				want, _ := newModel(q).may()
				mu.Lock()
				if want {
					allowedBy[q.Action]++
				}
				if err != nil || got.Allow != want {
					if disagreements++; disagreements <= 10 {
						text, _ := json.Marshal(q)
						t.Errorf("engine %t (%s, %v), model %t: %s", got.Allow, got.Rule, err, want, text)
					}
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	allowed, met := 0, len(allowedBy)
	for _, n := range allowedBy {
		allowed += n
	}
	t.Logf("%d inputs (seed %d): %d allowed, over %d of %d actions; disagreements %d", *inputs, seed, allowed, met, len(actions), disagreements)
	// Questions that are always refused would compare nothing.
	if *inputs >= 4000 && (allowed < *inputs/10 || met < len(actions)/2) {
		t.Error("too few questions were allowed: the draw has gone stale")
	}
}

// drawer draws questions: mostly of somebody who has something to do with the object, then spoilt here and there.
type drawer struct{ *rand.Rand }

func pick[T any](d drawer, of ...T) T { return of[d.IntN(len(of))] }

func (d drawer) rarely() bool { return d.IntN(12) == 0 }
func (d drawer) mostly() bool { return d.IntN(4) != 0 }

var drawnPersons = []string{"a", "b", "c", "d"}

func (d drawer) person() string { return pick(d, drawnPersons...) }

func (d drawer) query(actions []string) Query {
	action := pick(d, actions...)
	q := Query{Subject: d.subject(), Action: action, Context: d.context()}
	q.Context.Zone = "medical"
	if slices.Contains(modelServer, action) || slices.Contains(modelBoth, action) && d.IntN(2) == 0 {
		q.Context.Zone = "server"
		if d.mostly() {
			q.Subject = Subject{ID: "a", Role: "PREFECTURE", Prefecture: pick(d, "75", "93")}
		}
	}
	if d.rarely() {
		q.Context.Zone = pick(d, "medical", "server", "")
	}
	q.Resource = d.resource(q.Context.Zone)
	switch {
	case action == "rota.set" && d.mostly():
		q.Resource = Rota{Kind: "rota", Direction: pick(d, "DT-PARIS", "DT-LYON")}
	case action == "budget.extend" && d.mostly():
		q.Resource = BudgetExtension{Kind: "budget", Head: d.mostly(), Own: d.rarely()}
	case (strings.HasPrefix(action, "habilitation.") || strings.HasPrefix(action, "absence.") || strings.HasPrefix(action, "decision.") || action == "succession.list") && d.mostly():
		q.Resource = Habilitation{Kind: "habilitation", Head: d.mostly(), Own: d.rarely(), Entered: d.rarely(), Confirmed: d.rarely(),
			Standing: pick(d, "EN_VIGUEUR", "ECHUE", "FIN", "AUCUNE")}
	case action == "removal.take" && d.mostly():
		q.Context.Members = []Member{d.member(q.Subject.ID)}
	}
	return q
}

func (d drawer) subject() Subject {
	s := Subject{ID: d.person(), Role: "MEDECIN", Profession: "10", Habilitated: true}
	switch d.IntN(10) {
	case 0, 1, 2:
		s = Subject{ID: d.person(), Role: "SECRETARIAT_MEDICAL", Directions: []string{"DT-PARIS"}}
	case 3:
		s = Subject{ID: d.person(), Role: pick(d, "DPO", "AUDITEUR_CONFORMITE", "ADMINISTRATEUR", "AGENT_MISSION", "INFIRMIER", "PREFECTURE", "")}
	case 4:
		s = Subject{ID: pick(d, "relay", "sweep"), Role: "SYSTEM"}
		s.System = s.ID
	}
	if d.rarely() {
		s.Profession = pick(d, "", "10", "60")
	}
	if d.rarely() {
		s.Habilitated = !s.Habilitated
	}
	s.Lapsed = d.rarely()
	if d.rarely() {
		s.Role = pick(d, "MEDECIN", "SECRETARIAT_MEDICAL", "PREFECTURE", "DPO", "")
	}
	if d.rarely() {
		s.System = pick(d, "relay", "sweep", "")
	}
	if d.rarely() {
		s.Prefecture, s.Directions = "75", pick(d, nil, []string{}, []string{"DT-LYON", "DT-PARIS"})
	}
	return s
}

func (d drawer) context() Context {
	c := Context{Purpose: pick(d, "INSTRUCTION", "COLLEGE", "ACCES", "CONTROLE", "PLAINTE"), On: pick(d, "2026-03-02", "2031-06-01"), Open: pick(d, "", "civil", "medical", "own"),
		Designates: d.IntN(2) == 0, Composition: pick(d, 0, 1, 1, 2)}
	if d.rarely() {
		c.Purpose = pick(d, "", "CURIOSITE")
	}
	members := slices.Clone(drawnPersons)
	d.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	for _, id := range members[:pick(d, 0, 1, 1, 3, 3, 3, 4)] {
		c.Members = append(c.Members, d.member(id))
	}
	if len(c.Members) > 1 && d.rarely() {
		c.Members[0].ID = c.Members[1].ID
		// Two entries of one person that differ are no reference data: one of them is the other.
		c.Members[0] = c.Members[1]
	}
	if d.mostly() {
		person := d.member(d.person())
		c.Person = &person
	}
	return c
}

func (d drawer) member(id string) Member {
	m := Member{ID: id, Listed: true, Habilitated: true}
	if d.rarely() {
		m.Listed, m.Expired = false, d.IntN(2) == 0
	}
	m.Treats = d.rarely() && d.IntN(2) == 0
	m.Habilitated = !d.rarely()
	return m
}

func (d drawer) resource(zone string) any {
	server := zone == "server"
	if d.rarely() {
		server = !server
	}
	switch {
	case d.rarely():
		return pick[any](d, nil, Portal{"portal", zone}, Dossier{}, Referral{}, Release{})
	case server && d.IntN(3) > 0:
		return Referral{Kind: "referral", Prefecture: pick(d, "75", "93"), Issued: d.IntN(2) == 0, Acknowledged: d.IntN(2) == 0, Withdrawn: d.rarely(),
			Decided: d.IntN(2) == 0, Appealed: d.IntN(2) == 0, Attested: d.IntN(2) == 0}
	case server:
		return Release{Kind: "release", Prefecture: pick(d, "75", "93"), ReceivedBy: pick(d, "75", "93"),
			Release: pick(d, "notice", "opinion", "attestation"), Acknowledged: d.IntN(2) == 0}
	case d.IntN(5) == 0:
		return Disclosure{Dossier: d.dossier(), Bundle: pick(d, "L1", "L2", "L4", "L4", "L3"), Recipient: pick(d, "COURT", "COURT", "PREFECTURE", "PERSON", "THIRD", ""),
			InCharge: d.mostly(), Litigation: d.mostly(), SecrecyLifted: d.mostly(), Requested: d.mostly(), IdentityVerified: d.mostly(),
			RepresentationEnded: d.rarely(), MotiveMissing: d.rarely(), Purged: d.rarely(), Sourced: d.mostly(), Creator: d.person()}
	}
	return d.dossier()
}

func (d drawer) dossier() Dossier {
	// How far the procedure went; each step has those before it, but for the spoiling below.
	step := d.IntN(12)
	c := Dossier{Kind: "dossier", ID: "d", State: pick(d, "AVIS_EN_COURS", "CLOS", "CLOS", "SANS_SUITE"), Pipeline: "SEJOUR", Author: pick(d, "COLLEGE3", "COLLEGE3", ""),
		Direction: "DT-PARIS", Prefecture: "75", CertificateReceived: step > 0, ReportSaved: step > 2, ReportSigned: step > 3, ReportTransmitted: step > 4,
		Issued: step > 10, OnCall: pick(d, "", "a", "b"), SecondOnCall: pick(d, "", "", "a", "c"), Examiners: []string{}, SupplementAsked: d.IntN(3) == 0, HoldSet: d.rarely(), Head: d.IntN(3) == 0}
	if step > 1 {
		c.Rapporteur = d.person()
	}
	if d.IntN(3) == 0 {
		c.Pipeline, c.Author, c.Rapporteur = "ELOIGNEMENT", pick(d, "MED1", "COLLEGE3"), ""
		c.ReportSaved, c.ReportSigned, c.ReportTransmitted = false, false, false
	}
	if step > 5 {
		c.Composition = d.composition(step, c.Author)
	}
	if d.rarely() {
		c.Rapporteur = d.person()
	}
	if d.rarely() {
		c.Direction = "DT-LYON"
	}
	if d.rarely() {
		c.Closed, c.State = true, pick(d, "CLOS", "PURGE")
	}
	if d.IntN(4) == 0 {
		c.RetainedUntil, c.Held = pick(d, "2031-03-02", "2026-03-02"), d.rarely()
	}
	if d.rarely() {
		c.Examiners = pick(d, nil, []string{d.person()})
	}
	if d.IntN(2) == 0 {
		c.Document = &Document{ID: "p", Author: d.person(), Opened: d.IntN(2) == 0, Excluded: pick(d, "", "", "", "DOUBLON", "DOCUMENT_OTHER_PERSON")}
	}
	return c
}

func (d drawer) composition(step int, author string) *Composition {
	members := slices.Clone(drawnPersons)
	d.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	size := 3
	if author == "MED1" {
		size = 1
	}
	c := &Composition{Version: 1, Author: author, Decision: "DEC", Members: members[:size], Open: !d.rarely(), Round: 1,
		Answered: []string{}, Signed: []string{}, Refused: []string{}}
	if d.rarely() {
		c.Author = pick(d, "MED1", "COLLEGE3", "")
	}
	if step > 6 {
		c.Answered = c.Members[:d.IntN(size+1)]
	}
	if step > 7 {
		c.Answered, c.Settled = c.Members, d.mostly()
	}
	if step > 8 && c.Settled {
		c.Signed = c.Members[:d.IntN(size+1)]
	}
	if d.rarely() {
		c.Refused = pick(d, nil, c.Members[:1])
	}
	return c
}

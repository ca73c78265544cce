// Package act is the one way anything is done. A Gate loads and locks what a decision is about, asks policy, does the act, and
// records it, in one transaction: no decision, no entry, no act. A refused or failed act changes nothing and leaves its entry too.
//
// It protects the procedure and the content of dossiers from everybody who is signed in, and the record from a silent gap. It trusts
// the subject it is given (package identity proved who that is) and PostgreSQL's transactions. It is the only caller of
// policy.Decide and audit.Append (arch_test.go).
package act

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/clock"
	"cloison/policy"
)

// Decider is what the gate asks: the policy engine.
type Decider interface {
	Decide(ctx context.Context, q policy.Query) (policy.Decision, error)
	Digest() string
}

// Options of a gate. All but Constraints, Decided and Alarm are required.
type Options struct {
	Pool        *pgxpool.Pool
	Policy      Decider
	Clock       clock.Clock
	Zone        string                // medical or server
	Location    *time.Location        // where the date of an act is read: Europe/Paris
	Constraints map[string]string     // constraint name -> rule: what a named constraint of the database says to a person
	Decided     func(policy.Recorded) // keeps each decision, without its persons; nil keeps none
	Alarm       *slog.Logger          // the journal: told when there is no decision, and so nothing is allowed; nil tells nobody
	Refusals    int                   // of one session, that the log takes at once; 0: a thousand
}

// Gate is safe for concurrent use.
type Gate struct {
	o        Options
	refusals *refusalCap
}

// New makes a gate.
func New(o Options) *Gate { return &Gate{o, newRefusalCap(o.Refusals)} }

// attempt is one act on its way through the gate, and the entry that it will leave whatever happens.
type attempt struct {
	gate  *Gate
	who   Subject
	act   Act
	now   time.Time
	entry audit.Entry
	shows []string // dossiers that a reading opens together
}

func (g *Gate) begin(who Subject, a Act) *attempt {
	now := g.now()
	retention := audit.Procedure
	if a.ReadOnly {
		retention = audit.Access
	}
	return &attempt{gate: g, who: who, act: a, now: now, entry: audit.Entry{
		ID: audit.NewID(), At: now, Subject: who.Reference, Session: who.Session, Role: who.Role,
		Purpose: knownPurpose(a.Purpose), Action: a.Action,
		ObjectKind: a.Object.Kind, Object: opaque(a.Object.ID), Item: opaque(a.Object.Item),
		Decision: audit.None, Policy: g.o.Policy.Digest(), RequestID: opaque(a.RequestID), Retention: retention,
	}}
}

// now is kept to the microsecond, as PostgreSQL does: what fn stores and what the entry says are the same instant.
func (g *Gate) now() time.Time { return g.o.Clock.Now().UTC().Truncate(time.Microsecond) }

var opaqueID = regexp.MustCompile(`^[A-Za-z0-9._:-]{0,64}$`)

// opaque keeps an id as it is, and replaces anything else: an id comes from an address that anybody can type, and no free text may
// enter an entry (TestNoFreeTextEntersAnEntry).
func opaque(id string) string {
	if !opaqueID.MatchString(id) {
		return "malformed"
	}
	return id
}

func knownPurpose(purpose string) string {
	if purpose != "" && !policy.KnownPurpose(purpose) && !policy.KnownGround(purpose) {
		return "UNKNOWN"
	}
	return purpose
}

// decide loads and locks what the decision is about, and asks policy.
func (t *attempt) decide(ctx context.Context, tx pgx.Tx) (resource any, err error) {
	surroundings := t.act.Context
	resource, err = t.load(ctx, tx, &surroundings)
	if err != nil {
		return nil, err
	}
	surroundings.Purpose = t.act.Purpose
	surroundings.Zone = t.gate.o.Zone
	surroundings.On = t.now.In(t.gate.o.Location).Format(time.DateOnly)
	query := policy.Query{Subject: t.who.policy(), Action: t.act.Action, Resource: resource, Context: surroundings}
	decision, err := t.gate.o.Policy.Decide(ctx, query)
	if err != nil {
		t.gate.alarm(t.act.Action, policy.Failure(err))
		return nil, Wrap(Unavailable, "", err)
	}
	t.keep(query, decision)
	t.entry.Rule = decision.Rule
	if !decision.Allow {
		t.entry.Decision = audit.Deny
		return nil, &denial{decision}
	}
	t.entry.Decision = audit.Allow
	return resource, nil
}

// alarm tells the operator why nothing is allowed, without what was asked (TestRulesThatDoNotDecideAllowNothingAndAreAnAlarm).
func (g *Gate) alarm(action, why string) {
	if g.o.Alarm != nil && why != "LEFT" {
		g.o.Alarm.Error("ALARM the policy gives no decision: nothing is allowed", "action", action, "why", why, "policy", g.o.Policy.Digest())
	}
}

func (t *attempt) load(ctx context.Context, tx pgx.Tx, surroundings *policy.Context) (any, error) {
	if t.act.Load == nil {
		return policy.Portal{Kind: "portal", Zone: t.gate.o.Zone}, nil
	}
	resource, err := t.act.Load(ctx, tx)
	if err != nil {
		return nil, loadError(err)
	}
	loaded, ok := resource.(Loaded)
	if !ok {
		return resource, nil
	}
	t.shows = loaded.Shows
	if loaded.Members != nil {
		surroundings.Members = loaded.Members
	}
	if loaded.Person != nil {
		surroundings.Person = loaded.Person
	}
	return loaded.Resource, nil
}

// keep hands the decision to whoever keeps them for replay.
func (t *attempt) keep(query policy.Query, decision policy.Decision) {
	if t.gate.o.Decided == nil {
		return
	}
	if recorded, ok := policy.Record(t.entry.ID, t.now, t.gate.o.Policy.Digest(), query, decision); ok {
		t.gate.o.Decided(recorded)
	}
}

package play

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// player holds one run: the environment, the people, and what each dossier has become in it.
type player struct {
	medical *zone
	server  *zone
	clock   control
	people  *People
	states  map[*Case]*state
	dir     string
	out     io.Writer
}

// state is what a dossier has become: real ids for those of the folder.
type state struct {
	dossier   string
	referrals map[string]string // by AGDREF
	documents map[string]string // by the folder's id
	// acknowledged counts what a prefecture acknowledged: a release is acknowledged once.
	acknowledged map[string]bool
	assigned     bool
	composition  int // the last one opened
	result       *Result
}

// environment is where the two portals and the clock answer.
type environment struct{ medical, server, clock string }

// at is the environment of a first port.
func at(port int) environment {
	base := func(offset int) string { return fmt.Sprintf("http://127.0.0.1:%d", port+offset) }
	return environment{medical: base(1), server: base(2), clock: base(4)}
}

func newPlayer(ctx context.Context, env environment, o Options, cases []*Case, people *People) (*player, error) {
	medical, err := discover(ctx, medicalZone, env.medical)
	if err != nil {
		return nil, err
	}
	server, err := discover(ctx, serverZone, env.server)
	if err != nil {
		return nil, err
	}
	if medical.kept, err = newRecorder(o.Record); err != nil {
		return nil, err
	}
	server.kept = medical.kept
	p := &player{medical: medical, server: server, clock: control{env.clock}, people: people, states: map[*Case]*state{}, dir: o.Dir, out: io.Discard}
	if o.Progress {
		p.out = o.Out
	}
	for _, c := range cases {
		p.states[c] = &state{referrals: map[string]string{}, documents: map[string]string{}, acknowledged: map[string]bool{}, result: &Result{ID: c.ID}}
	}
	return p, nil
}

// run does every step at its time. A refused act is a difference of its dossier; a clock that cannot be moved ends the run.
func (p *player) run(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := p.clock.set(ctx, s.at); err != nil {
			return err
		}
		switch s.kind {
		case stepEvent:
			fmt.Fprintf(p.out, "%s  %s  %s par %s\n", s.at.Format("2006-01-02 15:04:05"), s.c.ID, s.event.Type, s.event.Actor)
			p.play(ctx, s.c, s.event)
		case stepRefusal:
			fmt.Fprintf(p.out, "%s  %s  refus attendu : %s par %s\n", s.at.Format("2006-01-02 15:04:05"), s.c.ID, s.refusal.Action, s.refusal.Actor)
			p.refuse(ctx, s.c, s.refusal)
		case stepCheck:
			p.check(ctx, s.c)
		}
		if err := p.clock.set(ctx, s.at); err != nil { // the barrier: both zones have seen what was just done
			return err
		}
	}
	return nil
}

func (p *player) results(cases []*Case) *Report {
	r := &Report{}
	for _, c := range cases {
		d := p.states[c].result
		r.Dossiers = append(r.Dossiers, d)
		r.Differences += d.Differences
	}
	return r
}

// play does what an event means, and notes what went wrong.
func (p *player) play(ctx context.Context, c *Case, e Event) {
	result := p.states[c].result
	err := p.act(ctx, c, e)
	switch {
	case err == nil:
	case errors.Is(err, errNotOffered):
		result.differ("Actes", fmt.Sprintf("événement %d", e.Seq), e.Type, "not offered yet: "+e.Type+" ("+err.Error()+")")
	default:
		result.differ("Actes", fmt.Sprintf("événement %d, %s", e.Seq, e.Type), "fait", err.Error())
	}
}

// do signs somebody in, does one operation and wants it done.
func (p *player) do(ctx context.Context, z *zone, who string, c call) (answer, error) {
	a, err := p.try(ctx, z, who, c)
	if err != nil {
		return a, err
	}
	if !a.ok() {
		return a, fmt.Errorf("%s : %s", c.op, a)
	}
	return a, nil
}

// try signs somebody in and does one operation, whatever comes of it.
func (p *player) try(ctx context.Context, z *zone, who string, c call) (answer, error) {
	if _, ok := z.ops[c.op]; !ok {
		return answer{}, fmt.Errorf("%w: %s", errNotOffered, c.op)
	}
	person, ok := p.people.find(who)
	if !ok {
		return answer{}, fmt.Errorf("%s n'est dans aucun fichier de personnes", who)
	}
	s, err := signIn(ctx, z, person.Login, "")
	if err != nil {
		return answer{}, err
	}
	return s.call(ctx, c)
}

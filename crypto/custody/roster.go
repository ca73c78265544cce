package custody

import (
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// rosterData keeps the order whole, with the custodians' signatures: who
// empowered whom can be shown from the chain file alone.
type rosterData struct {
	Roster wire.Roster `json:"roster"`
	Quorum wire.Quorum `json:"quorum"`
}

func (d *rosterData) apply(st *state, at time.Time) { st.roster, st.latest = d.Roster, at }

// setRoster replaces the roster. Every handle dies: who lost a line stops
// reading now, the others sign in again in place (TestRosterChangeKillsHandles).
func (s *Service) setRoster(now time.Time, a wire.SetRosterArgs) (result, error) {
	if err := s.quorum(now, wire.OpSetRoster, a.Roster, a.Quorum); err != nil {
		return result{}, err
	}
	if err := a.Roster.Valid(); err != nil {
		s.opts.Log.Warn("keyholder refused a roster", "error", err)
		return result{}, refuse(wire.RuleRoster)
	}
	clear(s.handles)
	return s.commit(keyholder.None{}, &rosterData{Roster: a.Roster, Quorum: a.Quorum}, now), nil
}

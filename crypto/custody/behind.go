package custody

import (
	"time"

	"cloison/crypto/keyholder"
)

// slack is what a corrected clock may step back.
const slack = 5 * time.Minute

// dated are the operations that the hour decides: who is listed today, how fresh an authentication is, how much a person has opened.
var dated = map[string]bool{
	keyholder.OpNonce: true, keyholder.OpApprove: true, keyholder.OpOpenSession: true, keyholder.OpOpen: true,
	keyholder.OpSignOpinion: true, keyholder.OpExtendBudget: true, keyholder.OpApprovePasskey: true,
}

// behind says whether the clock stands before what the chain has recorded: someone set it back, to a day when a line held or a budget was whole; or
// it had been ahead, and what was counted then is forgotten. Nothing that the hour decides is answered until it has caught up, or until k custodians
// have said by an order that it is right (TestAClockSetBackOpensNothing). The clock of an environment for tests goes back when told to.
func (s *Service) behind(now time.Time, op string) bool {
	if !dated[op] || s.opts.ClockGoesBack || !now.Add(slack).Before(s.state.latest) {
		return false
	}
	if !s.warnedBehind {
		s.warnedBehind = true
		s.opts.Log.Error("ALARM the clock was set back: nothing is opened or signed until it is right", "now", now, "recorded", s.state.latest)
	}
	return true
}

// see keeps the latest hour recorded. The roster and the budgets, which k custodians set, say the hour themselves, even backwards.
func (st *state) see(at time.Time) {
	if at.After(st.latest) {
		st.latest = at
	}
}

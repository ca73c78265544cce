package custody

import (
	"encoding/json"
	"fmt"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// state is what outlives a restart. It is changed by apply alone, both by a
// live call and by replay, so that the two can't differ.
type state struct {
	roster      wire.Roster
	budgets     wire.Budgets
	approvals   map[string]approval
	rapporteurs map[string]map[string]bool // dossier -> persons who approved its report
	opinions    map[opinionKey]signedOpinion
	referrals   map[string]string // referral -> the dossier of its first signed opinion
	tombstones  map[string]bool
	buried      []wire.Tombstone // the same, with their orders
	checkpoint  checkpointData
	usage       usage
	issuerKeys  map[string]map[string]bool // issuer -> thumbprints of the keys that verified its tokens
	extended    map[extended]int
	spent       map[string]bool   // approvals of extensions
	counters    map[string]uint32 // passkey -> signatures that its authenticator has counted
	counted     map[int][]byte    // year -> digest of the records that were counted
	latest      time.Time         // hour recorded of what changed this state
}

func newState(b wire.Budgets) state {
	return state{
		budgets: b, approvals: map[string]approval{}, rapporteurs: map[string]map[string]bool{},
		opinions: map[opinionKey]signedOpinion{}, referrals: map[string]string{}, tombstones: map[string]bool{}, usage: newUsage(),
		issuerKeys: map[string]map[string]bool{}, extended: map[extended]int{}, spent: map[string]bool{},
		counters: map[string]uint32{}, counted: map[int][]byte{},
	}
}

// forget drops what no window of the budgets reaches any more.
func (st *state) forget(before time.Time) {
	st.usage.forget(before)
	for e := range st.extended {
		if e.day < before.Format(time.DateOnly) {
			delete(st.extended, e)
		}
	}
}

// change is the data of a chain record that changes state.
type change interface {
	apply(st *state, at time.Time)
}

// changes says, per operation, which data it records when done.
func changes() map[string]func() change {
	return map[string]func() change{
		keyholder.OpApprove:        func() change { return &approveData{} },
		keyholder.OpApprovePasskey: func() change { return &approveData{} },
		keyholder.OpOpen:           func() change { return &openData{} },
		keyholder.OpSignOpinion:    func() change { return &signOpinionData{} },
		keyholder.OpSignCheckpoint: func() change { return &checkpointData{} },
		keyholder.OpExtendBudget:   func() change { return &extendData{} },
		wire.OpSetRoster:           func() change { return &rosterData{} },
		wire.OpSetBudget:           func() change { return &budgetData{} },
		wire.OpShred:               func() change { return &shredData{} },
		issuerKeyOp:                func() change { return &issuerKeyData{} },
		wire.OpReplay:              func() change { return &replayData{} },
		wire.OpStatisticsPage:      func() change { return &countedData{} },
	}
}

// replay rebuilds the state from the chain file. Every record that changes
// state must carry keyholder's MAC (TestForgedChainRefusesUnseal).
func replay(file *chain.File, auth chain.Authenticator, budgets wire.Budgets) (state, error) {
	st, known := newState(budgets), changes()
	counts := func(op, outcome string) bool {
		_, ok := known[op]
		return ok && outcome == chain.Done
	}
	err := file.Replay(auth, counts, func(r chain.Record) error {
		c := known[r.Op]()
		if err := decodeData(r.Data, c); err != nil {
			return fmt.Errorf("reading %s: %w", r.Op, err)
		}
		c.apply(&st, r.At)
		st.see(r.At)
		return nil
	})
	return st, err
}

func decodeData(raw json.RawMessage, into any) error { return canonical.Unmarshal(raw, into) }

// commit applies a change and makes it the operation's data.
func (s *Service) commit(reply any, c change, now time.Time) result {
	c.apply(&s.state, now)
	s.state.see(now)
	return result{reply: reply, data: c}
}

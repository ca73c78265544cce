package custody

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/internal/crash"
)

// ChainFile is the chain's name in the state folder.
const ChainFile = "chain"

// Options configure a Service.
type Options struct {
	Environment string // must be the keystore's
	Zone        string // must be the keystore's
	Keystore    string // folder made by Init
	State       string // folder of the chain file
	Issuers     []Issuer
	Budgets     wire.Budgets // until custodians set others
	IndexRate   int          // search tags per hour, for the whole zone, as many tags of care, and as many of searches
	Origin      string       // of signed checkpoints
	UseUIDs     []uint32     // who may connect to use.sock
	CustodyUIDs []uint32     // who may connect to custody.sock
	Clock       clock.Clock
	Location    *time.Location // Europe/Paris: roster days and dates of issue
	Log         *slog.Logger   // the journal: alarms, no names

	ClockGoesBack bool // of an environment for tests alone
}

// Init makes a keystore: `cloison keys init`.
func Init(dir string, o keystore.Options) error { return keystore.Init(dir, o) }

// Service is one start of keyholder.
type Service struct {
	opts   Options
	public keystore.Public
	tokens *tokens
	chain  *chain.File

	certificate *x509.Certificate // of the key that seals opinions; nil until it is there

	start     string                     // random name of this start
	ephemeral func() *age.HybridIdentity // shares are sealed to it; dies with the process. A function, because age identities print themselves
	sealing   chan struct{}              // closed when Seal was ordered
	failed    chan error                 // the chain file gave up

	mu    sync.Mutex
	keys  *keystore.Keys // nil while sealed
	state state
	// What a restart forgets.
	shares map[int]keystore.Share
	wrong  int

	warnedBehind bool // of the clock, once a start
	handles      map[[32]byte]*session
	index        bucket
	care         bucket
	search       bucket

	sessionNonces  *pending[drawn]
	approvalNonces *pending[drawn]
	orders         *pending[struct{}]
	held           held
	count          *count
}

// New opens the keystore's description and the chain file, and returns a sealed
// service. It refuses contradictions: another environment or zone than the
// configuration's, a broken chain.
func New(o Options) (*Service, error) {
	public, err := keystore.ReadPublic(o.Keystore)
	if err != nil {
		return nil, err
	}
	if public.Environment != o.Environment || public.Zone != o.Zone {
		return nil, fmt.Errorf("keystore is of environment %q zone %q, configuration says %q %q",
			public.Environment, public.Zone, o.Environment, o.Zone)
	}
	certificate, err := keystore.ReadCertificate(o.Keystore, public)
	if err != nil {
		return nil, err
	}
	if certificate == nil {
		o.Log.Error("ALARM no certificate beside the keystore: no opinion will be sealed", "file", keystore.OpinionCertificateFile)
	}
	if err := o.Budgets.Valid(); err != nil {
		return nil, err
	}
	tokens, err := newTokens(o.Issuers, o.Clock)
	if err != nil {
		return nil, err
	}
	ephemeral, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("making ephemeral identity: %w", err)
	}
	if err := os.MkdirAll(o.State, 0o700); err != nil {
		return nil, fmt.Errorf("making state folder: %w", err)
	}
	file, err := chain.Open(filepath.Join(o.State, ChainFile))
	if err != nil {
		return nil, err
	}
	s := &Service{
		opts: o, public: public, tokens: tokens, chain: file, certificate: certificate,
		start: hex.EncodeToString(random(16)), ephemeral: func() *age.HybridIdentity { return ephemeral },
		sealing: make(chan struct{}), failed: make(chan error, 1),
		state: newState(o.Budgets), shares: map[int]keystore.Share{},
		handles: map[[32]byte]*session{}, index: newBucket(o.IndexRate), care: newBucket(o.IndexRate), search: newBucket(o.IndexRate),
		sessionNonces: newPending[drawn](maxSessionNonces), approvalNonces: newPending[drawn](maxApprovalNonces),
		orders: newPending[struct{}](maxOrderNonces), held: held{},
	}
	if err := s.recordStart(); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *Service) recordStart() error {
	data, err := canonical.Marshal(startData{Start: s.start, Keystore: s.public.ID})
	if err != nil {
		return err
	}
	wait, err := s.chain.Append(chain.Record{At: s.opts.Clock.Now(), Op: "Start", Outcome: chain.Done, Data: data})
	if err != nil {
		return err
	}
	return wait()
}

type startData struct {
	Start    string `json:"start"`
	Keystore string `json:"keystore"`
}

// result of an operation: what is answered, and what stands in the chain.
type result struct {
	reply any
	data  any
	// unrecorded: done, and worth no line (a session's nonce).
	unrecorded bool
}

// operation decides and changes state under the service's mutex. On error it
// has changed nothing but what a refusal must cost (a nonce taken, a wrong
// share counted); data may still say what was refused.
type operation struct {
	whileSealed bool
	unrecorded  bool // answers nothing worth a line, and is polled
	do          func(s *Service, now time.Time, args json.RawMessage) (result, error)
}

// op adapts a typed operation: arguments are decoded strictly.
func op[Args any](do func(s *Service, now time.Time, args Args) (result, error)) operation {
	return operation{do: func(s *Service, now time.Time, raw json.RawMessage) (result, error) {
		var args Args
		if err := canonical.Unmarshal(raw, &args); err != nil {
			return result{}, keyholder.ErrRefused{Rule: keyholder.RuleMalformed}
		}
		return do(s, now, args)
	}}
}

func sealed(o operation) operation { o.whileSealed = true; return o }

// asked: answers what stands in the chain already, every minute.
func asked(o operation) operation { o.unrecorded = true; return o }

func polled(o operation) operation { o.whileSealed, o.unrecorded = true, true; return o }

// useOperations is the table of use.sock.
func useOperations() map[string]operation {
	return map[string]operation{
		keyholder.OpStatus:         polled(op((*Service).status)),
		keyholder.OpNonce:          op((*Service).nonce),
		keyholder.OpApprove:        op((*Service).approve),
		keyholder.OpOpenSession:    op((*Service).openSession),
		keyholder.OpCloseSession:   op((*Service).closeSession),
		keyholder.OpEndHandles:     op((*Service).endHandles),
		keyholder.OpCreateDossier:  op((*Service).createDossier),
		keyholder.OpOpen:           op((*Service).open),
		keyholder.OpIndex:          op((*Service).tag),
		keyholder.OpRewrap:         op((*Service).rewrap),
		keyholder.OpCheck:          op((*Service).check),
		keyholder.OpSignOpinion:    op((*Service).signOpinion),
		keyholder.OpSignCheckpoint: op((*Service).signCheckpoint),
		keyholder.OpShredded:       asked(op((*Service).shredded)),
		keyholder.OpBudgets:        asked(op((*Service).showBudgets)),
		keyholder.OpExtendBudget:   op((*Service).extendBudget),
		keyholder.OpApprovePasskey: op((*Service).approvePasskey),
		keyholder.OpPasskeys:       asked(op((*Service).passkeys)),
		keyholder.OpStatistics:     asked(op((*Service).statistics)),
		keyholder.OpMarkStatistic:  asked(op((*Service).markStatistic)),
	}
}

// custodyOperations is the table of custody.sock.
func custodyOperations() map[string]operation {
	return map[string]operation{
		wire.OpStatus:    polled(op((*Service).custodyStatus)),
		wire.OpUnseal:    sealed(op((*Service).unseal)),
		wire.OpSeal:      sealed(op((*Service).seal)),
		wire.OpDraw:      op((*Service).draw),
		wire.OpSetRoster: op((*Service).setRoster),
		wire.OpSetBudget: op((*Service).setBudget),
		wire.OpShred:     op((*Service).shred),
		wire.OpDestroy:   op((*Service).destroy),
		wire.OpNewEpoch:  op((*Service).newEpoch),

		wire.OpReshare: op((*Service).reshare),
		wire.OpAdopt:   op((*Service).adopt),

		wire.OpNextKey: op((*Service).nextKey),
		wire.OpTakeKey: op((*Service).takeKey),
		wire.OpRetag:   op((*Service).retag),

		wire.OpStatisticsYear:  asked(op((*Service).statisticsYear)),
		wire.OpCountStatistics: op((*Service).countStatistics),
		wire.OpStatisticsPage:  op((*Service).statisticsPage),

		wire.OpTombstones: asked(op((*Service).tombstonesAfter)),
		wire.OpReplay:     op((*Service).replayTombstones),
	}
}

// call does one request and returns its answer once its line is on disk
// (TestAnswerFollowsDisk).
func (s *Service) call(table map[string]operation, peer uint32, req keyholder.Request) keyholder.Response {
	reply, wait, err := s.decide(table, peer, req)
	if wait != nil {
		crash.Point("keyholder/" + req.Op + ".before")
		if werr := wait(); werr != nil {
			s.giveUp(werr)
			return keyholder.Response{Failure: keyholder.Fail(keyholder.ErrUnavailable)}
		}
		crash.Point("keyholder/" + req.Op + ".after")
	}
	if err != nil {
		return keyholder.Response{Failure: keyholder.Fail(err)}
	}
	body, err := canonical.Marshal(reply)
	if err != nil {
		return keyholder.Response{Failure: keyholder.Fail(keyholder.ErrUnavailable)}
	}
	return keyholder.Response{Reply: body}
}

func (s *Service) decide(table map[string]operation, peer uint32, req keyholder.Request) (reply any, wait func() error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Clock.Now()
	o, known := table[req.Op]
	var r result
	switch {
	case !known:
		// The name is the peer's: it does not enter the chain.
		req.Op, err = "Unknown", keyholder.ErrRefused{Rule: keyholder.RuleUnknownOperation}
	case s.keys == nil && !o.whileSealed:
		err = keyholder.ErrSealed
	case s.behind(now, req.Op):
		err = keyholder.ErrUnavailable
	default:
		r, err = o.do(s, now, req.Args)
	}
	// Counts that are due go first; this call's line, if it has one, is
	// behind them, so waiting for it waits for them.
	if werr := s.tell(now, peer); werr != nil {
		s.giveUp(werr)
		return nil, nil, keyholder.ErrUnavailable
	}
	if known && o.unrecorded || err == nil && r.unrecorded || s.held.keeps(now, req.Op, r.data, err) {
		return r.reply, nil, err
	}
	wait, werr := s.record(now, req.Op, peer, r.data, err)
	if werr != nil {
		s.giveUp(werr)
		return nil, nil, keyholder.ErrUnavailable
	}
	s.alarm(req.Op, err)
	return r.reply, wait, err
}

func (s *Service) record(now time.Time, op string, peer uint32, data any, failure error) (func() error, error) {
	rec := chain.Record{At: now, Op: op, Peer: peer, Outcome: chain.Done}
	if failure != nil {
		f := keyholder.Fail(failure)
		rec.Outcome, rec.Rule = chain.Refused, f.Rule
		if f.Rule == "" {
			rec.Rule = f.Code
		}
	}
	if data != nil {
		b, err := canonical.Marshal(data)
		if err != nil {
			return nil, err
		}
		rec.Data = b
	}
	return s.chain.Append(rec)
}

// giveUp ends the service: what can't be recorded is not answered, and memory
// is ahead of the disk.
func (s *Service) giveUp(err error) {
	select {
	case s.failed <- err:
		s.opts.Log.Error("keyholder stops: the chain file can't be written", "error", err)
	default:
	}
}

// alarm tells the journal, without names, what a person on duty should see.
func (s *Service) alarm(op string, err error) {
	var refused keyholder.ErrRefused
	switch {
	case err == nil, errors.Is(err, keyholder.ErrSealed), errors.Is(err, keyholder.ErrRateLimited):
	case errors.Is(err, keyholder.ErrOverBudget):
		s.opts.Log.Warn("ALARM a budget of dossiers is used up", "op", op)
	case errors.As(err, &refused):
		s.opts.Log.Warn("keyholder refused", "op", op, "rule", refused.Rule)
	case errors.Is(err, keyholder.ErrUnauthenticated):
		s.opts.Log.Info("keyholder did not know a session or a token", "op", op, "cause", err)
	default:
		s.opts.Log.Error("keyholder failed", "op", op, "error", err)
	}
}

// today is the day of law: Europe/Paris.
func (s *Service) today(now time.Time) string {
	return now.In(s.opts.Location).Format(time.DateOnly)
}

func refuse(rule string) error { return keyholder.ErrRefused{Rule: rule} }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// Close lets go of the chain file.
func (s *Service) Close() error { return s.chain.Close() }

func (s *Service) status(time.Time, keyholder.None) (result, error) {
	st := keyholder.Status{Sealed: s.keys == nil, Environment: s.public.Environment, Zone: s.public.Zone}
	if !st.Sealed {
		st.Epoch = s.public.Current
	}
	return result{reply: st}, nil
}

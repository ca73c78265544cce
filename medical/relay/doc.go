// Package relay carries what crosses the wall: it dials the administrative zone over mutual TLS, takes referrals and acknowledgements in
// their order, and hands over releases. The medical zone accepts no connection; this client is the whole of its network towards the other.
//
// It protects order and exactly-once: a referral, an acknowledgement and its cursor move in one transaction of package act; a number
// that does not follow the last one, or an object that does not decode strictly, stops its loop with an alarm and waits. A referral that
// can never be applied is passed over with an alarm and an entry, so that one does not hold back the country's (quarantine.go). A release
// leaves the outbox in order, after policy has seen its exact shape, and counts as delivered only when the other zone has said so. It trusts the peer for nothing but its
// certificate: what it sends is decoded by package release and, for acknowledgements, carries a signature that is checked here.
//
// Nothing is opened: a referral is sealed to its new dossier, and keyholder sealed means that the cursor stays and is tried again.
package relay

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/medical/vault"
)

// Keyholder is what the relay asks of it; *keyholder.Client is one.
type Keyholder interface {
	Status(ctx context.Context) (keyholder.Status, error)
	Index(ctx context.Context, class, value string) ([]byte, error)
}

// Options of a relay; all are required but Log and Logs.
type Options struct {
	URL     string              // https://host:port of the administrative zone's listener
	Client  *http.Client        // from NewClient: mutual TLS, named peer
	Gate    *act.Gate           //
	Pool    *pgxpool.Pool       //
	Vault   *vault.Vault        //
	Keys    Keyholder           //
	AckKeys []ed25519.PublicKey // of the administrative zone, pinned by configuration; two while one replaces the other
	Log     *slog.Logger
	Logs    *Logs // nil: the two zones do not witness each other's log
}

// Relay is the client. Run it once.
type Relay struct {
	o       Options
	wake    chan struct{}
	leaving *delivery
	// cosigned is the size of the last head of the other zone's log that was given back countersigned; only that flow touches it.
	cosigned int64
	forged   int64 // the last acknowledgement that was recorded as nobody's; only that flow touches it
	offered  bool  // what was set aside was offered again since the start; only the flow of releases touches it
}

// New checks the options.
func New(o Options) (*Relay, error) {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "":
		return nil, errors.New("making the relay: the URL of the other zone must be https")
	case o.Client == nil || o.Gate == nil || o.Pool == nil || o.Vault == nil || o.Keys == nil || len(o.AckKeys) == 0 || slices.ContainsFunc(o.AckKeys, func(k ed25519.PublicKey) bool { return len(k) != ed25519.PublicKeySize }):
		return nil, errors.New("making the relay: an option is missing")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Relay{o: o, wake: make(chan struct{}, 1)}, nil
}

// Wake says that a release may have been queued. It never blocks.
func (r *Relay) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run carries until ctx ends. Each flow goes on by itself: a gap in one does not stop the others.
func (r *Relay) Run(ctx context.Context) {
	var flows sync.WaitGroup
	steps := map[string]func(context.Context) (bool, error){
		"referrals": r.takeReferrals, "releases": r.handOver, "acknowledgements": r.takeAcknowledgements,
		flowShreddings: r.tellShredding,
	}
	if r.o.Logs != nil {
		steps[flowOurLog], steps[flowTheirLog], steps[flowProofs] = r.offerHead, r.witness, r.giveProof
	}
	for name, step := range steps {
		flows.Go(func() { r.repeat(ctx, name, step) })
	}
	flows.Wait()
	if err := r.end(ctx, false); err != nil { // a release that was on its way is begun anew by the next process
		r.o.Log.Error("relay ends", "error", err.Error())
	}
}

// Waits between two steps: idle when there was nothing, and after errors a doubling from first to last.
const (
	idleWait  = time.Second
	firstWait = 250 * time.Millisecond
	lastWait  = 5 * time.Second
)

// repeat runs step again at once while it does something, after a pause otherwise.
func (r *Relay) repeat(ctx context.Context, flow string, step func(context.Context) (bool, error)) {
	retry := firstWait
	for ctx.Err() == nil {
		did, err := step(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.waits(ctx, flow, err)
			r.pause(ctx, retry, nil)
			retry = min(2*retry, lastWait)
		case did:
			retry = firstWait
		case flow == "releases":
			retry = firstWait
			r.pause(ctx, idleWait, r.wake)
		case flow == flowOurLog || flow == flowTheirLog || flow == flowProofs || flow == flowShreddings:
			retry = firstWait
			r.pause(ctx, witnessWait, nil)
		default:
			retry = firstWait
			r.pause(ctx, firstWait, nil)
		}
	}
}

// waits says why a flow stands still. What will mend itself (keyholder sealed or asked too often, the other zone down) is a warning
// (TestAWaitThatMendsItselfIsNoError).
func (r *Relay) waits(ctx context.Context, flow string, err error) {
	level := slog.LevelWarn
	if alarming(err) {
		level = slog.LevelError
	}
	r.o.Log.Log(ctx, level, "relay waits", "flow", flow, "alarm", level == slog.LevelError, "error", err.Error())
}

func (r *Relay) pause(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-wake:
	}
}

package identity

import (
	"errors"
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"cloison/act"
	"cloison/internal/clock"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"
)

// Pace is how fast sign-ins and step-ups may begin: each draws a nonce at keyholder and writes a row, and anybody may ask for one. A zero
// is the default.
type Pace struct {
	Rate       float64 // sustained, a second, for one address
	Burst      int     // at once, for one address
	TotalRate  float64 // the same for all addresses together
	TotalBurst int
}

// An office of OFII has one address: ten colleagues at once, then one a second. All offices and prefectures together start no day faster
// than the total.
var defaultPace = Pace{Rate: 1, Burst: 10, TotalRate: 20, TotalBurst: 200}

func (p Pace) withDefaults() (Pace, error) {
	if p.Rate < 0 || p.Burst < 0 || p.TotalRate < 0 || p.TotalBurst < 0 {
		return Pace{}, errors.New("the pace of sign-ins is negative")
	}
	if p.Rate == 0 {
		p.Rate = defaultPace.Rate
	}
	if p.Burst == 0 {
		p.Burst = defaultPace.Burst
	}
	if p.TotalRate == 0 {
		p.TotalRate = max(defaultPace.TotalRate, p.Rate)
	}
	if p.TotalBurst == 0 {
		p.TotalBurst = max(defaultPace.TotalBurst, p.Burst)
	}
	return p, nil
}

// buckets is fixed, so that a flood from many addresses costs no memory. Two addresses may share one; the seed keeps anybody from
// choosing whose.
const buckets = 4096

// turnstile lets sign-ins begin at their pace. It goes by the machine's clock: a test clock stands still.
type turnstile struct {
	clock clock.Clock
	seed  maphash.Seed

	mu      sync.Mutex
	address [buckets]*rate.Limiter
	total   *rate.Limiter
}

func newTurnstile(p Pace, now clock.Clock) (*turnstile, error) {
	p, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	t := &turnstile{clock: now, seed: maphash.MakeSeed(), total: rate.NewLimiter(rate.Limit(p.TotalRate), p.TotalBurst)}
	for i := range t.address {
		t.address[i] = rate.NewLimiter(rate.Limit(p.Rate), p.Burst)
	}
	return t, nil
}

// admit lets one begin, or says how long to wait. An address that is too fast takes nothing of what all share.
func (t *turnstile) admit(from string) (wait time.Duration) {
	now := t.clock.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.address[maphash.String(t.seed, network(from))%buckets].ReserveN(now, 1)
	if wait := own.DelayFrom(now); wait > 0 {
		own.CancelAt(now)
		return wait
	}
	all := t.total.ReserveN(now, 1)
	if wait := all.DelayFrom(now); wait > 0 {
		all.CancelAt(now)
		own.CancelAt(now)
		return wait
	}
	return 0
}

// network is what one client is: an IPv4 address, or an IPv6 /64, of which one has all the addresses.
func network(from string) string {
	address, err := netip.ParseAddr(from)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// admit comes before anything is drawn or written (TestSignInsHaveAPace). The address is the connection's: no header is believed.
func (s *Service) admit(c *fiber.Ctx) error {
	wait := s.turnstile.admit(c.Context().RemoteIP().String())
	if wait == 0 {
		return nil
	}
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return act.NewError(act.RateLimited, "Trop de connexions commencent en même temps. Attendez quelques secondes, puis recommencez.")
}

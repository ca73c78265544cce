package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Bell wakes those who wait for a new number. It carries nothing: a woken reader looks at the database.
type Bell struct {
	mu   sync.Mutex
	next chan struct{}
	stop chan struct{}
	once sync.Once
}

// NewBell makes a silent bell.
func NewBell() *Bell { return &Bell{next: make(chan struct{}), stop: make(chan struct{})} }

// Next is closed at the next ring. Take it before looking, so that nothing falls between the look and the wait.
func (b *Bell) Next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next
}

// Ring wakes everybody who waits.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

// Wait blocks until rung (from Next) or the end of ctx; false says that the wait is over.
func (b *Bell) Wait(ctx context.Context, rung <-chan struct{}) bool {
	select {
	case <-rung:
		return true
	case <-b.stop:
	case <-ctx.Done():
	}
	return false
}

// Stop ends every wait, now and later: a program that stops need not sit out its long polls.
func (b *Bell) Stop() { b.once.Do(func() { close(b.stop) }) }

// other replicas commit without ringing here: their work is seen within this time.
const lookEvery = time.Second

// Watch rings when another process took a number, until ctx ends. Its pace is the machine's clock, not the acts'.
func (b *Bell) Watch(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	last := Numbers{Release: -1} // the first look rings: something may have come before it
	for {
		now, err := GetNumbers(ctx, pool)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("looking for new numbers", "error", err.Error())
		case now != last:
			last = now
			b.Ring()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

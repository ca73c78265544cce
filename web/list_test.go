package web

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// bell is a signal as a store offers it: a channel that closes at the next change.
type bell struct {
	mu   sync.Mutex
	next chan struct{}
}

func (b *bell) wait() <-chan struct{} { b.mu.Lock(); defer b.mu.Unlock(); return b.next }
func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

func TestPoll(t *testing.T) {
	t.Parallel()
	none := func(context.Context) ([]int, error) { return nil, nil }
	b := &bell{next: make(chan struct{})}
	call := &Call{context: t.Context()}

	if items, err := Poll(call, 30, b.wait, func(context.Context) ([]int, error) { return []int{1}, nil }); len(items) != 1 || err != nil {
		t.Errorf("what stands there already: %v %v", items, err)
	}
	looks := 0
	soon, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	items, err := Poll(&Call{context: soon}, 30, b.wait, func(ctx context.Context) ([]int, error) {
		if looks++; looks == 1 {
			b.ring() // between the look and the wait
			return nil, nil
		}
		return []int{2}, ctx.Err() // woken, not timed out
	})
	if len(items) != 1 || err != nil || looks != 2 {
		t.Errorf("what comes while it looks: %v %v %d", items, err, looks)
	}
	if items, err := Poll(call, 0, b.wait, none); items != nil || err != nil {
		t.Errorf("no wait: %v %v", items, err)
	}
	if items, err := Poll(call, 1, b.wait, none); items != nil || err != nil {
		t.Errorf("nothing comes: %v %v", items, err)
	}
	ended, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Poll(&Call{context: ended}, 30, nil, none); err != nil {
		t.Errorf("the operation's time is over: %v", err)
	}
	broken := errors.New("broken")
	if _, err := Poll(call, 30, b.wait, func(context.Context) ([]int, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("an error: %v", err)
	}
	if NewList[int](nil, "").Items == nil {
		t.Error("null for no item")
	}
}

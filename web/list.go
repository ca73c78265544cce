package web

import (
	"context"
	"time"
)

// Cursor is embedded in the input of an operation that lists.
type Cursor struct {
	After string `query:"after" validate:"omitempty,max=128,printascii"`
	Limit int    `query:"limit" validate:"omitempty,min=1,max=200"`
	Wait  int    `query:"wait" validate:"omitempty,min=0,max=30"` // seconds
}

// Count is how many items to answer.
func (c Cursor) Count() int {
	if c.Limit == 0 {
		return 50
	}
	return c.Limit
}

// List is the answer of an operation that lists. Next goes into `after`; it is empty when nothing follows yet.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// NewList never answers null for no item.
func NewList[T any](items []T, next string) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{Items: items, Next: next}
}

// Poll answers as soon as find finds something, or after wait seconds what it finds then. signal is taken before each
// look, so that what comes between a look and the wait still wakes it; a nil signal looks twice, at the start and the end.
func Poll[T any](c *Call, wait int, signal func() <-chan struct{}, find func(context.Context) ([]T, error)) ([]T, error) {
	ctx := c.Context()
	timer := time.NewTimer(time.Duration(wait) * time.Second)
	defer timer.Stop()
	for over := wait <= 0; ; {
		var woken <-chan struct{}
		if signal != nil && !over {
			woken = signal()
		}
		items, err := find(ctx)
		if err != nil || len(items) > 0 || over {
			return items, err
		}
		over = !Wait(ctx, woken, timer.C)
	}
}

// Wait blocks until signal or the end; it tells whether signal came.
func Wait(ctx context.Context, signal <-chan struct{}, end <-chan time.Time) bool {
	select {
	case <-signal:
		return true
	case <-end:
		return false
	case <-ctx.Done():
		return false
	}
}

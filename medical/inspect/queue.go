package inspect

import (
	"slices"
	"sync"
)

// queue bounds the inspections that are open, the one that was fed last at the end. Whoever holds many half-sent pieces costs others nothing
// but a second look at theirs.
type queue struct {
	most int
	mu   sync.Mutex
	all  []*Inspection
}

func (q *queue) enter(x *Inspection) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.all) >= q.most {
		q.all[0].c.kill() // its next Write says so; its Close reaps it
		q.all = q.all[1:]
	}
	q.all = append(q.all, x)
}

func (q *queue) touch(x *Inspection) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := slices.Index(q.all, x); n >= 0 {
		q.all = append(slices.Delete(q.all, n, n+1), x)
	}
}

func (q *queue) leave(x *Inspection) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all = slices.DeleteFunc(q.all, func(other *Inspection) bool { return other == x })
}

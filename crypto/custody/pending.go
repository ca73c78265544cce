package custody

import (
	"container/list"
	"time"
)

// pending remembers what this process drew and nobody has taken, up to a quota
// and for nonceLife. The list is in order of drawing, so what has ended stands
// at its front: forgetting costs each entry once, and no call walks them all
// (TestForgettingIsAmortised).
type pending[V any] struct {
	quota int
	byKey map[string]*list.Element
	order *list.List // of entry[V], oldest first
}

type entry[V any] struct {
	key   string
	value V
	at    time.Time
}

func newPending[V any](quota int) *pending[V] {
	return &pending[V]{quota: quota, byKey: map[string]*list.Element{}, order: list.New()}
}

// add answers false when the quota is used up.
func (p *pending[V]) add(now time.Time, key string, value V) bool {
	p.forget(now)
	if p.order.Len() >= p.quota {
		return false
	}
	p.byKey[key] = p.order.PushBack(entry[V]{key, value, now})
	return true
}

// find answers what was drawn under key, if it has not ended.
func (p *pending[V]) find(now time.Time, key string) (V, bool) {
	p.forget(now)
	if e, ok := p.byKey[key]; ok {
		return e.Value.(entry[V]).value, true
	}
	var none V
	return none, false
}

// drop forgets one.
func (p *pending[V]) drop(key string) {
	if e, ok := p.byKey[key]; ok {
		p.order.Remove(e)
		delete(p.byKey, key)
	}
}

// forget drops what has ended, from the front. When the clock went back,
// everything drawn "later" has ended too; so what is left is in order of time.
// It answers how many it looked at.
func (p *pending[V]) forget(now time.Time) (looked int) {
	for front := p.order.Front(); front != nil; front = p.order.Front() {
		looked++
		in := front.Value.(entry[V])
		if age := now.Sub(in.at); age >= 0 && age < nonceLife {
			break
		}
		p.drop(in.key)
	}
	return looked
}

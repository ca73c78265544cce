package desk

import (
	"sync"

	"cloison/act"
)

// copiesOfOne is how many copies of pieces may be made for, or be on their way to, one reader at once. There are eight places in all
// (inspect.Options): somebody who reads slowly, or whose account does, keeps the others waiting for none (TestOneReaderTakesNotEveryPlace).
const copiesOfOne = 3

// copies counts them, by person.
type copies struct {
	mu sync.Mutex
	of map[string]int
}

// begin takes a place for a reader, who gives it back by end.
func (c *copies) begin(who string) (end func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[string]int{}
	}
	if c.of[who] >= copiesOfOne {
		return nil, act.NewError(act.RateLimited, "Plusieurs pièces vous sont déjà envoyées. Attendez qu’elles soient affichées, puis recommencez.")
	}
	c.of[who]++
	return sync.OnceFunc(func() { c.end(who) }), nil
}

func (c *copies) end(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of[who]--; c.of[who] == 0 {
		delete(c.of, who)
	}
}

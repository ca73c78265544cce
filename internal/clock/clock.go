// Package clock is the only place where the machine's time is read: every act, session, budget and entry takes its time from
// a Clock, so that a decision can be replayed and a test can stand still. arch_test.go bans time.Now everywhere else.
package clock

import "time"

// Clock gives the time of acts. Now is in UTC and never carries a monotonic reading, so that two values compare as they are stored.
type Clock interface{ Now() time.Time }

// Machine is the machine's own clock.
type Machine struct{}

// Now reads the machine's clock.
func (Machine) Now() time.Time { return time.Now().UTC().Round(0) }

// Deadline is d from now in machine time. Network reads, TLS and back-offs keep the machine's clock even where the clock of acts
// stands still, otherwise a stopped test clock would never let a dead connection time out.
func Deadline(d time.Duration) time.Time { return time.Now().Add(d) }

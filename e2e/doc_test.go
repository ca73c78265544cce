// Package e2e_test holds the stories: what a person would see, told against the real programs of bin/, in real processes, over the network.
//
// TestMain makes one folder with everything that never changes (PostgreSQL, roles, schemas, keys, people), once; an environment is a copy of
// it, started by `bin/cloison dev` on six ports of its own. Stories that keep to their own dossier share one environment, whose clock stands
// still (shared); those that move the clock, kill a program or touch a database start their own (start).
package e2e_test

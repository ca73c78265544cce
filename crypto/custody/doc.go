// Package custody is keyholder: the only process in which a zone identity is
// ever in memory.
//
// It protects what is under medical secrecy from the programs that ask it. The
// web process in front of it is assumed to be the attacker: so nothing it says
// is believed without a proof it can't make. A reader is admitted on an ID
// token whose nonce was drawn here, and on a roster line that k custodians
// signed; reads are counted against budgets; an opinion is signed only with one
// fresh approval per author, by exactly those whom the roster lists under the
// lines that the opinion names. Each call stands in the chain file before its
// answer leaves; four kinds do not: Status and what else tells what the file says
// already, the nonce of a session (what it led to stands in OpenSession's line),
// the mark of a record of the statistics (a line would tie it to its referral),
// and what one limit refuses again within a minute, which is counted. It starts sealed: k custodians' shares are needed before it
// can do anything at all.
//
// It trusts the kernel, the issuers' key files (brought by a unit of their
// own), and k custodians together. Against root on its host, while open, it
// protects nothing. A Go process can't wipe its memory: sealing replaces the
// process.
//
// Locking: one mutex around every decision and its line in the chain; the wait
// for the disk happens outside, so that calls share an fsync.
package custody

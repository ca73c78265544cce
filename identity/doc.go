// Package identity proves who asks, in both zones: sign-in by OpenID Connect, sessions, fresh authentication for one act
// (step-up), and the directory of people.
//
// It protects the acts from whoever is not who he says: a stolen or replayed callback, a token of another issuer,
// audience or moment, a fixed session, a session that outlives its person. It trusts the pinned issuers for what they
// sign, and the directory for the role; a role is never read from a token. In the medical zone it is not the last word:
// keyholder checks the same token against its own roster before any key is given.
//
// Anybody may begin a sign-in: its pace is bounded before anything is drawn or written, per address and in all, and what is begun tells
// nothing of who is in the directory. The address is the connection's, so a portal behind a proxy has one for everybody.
//
// The database holds neither a session's token nor keyholder's handle: both stand in the person's cookie only.
package identity

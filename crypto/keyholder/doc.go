// Package keyholder is what the medical program knows of keyholder: the frames
// of use.sock and their client. It links nothing of the service.
//
// It protects nothing by itself: every proof is checked on the other side of
// the socket, because the program on this side may be the one taken over. What
// it sees are handles, file keys of the pieces being read, and seals; never an
// identity. It trusts the socket's path, whose directory only keyholder's
// account can write to.
package keyholder

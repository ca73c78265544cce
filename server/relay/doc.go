// Package relay is the listener that the medical zone dials: it hands over referral events and acknowledgements, and
// takes releases. It is the administrative side of the door.
//
// It protects the administrative zone from anything but a lawful release of the pinned medical zone: TLS 1.3 with a
// certificate of the relay's authority in the peer's own name, checked at the handshake and again per call; strict
// canonical decoding; the seal under the pinned key; the composition decision equal to its own copy; the referral, its
// version and its prefecture; numbers in order, once. It protects the medical zone by never dialling it.
//
// It trusts the medical zone's numbers and the database. Everything is done as the system subject `relay`, through act.
package relay

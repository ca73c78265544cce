// Package machine lets a prefecture's own system in. Who it is, is its certificate's to prove; for which prefecture it speaks, and until when, is the
// owner's list (server.machines), read anew at each call: whoever is revoked has no next call.
//
// It protects a prefecture's files from every other's system. It trusts the listener (web.ListenMutual) to have verified the chain, and looks at
// what it verified; a system that is let in acts as an agent of its prefecture does, under the same rules.
package machine

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

// Clients tells who calls. Safe for concurrent use.
type Clients struct {
	Pool     *pgxpool.Pool
	Gate     *act.Gate
	Clock    clock.Clock    // of acts: the dates of the list
	Machine  clock.Clock    // of certificates
	Location *time.Location // where a day of the list begins
}

// Rules of a client that is not let in. They stand in its entry and in its answer.
const (
	ruleRevoked = "MACHINE_REVOKED"
	ruleDates   = "MACHINE_NOT_IN_FORCE"
)

// Authenticate answers the subject that the certificate of this connection stands for.
func (c Clients) Authenticate(call *fiber.Ctx) (act.Subject, error) {
	leaf, err := c.presented(call.Context().TLSConnectionState())
	if err != nil {
		return act.Subject{}, unknown(err)
	}
	ctx := call.UserContext()
	found, err := store.GetMachine(ctx, c.Pool, leaf.DNSNames[0], release.DateOf(c.Clock.Now().In(c.Location)))
	if errors.Is(err, store.ErrNotFound) {
		return act.Subject{}, unknown(err)
	}
	if err != nil {
		return act.Subject{}, act.Wrap(act.Unavailable, "", err)
	}
	who := act.Subject{
		ID: "machine/" + found.Name, Reference: found.Reference, Session: mark(leaf), Login: found.Name, Name: found.Name,
		Role: "PREFECTURE", Prefecture: found.Prefecture,
	}
	switch {
	case found.Revoked:
		return act.Subject{}, c.refuse(ctx, call, who, ruleRevoked, "Ce système a été révoqué. Demandez à l’exploitation de Cloison un nouveau nom et un nouveau certificat.")
	case !found.InForce:
		return act.Subject{}, c.refuse(ctx, call, who, ruleDates, "L’accès de ce système n’est pas en vigueur à cette date. Demandez à l’exploitation de Cloison de le prolonger.")
	}
	return who, nil
}

// presented is the certificate of the connection. It was in force at the handshake; a connection that outlives it ends with it
// (TestACertificateThatExpiredEndsItsConnection).
func (c Clients) presented(state *tls.ConnectionState) (*x509.Certificate, error) {
	switch {
	case state == nil || state.Version < tls.VersionTLS13 || len(state.VerifiedChains) == 0 || len(state.PeerCertificates) == 0:
		return nil, errors.New("no verified certificate on this connection")
	case len(state.PeerCertificates[0].DNSNames) != 1:
		return nil, errors.New("the certificate has not one DNS name")
	case c.Machine.Now().After(state.PeerCertificates[0].NotAfter):
		return nil, errors.New("the certificate has expired")
	}
	return state.PeerCertificates[0], nil
}

func unknown(cause error) error {
	return act.Wrap(act.Unauthenticated, "Ce certificat n’est celui d’aucun système connu, ou il a expiré. Présentez celui que l’exploitation de Cloison a enregistré.", cause)
}

// refuse leaves an entry: a revoked key that still knocks is to be seen.
func (c Clients) refuse(ctx context.Context, call *fiber.Ctx, who act.Subject, rule, sentence string) error {
	knock := act.Act{Action: "session.open", RequestID: web.RequestID(call)}
	if err := c.Gate.Refuse(ctx, who, knock, rule); err != nil {
		return err
	}
	refused := act.NewError(act.Forbidden, sentence)
	refused.Rule = rule
	return refused
}

// mark says in entries which certificate it was, in the form of any opaque reference.
func mark(leaf *x509.Certificate) string {
	sum := sha256.Sum256(leaf.Raw)
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

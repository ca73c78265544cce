package keyholder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/frame"
	"cloison/internal/clock"
)

const (
	maxIdle     = 8
	callTimeout = 30 * time.Second
)

// Client speaks to use.sock. It may be used from several goroutines; it keeps a
// few connections and dials again when keyholder was restarted. Every method
// answers the errors of this package, ErrUnavailable where there is no answer.
type Client struct {
	socket string
	idle   chan net.Conn
}

// Dial returns a client for the socket; the first call connects.
func Dial(socket string) *Client {
	return &Client{socket: socket, idle: make(chan net.Conn, maxIdle)}
}

// Close drops the idle connections.
func (c *Client) Close() error {
	for {
		select {
		case conn := <-c.idle:
			conn.Close()
		default:
			return nil
		}
	}
}

// Status is answered even when sealed.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return call[Status](ctx, c, OpStatus, None{})
}

// Nonce draws a nonce for one act, good for ten minutes and one token. Act
// "session" has no dossier and no digest.
func (c *Client) Nonce(ctx context.Context, act, dossier string, digest []byte) (string, error) {
	r, err := call[NonceReply](ctx, c, OpNonce, NonceArgs{Act: act, Dossier: dossier, Digest: digest})
	return r.Nonce, err
}

// Approve gives the token that came back for the nonce, and returns the
// approval that keyholder keeps.
func (c *Client) Approve(ctx context.Context, nonce, idToken string) (Approval, error) {
	r, err := call[ApprovalRecord](ctx, c, OpApprove, ApproveArgs{Nonce: nonce, IDToken: idToken})
	if err != nil {
		return Approval{}, err
	}
	return r.Approval(), nil
}

// OpenSession admits a reader on two proofs, a fresh token and a roster line,
// and returns a handle and the line's class. The handle is a secret: it stands
// in the person's cookie and nowhere else.
func (c *Client) OpenSession(ctx context.Context, idToken string) (handle, class string, err error) {
	r, err := call[OpenSessionReply](ctx, c, OpOpenSession, OpenSessionArgs{IDToken: idToken})
	return r.Handle, r.Class, err
}

// CloseSession ends a handle; one that is dead already is no error.
func (c *Client) CloseSession(ctx context.Context, handle string) error {
	_, err := call[None](ctx, c, OpCloseSession, CloseSessionArgs{Handle: handle})
	return err
}

// EndHandles ends every handle of a person, whose duty ended, and counts them. It takes away, and gives nothing.
func (c *Client) EndHandles(ctx context.Context, issuer, subject string) (int, error) {
	r, err := call[EndHandlesReply](ctx, c, OpEndHandles, EndHandlesArgs{Issuer: issuer, Subject: subject})
	return r.Ended, err
}

// CreateDossier makes the two identities of a new dossier.
func (c *Client) CreateDossier(ctx context.Context, id string) (Keys, error) {
	return call[Keys](ctx, c, OpCreateDossier, CreateDossierArgs{ID: id})
}

// Open returns the file keys of the asked headers, per item and per header: all
// of them or none.
func (c *Client) Open(ctx context.Context, req OpenRequest) (OpenReply, error) {
	return call[OpenReply](ctx, c, OpOpen, req)
}

// Index returns the search tag of a value, at a bounded rate.
func (c *Client) Index(ctx context.Context, class, value string) ([]byte, error) {
	r, err := call[IndexReply](ctx, c, OpIndex, IndexArgs{Class: class, Value: value})
	return r.Tag, err
}

// SearchTags are the tag that Index gives and those that the keys before gave, asked for by a person who looks for a dossier: at a rate of its own.
func (c *Client) SearchTags(ctx context.Context, class, value string) ([][]byte, error) {
	r, err := call[IndexReply](ctx, c, OpIndex, IndexArgs{Class: class, Value: value, Search: true})
	return append([][]byte{r.Tag}, r.Former...), err
}

// Rewrap wraps dossier identities anew, to the current epoch.
func (c *Client) Rewrap(ctx context.Context, items []RewrapItem) ([]Compartment, error) {
	r, err := call[RewrapReply](ctx, c, OpRewrap, RewrapArgs{Items: items})
	return r.Items, err
}

// Check unwraps dossier identities and answers the recipient of each: that a row opens, and what it opens, without opening a dossier.
func (c *Client) Check(ctx context.Context, items []RewrapItem) ([]string, error) {
	r, err := call[CheckReply](ctx, c, OpCheck, RewrapArgs{Items: items})
	return r.Recipients, err
}

// SignOpinion returns the seal of an opinion that each of its authors freshly
// approved. Asked again for the same body it answers again.
func (c *Client) SignOpinion(ctx context.Context, req SignOpinionRequest) (Seal, error) {
	return call[Seal](ctx, c, OpSignOpinion, req)
}

// SignCheckpoint signs an audit checkpoint as a note: never a smaller tree,
// never a second root of one size.
func (c *Client) SignCheckpoint(ctx context.Context, checkpoint []byte) ([]byte, error) {
	r, err := call[SignCheckpointReply](ctx, c, OpSignCheckpoint, SignCheckpointArgs{Checkpoint: checkpoint})
	return r.Note, err
}

// MaxShredded is how many dossiers one call of Shredded may name.
const MaxShredded = 256

// Shredded says which of these dossiers the custodians have destroyed: keyholder opens them from no database whatever.
func (c *Client) Shredded(ctx context.Context, dossiers []string) ([]string, error) {
	r, err := call[ShreddedReply](ctx, c, OpShredded, ShreddedArgs{Dossiers: dossiers})
	return r.Dossiers, err
}

func call[Reply any](ctx context.Context, c *Client, op string, args any) (Reply, error) {
	var reply Reply
	resp, err := c.roundTrip(ctx, asked{Op: op, Args: args})
	if err != nil {
		return reply, fmt.Errorf("calling keyholder %s: %w: %w", op, ErrUnavailable, err)
	}
	if err := resp.Failure.Err(); err != nil {
		return reply, err
	}
	if err := canonical.Unmarshal(resp.Reply, &reply); err != nil {
		return reply, fmt.Errorf("reading keyholder's answer to %s: %w: %w", op, ErrUnavailable, err)
	}
	return reply, nil
}

// asked is a Request whose arguments are encoded with it: once, since those of a large document are a megabyte.
type asked struct {
	Op   string `json:"op"`
	Args any    `json:"args"`
}

// roundTrip sends the request once more on a fresh connection when an idle one
// turns out to be closed: keyholder restarted, and never saw the request.
func (c *Client) roundTrip(ctx context.Context, req asked) (Response, error) {
	select {
	case conn := <-c.idle:
		resp, err := c.exchange(ctx, conn, req)
		if err == nil || !closedByPeer(err) {
			return resp, err
		}
	default:
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", c.socket)
	if err != nil {
		return Response{}, err
	}
	return c.exchange(ctx, conn, req)
}

func (c *Client) exchange(ctx context.Context, conn net.Conn, req asked) (resp Response, err error) {
	deadline := clock.Deadline(callTimeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	// A connection with half an answer on it must never serve another call.
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(clock.Deadline(0)) })
	defer func() {
		if stop() && err == nil {
			c.keep(conn)
			return
		}
		conn.Close()
	}()
	if err = conn.SetDeadline(deadline); err != nil {
		return resp, err
	}
	if err = frame.Write(conn, req); err != nil {
		return resp, err
	}
	err = frame.Read(conn, &resp)
	return resp, err
}

func (c *Client) keep(conn net.Conn) {
	select {
	case c.idle <- conn:
	default:
		conn.Close()
	}
}

func closedByPeer(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

package web

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync/atomic"

	"cloison/internal/clock"
)

// Listen opens the address of a portal: TLS 1.3 with a certificate, plain HTTP without, which is for loopback only.
// (fiber's own helpers would allow TLS 1.2.)
func Listen(address string, certificate *tls.Certificate) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on a portal's address: %w", err)
	}
	if certificate == nil && !loopback(listener.Addr()) {
		listener.Close()
		return nil, fmt.Errorf("listening without TLS on %s, which is not loopback", listener.Addr())
	}
	listener = lingerListener{listener}
	if certificate == nil {
		return listener, nil
	}
	return tls.NewListener(listener, &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"http/1.1"},
	}), nil
}

func loopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// lingerListener makes connections that can be closed without losing the last answer: closing with unread bytes makes
// the kernel reset the connection, and a client refused in the middle of an upload would never see why.
type lingerListener struct{ net.Listener }

func (l lingerListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lingerConn{Conn: conn}, nil
}

type lingerConn struct {
	net.Conn
	lingers atomic.Bool
}

const (
	lingerPause = 500 * 1e6 // nanoseconds
	lingerBytes = 32 << 20
)

func (c *lingerConn) Close() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && c.lingers.Load() {
		if half.CloseWrite() == nil && c.Conn.SetReadDeadline(clock.Deadline(lingerPause)) == nil {
			// What is read here is dropped, so an error only means that there is nothing left to wait for.
			_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
		}
	}
	return c.Conn.Close()
}

// linger marks a connection whose client may still be sending.
func linger(conn net.Conn) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	if lingering, ok := conn.(*lingerConn); ok {
		lingering.lingers.Store(true)
	}
}

package custody

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"cloison/crypto/frame"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
)

// ErrSeal is what Serve returns when Seal was ordered: the caller replaces the
// process, so that the kernel drops its memory.
var ErrSeal = errors.New("keyholder was ordered to seal")

const (
	maxConns = 256
	// A peer that has begun a message must finish it.
	messageTimeout = 30 * time.Second
)

// Listen makes a unix socket at path in place of one left by an earlier start.
// Who may connect is checked by the peer's uid; the mode only keeps the door
// narrow.
func Listen(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("removing old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		l.Close()
		return nil, fmt.Errorf("narrowing socket: %w", err)
	}
	return l, nil
}

// Serve answers on both sockets until ctx ends (nil), Seal is ordered
// (ErrSeal), or the chain file fails (its error). Calls under way are answered
// first.
func (s *Service) Serve(ctx context.Context, use, custody net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var conns sync.WaitGroup
	accept := func(l net.Listener, uids []uint32, table map[string]operation) {
		defer conns.Done()
		s.accept(ctx, l, uids, table, &conns)
	}
	conns.Add(2)
	go accept(use, s.opts.UseUIDs, useOperations())
	go accept(custody, s.opts.CustodyUIDs, custodyOperations())
	var err error
	select {
	case <-ctx.Done():
	case <-s.sealing:
		err = ErrSeal
	case err = <-s.failed:
	}
	stop()
	use.Close()
	custody.Close()
	conns.Wait()
	return err
}

func (s *Service) accept(ctx context.Context, l net.Listener, uids []uint32, table map[string]operation, conns *sync.WaitGroup) {
	slots := make(chan struct{}, maxConns)
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) || ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return
		}
		if err != nil {
			s.opts.Log.Error("accepting a connection", "error", err)
			clockPause()
			continue
		}
		select {
		case slots <- struct{}{}:
		default:
			conn.Close()
			continue
		}
		conns.Add(1)
		go func() {
			defer conns.Done()
			defer func() { <-slots }()
			defer conn.Close()
			s.serve(ctx, conn, uids, table)
		}()
	}
}

// clockPause keeps a listener that can't accept (no file descriptors left) from
// spinning.
func clockPause() { time.Sleep(50 * time.Millisecond) }

func (s *Service) serve(ctx context.Context, conn net.Conn, uids []uint32, table map[string]operation) {
	peer, err := peerUID(conn)
	if err != nil || !slices.Contains(uids, peer) {
		s.opts.Log.Warn("ALARM a connection of another account was refused", "uid", peer, "error", err)
		return
	}
	// Between messages a connection may wait as long as it likes; when the
	// service ends, the wait ends.
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(clock.Deadline(0)) })
	defer stop()
	for {
		// In this order: an end of the service after the check sets the
		// deadline again.
		if conn.SetReadDeadline(time.Time{}) != nil || ctx.Err() != nil {
			return
		}
		var req keyholder.Request
		if err := frame.Read(&patient{conn: conn}, &req); err != nil {
			return
		}
		resp := s.call(table, peer, req)
		if conn.SetWriteDeadline(clock.Deadline(messageTimeout)) != nil {
			return
		}
		if err := frame.Write(conn, resp); err != nil {
			return
		}
	}
}

// patient waits for the first byte of a message without limit, and for the rest
// of it no longer than messageTimeout.
type patient struct {
	conn  net.Conn
	begun bool
}

func (p *patient) Read(b []byte) (int, error) {
	n, err := p.conn.Read(b)
	if n > 0 && !p.begun {
		p.begun = true
		if derr := p.conn.SetReadDeadline(clock.Deadline(messageTimeout)); derr != nil {
			return n, derr
		}
	}
	return n, err
}

// peerUID asks the kernel who is on the other side.
func peerUID(conn net.Conn) (uint32, error) {
	unixConn, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, errors.New("not a unix socket")
	}
	raw, err := unixConn.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("reading peer: %w", err)
	}
	var cred *unix.Ucred
	var credErr error
	err = raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err = errors.Join(err, credErr); err != nil {
		return 0, fmt.Errorf("reading peer: %w", err)
	}
	return cred.Uid, nil
}

package keyholder_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/frame"
	"cloison/crypto/keyholder"
)

// serve answers each request with answer, until the listener is closed.
func serve(t *testing.T, answer func(keyholder.Request) (keyholder.Response, bool)) (socket string, stop func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "kc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	return socket, listen(t, socket, answer)
}

func listen(t *testing.T, socket string, answer func(keyholder.Request) (keyholder.Response, bool)) (stop func()) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			context.AfterFunc(ctx, func() { conn.Close() })
			go func() {
				defer conn.Close()
				var req keyholder.Request
				for frame.Read(conn, &req) == nil {
					resp, ok := answer(req)
					if !ok || frame.Write(conn, resp) != nil {
						return
					}
					req = keyholder.Request{}
				}
			}()
		}
	}()
	stop = func() { cancel(); l.Close() }
	t.Cleanup(stop)
	return stop
}

func open(keyholder.Request) (keyholder.Response, bool) {
	b, err := canonical.Marshal(keyholder.Status{Environment: "test"})
	return keyholder.Response{Reply: b}, err == nil
}

func TestClientDialsAgain(t *testing.T) {
	t.Parallel()
	socket, stop := serve(t, open)
	c := keyholder.Dial(socket)
	defer c.Close()
	if _, err := c.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := c.Status(t.Context()); !errors.Is(err, keyholder.ErrUnavailable) {
		t.Errorf("nobody listens: %v", err)
	}
	listen(t, socket, open)
	if _, err := c.Status(t.Context()); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

// A restart between two calls is not seen by the caller.
func TestClientOutlivesARestart(t *testing.T) {
	t.Parallel()
	socket, stop := serve(t, open)
	c := keyholder.Dial(socket)
	defer c.Close()
	if _, err := c.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	listen(t, socket, open)
	if _, err := c.Status(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestClientObeysItsContext(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	defer close(hold)
	socket, _ := serve(t, func(keyholder.Request) (keyholder.Response, bool) { <-hold; return keyholder.Response{}, false })
	c := keyholder.Dial(socket)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Status(ctx); !errors.Is(err, keyholder.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsCross(t *testing.T) {
	t.Parallel()
	for _, sent := range []error{
		keyholder.ErrSealed, keyholder.ErrUnauthenticated, keyholder.ErrOverBudget, keyholder.ErrRateLimited,
		keyholder.ErrUnavailable, keyholder.ErrRefused{Rule: keyholder.RuleShredded},
	} {
		socket, _ := serve(t, func(keyholder.Request) (keyholder.Response, bool) {
			return keyholder.Response{Failure: keyholder.Fail(sent)}, true
		})
		c := keyholder.Dial(socket)
		_, err := c.Index(t.Context(), keyholder.IndexAGDREF, "1")
		c.Close()
		if !errors.Is(err, sent) {
			t.Errorf("sent %v, got %v", sent, err)
		}
	}
	if f := keyholder.Fail(errors.New("a name, a path")); f.Code != "unavailable" || f.Rule != "" {
		t.Errorf("an unknown error crossed as %+v", f)
	}
	if errors.Is(keyholder.ErrRefused{Rule: "A"}, keyholder.ErrRefused{Rule: "B"}) || !errors.Is(keyholder.ErrRefused{Rule: "A"}, keyholder.ErrRefused{}) {
		t.Error("ErrRefused compares wrongly")
	}
}

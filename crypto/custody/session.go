package custody

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

const (
	idleLife    = 30 * time.Minute
	sessionLife = 10 * time.Hour
)

// session is a handle that is alive. Only the handle's hash is kept: a memory
// image of keyholder gives no handle.
type session struct {
	line         wire.Line
	opened, used time.Time
}

type sessionData struct {
	Person string `json:"person"`
	Class  string `json:"class"`
}

// openSession admits a reader on two proofs that the asker can't make: a token
// with a nonce drawn here, and a line of the roster (TestTwoProofs).
func (s *Service) openSession(now time.Time, a keyholder.OpenSessionArgs) (result, error) {
	c, _, err := s.prove(now, a.IDToken, keyholder.ActSession)
	if err != nil {
		return result{}, err
	}
	line, err := s.admit(now, c)
	if err != nil {
		return result{}, err
	}
	s.forgetHandles(now)
	handle := base64.RawURLEncoding.EncodeToString(random(32))
	s.handles[sha256.Sum256([]byte(handle))] = &session{line: line, opened: now, used: now}
	return result{
		reply: keyholder.OpenSessionReply{Handle: handle, Class: line.Class},
		data:  sessionData{Person: line.Person(), Class: line.Class},
	}, nil
}

// closeSession ends a handle. One that is dead already is no error: signing out
// twice is what a person does who is not sure.
func (s *Service) closeSession(_ time.Time, a keyholder.CloseSessionArgs) (result, error) {
	key := sha256.Sum256([]byte(a.Handle))
	data := sessionData{}
	if h, ok := s.handles[key]; ok {
		data = sessionData{Person: h.line.Person(), Class: h.line.Class}
		delete(s.handles, key)
	}
	return result{reply: keyholder.None{}, data: data}, nil
}

// reader finds a live handle and marks it used.
func (s *Service) reader(now time.Time, handle string) (*session, error) {
	key := sha256.Sum256([]byte(handle))
	h, ok := s.handles[key]
	if !ok {
		return nil, fmt.Errorf("no such handle: %w", keyholder.ErrUnauthenticated)
	}
	if !h.alive(now) || !h.line.On(s.today(now)) {
		delete(s.handles, key)
		return nil, fmt.Errorf("handle is too old: %w", keyholder.ErrUnauthenticated)
	}
	h.used = now
	return h, nil
}

// alive compares both ways: a clock that jumped back ends sessions too.
func (h *session) alive(now time.Time) bool {
	idle, total := now.Sub(h.used), now.Sub(h.opened)
	return idle >= 0 && idle < idleLife && total >= 0 && total < sessionLife
}

func (s *Service) forgetHandles(now time.Time) {
	for key, h := range s.handles {
		if !h.alive(now) {
			delete(s.handles, key)
		}
	}
}

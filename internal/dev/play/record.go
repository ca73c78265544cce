package play

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Asked is one request that was answered, as the player saw it: what the log is held against, from a side that knows nothing of it.
type Asked struct {
	Zone      string `json:"zone"`
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Status    int    `json:"status"`
	Code      string `json:"code"`  // of a problem
	Reads     bool   `json:"reads"` // a sealed part was asked for
	RequestID string `json:"request_id"`
}

// recorder keeps what was asked in a file, a line each; without a file, nothing.
type recorder struct {
	mu   sync.Mutex
	file *os.File
}

func newRecorder(path string) (*recorder, error) {
	if path == "" {
		return &recorder{}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("recording what is asked: %w", err)
	}
	return &recorder{file: file}, nil
}

// keep notes an answered call: never a body, and of a query only whether it opens something. A zone that only a test made has no recorder.
func (r *recorder) keep(z *zone, c call, a answer) error {
	if r == nil || r.file == nil {
		return nil
	}
	line, err := json.Marshal(Asked{
		Zone: string(z.name), Operation: c.op, Method: z.ops[c.op].method, Status: a.Status, Code: a.Code,
		Reads: c.query.Has("open") || c.query.Has("purpose"), RequestID: a.RequestID,
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err = r.file.Write(append(line, '\n'))
	return err
}

// Package decisions keeps what a program decided, for `cloison policy replay`: one JSON line each, without the persons
// (docs/decisions/0034-decisions-are-kept-without-persons.md).
package decisions

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"cloison/policy"
)

// File takes recorded decisions. A nil one takes none.
type File struct {
	log  *slog.Logger
	mu   sync.Mutex
	file *os.File
}

// Open appends to the file at path; no path keeps nothing.
func Open(path string, log *slog.Logger) (*File, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the file of decisions: %w", err)
	}
	return &File{log: log, file: file}, nil
}

// Keep writes one line. A disk that is full stops no act, whose entry stands in the log.
func (f *File) Keep(d policy.Recorded) {
	line, err := json.Marshal(d)
	if err == nil {
		f.mu.Lock()
		_, err = f.file.Write(append(line, '\n'))
		f.mu.Unlock()
	}
	if err != nil {
		f.log.Warn("a decision was not kept", "entry", d.Entry, "error", err)
	}
}

// Recorder is what a gate calls; nil without a file.
func (f *File) Recorder() func(policy.Recorded) {
	if f == nil {
		return nil
	}
	return f.Keep
}

// Close closes the file.
func (f *File) Close() error {
	if f == nil {
		return nil
	}
	return f.file.Close()
}

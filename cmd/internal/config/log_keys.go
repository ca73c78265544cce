package config

import (
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/checkpoint"
)

// LogKeys reads the file of the keys of a log: the present one, those before it with their bounds, and the one that comes next.
func LogKeys(path string) ([]checkpoint.LogKey, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the keys of a log: %w", err)
	}
	keys, err := checkpoint.ParseLog(file)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return keys, nil
}

// Log reads the same file, of the log named origin.
func Log(origin, path string) (note.Verifier, error) {
	keys, err := LogKeys(path)
	if err != nil {
		return nil, err
	}
	log, err := checkpoint.NewSuccession(origin, keys...)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return log, nil
}

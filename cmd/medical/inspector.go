package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"cloison/medical/inspect"
)

// newInspector starts the program that looks at pieces, to see it work. Outside development it is confined whole,
// or there is no start.
func newInspector(ctx context.Context, c configuration, log *slog.Logger) (*inspect.Inspector, error) {
	program := c.Inspector
	if program == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("finding the inspector beside this program: %w", err)
		}
		program = filepath.Join(filepath.Dir(self), "inspector")
	}
	return inspect.New(ctx, inspect.Options{Program: program, Strict: !c.Relaxed(), Log: log})
}

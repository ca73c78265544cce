package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/cmd/internal/config"
	"cloison/crypto/checkpoint"
	"cloison/crypto/stamp"
)

// checkStamp checks the time-stamp of a log, and gives the head that it dates: the log has to hold it like any head known from elsewhere.
func checkStamp(ctx context.Context, fetch audit.Fetch, authority string, log note.Verifier, stdout io.Writer) (checkpoint.Checkpoint, error) {
	roots, err := config.Authority(authority)
	if err != nil {
		return checkpoint.Checkpoint{}, unchecked(err)
	}
	token, err := fetch(ctx, audit.StampPath)
	if errors.Is(err, fs.ErrNotExist) {
		return checkpoint.Checkpoint{}, unchecked(errors.New("ce journal n'a pas d'horodatage : demandez-en un export plus récent"))
	}
	if err != nil {
		return checkpoint.Checkpoint{}, unchecked(err)
	}
	head, err := fetch(ctx, audit.StampedPath)
	if err != nil {
		return checkpoint.Checkpoint{}, unchecked(err)
	}
	at, err := stamp.Check(token, head, roots)
	if err != nil {
		return checkpoint.Checkpoint{}, exitCode{err, codeBroken}
	}
	signed, err := checkpoint.Open(head, log)
	if err != nil {
		return checkpoint.Checkpoint{}, exitCode{fmt.Errorf("reading the head that is time-stamped: %w", err), codeBroken}
	}
	fmt.Fprintf(stdout, "daté     %d entrées étaient là le %s\n", signed.Size, at.Format(time.RFC3339))
	return signed.Checkpoint, nil
}

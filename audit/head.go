package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
	"cloison/internal/db"
)

// Head is a signed checkpoint of this zone's log, as it is kept.
type Head struct {
	Size int64
	Root tlog.Hash
	At   time.Time
	Note []byte
}

// Errors of heads.
var (
	// ErrNoHead: nothing was signed yet.
	ErrNoHead = errors.New("no checkpoint yet")
	// ErrRewritten: the log is not a continuation of what was signed before. Nothing more is signed until a person has looked.
	ErrRewritten = errors.New("the log does not continue what was signed before")
)

const (
	latestHead = `
select c.size, c.root, c.at, c.note from audit.checkpoints c order by c.size desc limit 1`

	headOf = `
select c.size, c.root, c.at, c.note from audit.checkpoints c where c.size = $1`

	insertHead = `
insert into audit.checkpoints (size, root, at, note) values ($1, $2, $3, $4)`
)

// LatestHead reads the last signed checkpoint, or ErrNoHead.
func LatestHead(ctx context.Context, q Querier) (Head, error) {
	return scanHead(q.QueryRow(ctx, latestHead))
}

// HeadOf reads the checkpoint of one size, or ErrNoHead.
func HeadOf(ctx context.Context, q Querier, size int64) (Head, error) {
	return scanHead(q.QueryRow(ctx, headOf, size))
}

func scanHead(row pgx.Row) (Head, error) {
	var h Head
	var root []byte
	err := row.Scan(&h.Size, &root, &h.At, &h.Note)
	if errors.Is(err, pgx.ErrNoRows) {
		return Head{}, ErrNoHead
	}
	if err != nil {
		return Head{}, fmt.Errorf("reading a checkpoint: %w", err)
	}
	h.Root = tlog.Hash(root)
	return h, nil
}

// Signer signs the checkpoints of one log: keyholder in the medical zone, a key of the program itself in the administrative one.
type Signer interface {
	SignCheckpoint(ctx context.Context, text []byte) (signed []byte, err error)
}

// SignHead has the log as it stands signed, unless it is, and keeps what was signed. It refuses to ask for a signature over a log that is not a
// continuation of the last one signed (TestARewrittenLogIsNotSigned). Killed between signing and keeping, the next call has the same signed again.
func SignHead(ctx context.Context, pool *pgxpool.Pool, signer Signer, log note.Verifier, now time.Time) (Head, error) {
	size, err := Size(ctx, pool)
	if err != nil {
		return Head{}, err
	}
	last, err := LatestHead(ctx, pool)
	switch {
	case errors.Is(err, ErrNoHead) && size == 0:
		return Head{}, ErrNoHead
	case err != nil && !errors.Is(err, ErrNoHead):
		return Head{}, err
	case err == nil && last.Size == size:
		return last, nil
	}
	c := checkpoint.Checkpoint{Origin: log.Name(), Size: size}
	if c.Root, err = continuation(ctx, pool, last, size); err != nil {
		return Head{}, err
	}
	signed, err := signer.SignCheckpoint(ctx, []byte(c.Text()))
	if err != nil {
		return Head{}, fmt.Errorf("having a checkpoint of %d entries signed: %w", size, err)
	}
	opened, err := checkpoint.Open(signed, log)
	if err != nil || opened.Checkpoint != c {
		return Head{}, fmt.Errorf("checking a checkpoint of %d entries: %w", size, errors.Join(checkpoint.ErrSignature, err))
	}
	h := Head{Size: c.Size, Root: c.Root, At: now, Note: signed}
	return h, keepHead(ctx, pool, h)
}

// continuation is the root of the log at size, once it is proven that the log at last is its beginning.
func continuation(ctx context.Context, q Querier, last Head, size int64) (tlog.Hash, error) {
	if size < last.Size {
		return tlog.Hash{}, fmt.Errorf("%d entries, %d were signed: %w", size, last.Size, ErrRewritten)
	}
	root, err := Root(ctx, q, size)
	if err != nil || last.Size == 0 {
		return root, err
	}
	proof, err := ProveConsistency(ctx, q, size, last.Size)
	if err != nil {
		return tlog.Hash{}, err
	}
	if err := tlog.CheckTree(proof, size, root, last.Size, last.Root); err != nil {
		return tlog.Hash{}, fmt.Errorf("%d entries after %d: %w", size, last.Size, ErrRewritten)
	}
	return root, nil
}

// keepHead: another replica may have kept the same; another root of that size is refused by the table.
func keepHead(ctx context.Context, pool *pgxpool.Pool, h Head) error {
	_, err := pool.Exec(ctx, insertHead, h.Size, h.Root[:], h.At, string(h.Note))
	if name, ok := db.Constraint(err); ok && name == "checkpoints_key" {
		kept, err := HeadOf(ctx, pool, h.Size)
		if err == nil && kept.Root != h.Root {
			err = ErrRewritten
		}
		return err
	}
	if err != nil {
		return fmt.Errorf("keeping a checkpoint of %d entries: %w", h.Size, err)
	}
	return nil
}

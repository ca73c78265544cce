package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// ErrNotCountersigned: the witness has not yet countersigned a head that holds the entry. It does so within seconds of coming back.
var ErrNotCountersigned = errors.New("no head that holds the entry is countersigned yet")

const lastSeenBy = `
select c.line, h.size, h.root, h.at, h.note from audit.cosignatures c join audit.checkpoints h on h.size = c.size
where c.witness = $1 order by c.size desc limit 1`

// ProveTo makes the proof of one entry under the last head that a witness countersigned. The head bears two signatures, the log's and the witness's.
func ProveTo(ctx context.Context, q Querier, id, witness string) (Proof, error) {
	e, err := Get(ctx, q, id)
	if err != nil {
		return Proof{}, err
	}
	var head Head
	var line string
	var root []byte
	err = q.QueryRow(ctx, lastSeenBy, witness).Scan(&line, &head.Size, &root, &head.At, &head.Note)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (e.Position < 0 || e.Position >= head.Size) {
		return Proof{}, ErrNotCountersigned
	}
	if err != nil {
		return Proof{}, fmt.Errorf("looking for a countersigned head: %w", err)
	}
	path, err := ProveInclusion(ctx, q, head.Size, e.Position)
	return Proof{Entry: e.Canonical(), Position: e.Position, Path: path, Note: append([]byte(nil), string(head.Note)+line...)}, err
}

// Given is the proof that the medical zone's log holds the delivery of a release: given by that zone, received and checked by the other.
type Given struct {
	Release        int64
	Position, Size int64
	At             time.Time
	Proof          string
}

const (
	keepGiven = `
insert into audit.release_proofs (release, position, size, at, proof) values ($1, $2, $3, $4, $5) on conflict do nothing`

	getGiven = `
select g.release, g.position, g.size, g.at, g.proof from audit.release_proofs g where g.release = $1`
)

// KeepGiven keeps the first proof of a release: another one of it would say the same.
func KeepGiven(ctx context.Context, pool db.Beginner, g Given) error {
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, keepGiven, g.Release, g.Position, g.Size, g.At, g.Proof)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the proof of release %d: %w", g.Release, err)
	}
	return nil
}

// GetGiven reads the proof of a release, or answers ErrNotInLog while it has not come.
func GetGiven(ctx context.Context, q Querier, seq int64) (g Given, err error) {
	err = q.QueryRow(ctx, getGiven, seq).Scan(&g.Release, &g.Position, &g.Size, &g.At, &g.Proof)
	if errors.Is(err, pgx.ErrNoRows) {
		return Given{}, ErrNotInLog
	}
	if err != nil {
		return Given{}, fmt.Errorf("reading the proof of release %d: %w", seq, err)
	}
	return g, nil
}

const witnessedOf = `
select w.size, w.root, w.at, w.note from audit.witnessed w where w.origin = $1 and w.size = $2`

// WitnessedOf is the head of one size that this zone countersigned of another log, or ErrNoHead.
func WitnessedOf(ctx context.Context, q Querier, origin string, size int64) (Head, error) {
	return scanHead(q.QueryRow(ctx, witnessedOf, origin, size))
}

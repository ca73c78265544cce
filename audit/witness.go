package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
	"cloison/internal/db"
)

// Witnessing follows C2SP tlog-witness: a witness countersigns a head of another log once it is proven to continue the last one it countersigned. A zone
// is the witness of the other's log. It leaves no entry in its own: each would make a head that the other has to countersign, without end.
type Witnessing struct {
	Pool    db.Beginner
	Log     note.Verifier // of the log that is followed
	Witness *checkpoint.Witness
}

// Refusals of a witness, by what C2SP tlog-witness answers.
var (
	ErrAddMalformed = errors.New("malformed add-checkpoint request")      // 400
	ErrAddUnknown   = errors.New("checkpoint of a log that is not known") // 403
	ErrAddProof     = errors.New("the checkpoint is not proven to continue the last one")
	errAddStale     = errors.New("the old size is not that of the last checkpoint")
)

// StaleError: the proof begins elsewhere than where this witness stands. It says where.
type StaleError struct{ Size int64 }

func (e *StaleError) Error() string { return fmt.Sprintf("%s, %d", errAddStale, e.Size) }

// AddRequest is the body of add-checkpoint.
type AddRequest struct {
	Old   int64
	Proof tlog.TreeProof
	Note  []byte
}

// Format is the request as it is sent.
func (r AddRequest) Format() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Note)
	return []byte(b.String())
}

// maxProof is C2SP's.
const maxProof = 63

// ParseAdd reads what Format wrote.
func ParseAdd(body []byte) (AddRequest, error) {
	top, signed, ok := strings.Cut(string(body), "\n\n")
	lines := strings.Split(top, "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !ok || !isOld || err != nil || old < 0 || strconv.FormatInt(old, 10) != size || len(lines) > 1+maxProof {
		return AddRequest{}, ErrAddMalformed
	}
	r := AddRequest{Old: old, Note: []byte(signed)}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return AddRequest{}, ErrAddMalformed
		}
		r.Proof = append(r.Proof, h)
	}
	return r, nil
}

const (
	lockWitnessed = `
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))`

	lastWitnessed = `
select w.size, w.root, w.at, w.note from audit.witnessed w where w.origin = $1 order by w.size desc limit 1`

	keepWitnessed = `
insert into audit.witnessed (origin, size, root, at, note) values ($1, $2, $3, $4, $5)`
)

// LastWitnessed is the last head of another log that this zone countersigned, or ErrNoHead.
func LastWitnessed(ctx context.Context, q Querier, origin string) (Head, error) {
	return scanHead(q.QueryRow(ctx, lastWitnessed, origin))
}

// Add countersigns a head, or says why not. What it answers is on disk first; two requests at once can't both be the next.
func (w Witnessing) Add(ctx context.Context, body []byte, now time.Time) (line string, err error) {
	r, err := ParseAdd(body)
	if err != nil {
		return "", err
	}
	signed, err := checkpoint.Open(r.Note, w.Log)
	if err != nil {
		return "", ErrAddUnknown
	}
	if r.Old > signed.Size {
		return "", ErrAddMalformed
	}
	err = db.InTx(ctx, w.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockWitnessed, signed.Origin); err != nil {
			return err
		}
		last, err := LastWitnessed(ctx, tx, signed.Origin)
		if err != nil && !errors.Is(err, ErrNoHead) {
			return err
		}
		if err := follows(r, signed.Checkpoint, last); err != nil {
			return err
		}
		if line, err = w.Witness.Cosign(signed.Checkpoint, now); err != nil {
			return err
		}
		if signed.Size == last.Size {
			return nil // seen before: countersigned anew, kept once
		}
		_, err = tx.Exec(ctx, keepWitnessed, signed.Origin, signed.Size, signed.Root[:], now, string(r.Note))
		return err
	})
	return line, err
}

// follows: the request begins where the witness stands, and proves the rest.
func follows(r AddRequest, c checkpoint.Checkpoint, last Head) error {
	switch {
	case r.Old != last.Size:
		return &StaleError{last.Size}
	case c.Size == last.Size && last.Size > 0:
		if c.Root != last.Root {
			return &StaleError{last.Size} // a second root of one size: the proof of a fork
		}
		return nil
	case last.Size == 0:
		if len(r.Proof) > 0 {
			return ErrAddProof
		}
		return nil
	}
	if tlog.CheckTree(r.Proof, c.Size, c.Root, last.Size, last.Root) != nil {
		return ErrAddProof
	}
	return nil
}

// AddRequestFor makes the request that has the last head of this zone's log countersigned by a witness that stands at old.
func AddRequestFor(ctx context.Context, q Querier, old int64) (AddRequest, Head, error) {
	head, err := LatestHead(ctx, q)
	if err != nil {
		return AddRequest{}, Head{}, err
	}
	if old > head.Size {
		return AddRequest{}, Head{}, fmt.Errorf("a witness saw %d entries, the log has %d: %w", old, head.Size, ErrRewritten)
	}
	proof, err := ProveConsistency(ctx, q, head.Size, old)
	return AddRequest{Old: old, Proof: proof, Note: head.Note}, head, err
}

const (
	keepCosignature = `
insert into audit.cosignatures (size, witness, at, line) values ($1, $2, $3, $4) on conflict do nothing`

	lastCosignatures = `
select distinct on (c.witness) c.witness, c.size, c.at from audit.cosignatures c order by c.witness, c.size desc`
)

// ErrCosignature: not a witness's signature on a head of ours.
var ErrCosignature = errors.New("not a cosignature of a checkpoint of this log")

// KeepCosignature keeps the line that a witness signed of a head of ours.
func KeepCosignature(ctx context.Context, pool db.Beginner, h Head, line string, log, witness note.Verifier) error {
	return KeepCosigned(ctx, pool, []byte(string(h.Note)+line), log, witness)
}

// KeepCosigned keeps what a witness signed, once its signature and the head that it signed are found to be right.
func KeepCosigned(ctx context.Context, pool db.Beginner, cosigned []byte, log, witness note.Verifier) error {
	signed, err := checkpoint.Open(cosigned, log, witness)
	if err != nil || len(signed.Witnesses) != 1 {
		return errors.Join(ErrCosignature, err)
	}
	line := ""
	for _, s := range signed.Note.Sigs {
		if s.Name == witness.Name() && s.Hash == witness.KeyHash() {
			line = fmt.Sprintf("— %s %s\n", s.Name, s.Base64)
		}
	}
	return db.InTx(ctx, pool, func(tx pgx.Tx) error {
		ours, err := HeadOf(ctx, tx, signed.Size)
		if errors.Is(err, ErrNoHead) || err == nil && ours.Root != signed.Root {
			return ErrCosignature
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, keepCosignature, signed.Size, witness.Name(), signed.Witnesses[0].At, line)
		return err
	})
}

// Seen is the last head of ours that a witness countersigned.
type Seen struct {
	Witness string
	Size    int64
	At      time.Time
}

// LastCosignatures lists the witnesses of this zone's log.
func LastCosignatures(ctx context.Context, q Querier) ([]Seen, error) {
	rows, err := q.Query(ctx, lastCosignatures)
	if err != nil {
		return nil, fmt.Errorf("reading cosignatures: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Seen, err error) {
		return s, row.Scan(&s.Witness, &s.Size, &s.At)
	})
}

package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/crypto/checkpoint"
)

// Proof shows that a log holds an entry: what anybody can check without us, with the log's public key. Its file is C2SP tlog-proof, the entry itself in
// the line `extra`.
type Proof struct {
	Entry    []byte // canonical
	Position int64
	Path     tlog.RecordProof
	Note     []byte // the signed checkpoint, with its cosignatures
}

// Errors of proofs.
var (
	// ErrNotInLog: no such entry, or not yet: its position, then a checkpoint, come within a second.
	ErrNotInLog = errors.New("the log does not hold that entry")
	// ErrProof: a proof file that proves nothing.
	ErrProof = errors.New("the proof does not hold")
)

const proofHeader = "c2sp.org/tlog-proof@v1\n"

const entryByID = findEntries + `
where e.id = $1`

// Placed is an entry and its position in the log; -1 while it has none.
type Placed struct {
	Entry
	Position int64
}

// Get reads one entry, or ErrNotInLog.
func Get(ctx context.Context, q Querier, id string) (Placed, error) {
	if !uuid.MatchString(id) {
		return Placed{}, ErrNotInLog
	}
	rows, err := q.Query(ctx, entryByID, id)
	if err != nil {
		return Placed{}, fmt.Errorf("reading an entry: %w", err)
	}
	e, err := pgx.CollectExactlyOneRow(rows, scanEntry)
	if errors.Is(err, pgx.ErrNoRows) {
		return Placed{}, ErrNotInLog
	}
	if err != nil {
		return Placed{}, fmt.Errorf("reading an entry: %w", err)
	}
	p := Placed{Entry: e, Position: -1}
	if err := q.QueryRow(ctx, positionOf, id).Scan(&p.Position); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return Placed{}, fmt.Errorf("reading the position of an entry: %w", err)
	}
	return p, nil
}

// Prove makes the proof of one entry under the last signed checkpoint, or answers ErrNotInLog.
func Prove(ctx context.Context, q Querier, id string) (Proof, error) {
	e, err := Get(ctx, q, id)
	if err != nil {
		return Proof{}, err
	}
	head, err := LatestHead(ctx, q)
	if errors.Is(err, ErrNoHead) || err == nil && (e.Position < 0 || e.Position >= head.Size) {
		return Proof{}, ErrNotInLog
	}
	if err != nil {
		return Proof{}, err
	}
	path, err := ProveInclusion(ctx, q, head.Size, e.Position)
	if err != nil {
		return Proof{}, err
	}
	signed, err := Cosigned(ctx, q, head)
	return Proof{Entry: e.Canonical(), Position: e.Position, Path: path, Note: signed}, err
}

const cosignaturesOf = `
select c.line from audit.cosignatures c where c.size = $1 order by c.witness`

// Cosigned is a checkpoint with what its witnesses signed.
func Cosigned(ctx context.Context, q Querier, h Head) ([]byte, error) {
	rows, err := q.Query(ctx, cosignaturesOf, h.Size)
	if err != nil {
		return nil, fmt.Errorf("reading cosignatures: %w", err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading cosignatures: %w", err)
	}
	return append([]byte(nil), string(h.Note)+strings.Join(lines, "")...), nil
}

// Format is the proof's file.
func (p Proof) Format() []byte {
	var b strings.Builder
	b.WriteString(proofHeader)
	fmt.Fprintf(&b, "extra %s\nindex %d\n", base64.StdEncoding.EncodeToString(p.Entry), p.Position)
	for _, h := range p.Path {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Note)
	return []byte(b.String())
}

// ParseProof reads what Format wrote.
func ParseProof(file []byte) (Proof, error) {
	top, signed, ok := strings.Cut(string(file), "\n\n")
	lines := strings.Split(top, "\n")
	if !ok || len(lines) < 3 || lines[0]+"\n" != proofHeader {
		return Proof{}, ErrProof
	}
	extra, isExtra := strings.CutPrefix(lines[1], "extra ")
	index, isIndex := strings.CutPrefix(lines[2], "index ")
	entry, err := base64.StdEncoding.Strict().DecodeString(extra)
	position, bad := strconv.ParseInt(index, 10, 64)
	if !isExtra || !isIndex || err != nil || bad != nil || position < 0 || len(lines) > 3+63 {
		return Proof{}, ErrProof
	}
	p := Proof{Entry: entry, Position: position, Note: []byte(signed)}
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return Proof{}, ErrProof
		}
		p.Path = append(p.Path, h)
	}
	if string(p.Format()) != string(file) {
		return Proof{}, ErrProof // one proof, one file
	}
	return p, nil
}

// Check says whether the log that signed the checkpoint holds the entry, and by whom it was countersigned.
func (p Proof) Check(log note.Verifier, witnesses ...note.Verifier) (checkpoint.Signed, error) {
	signed, err := checkpoint.Open(p.Note, log, witnesses...)
	if err != nil {
		return checkpoint.Signed{}, errors.Join(ErrProof, err)
	}
	if p.Position >= signed.Size {
		return checkpoint.Signed{}, ErrProof
	}
	if err := tlog.CheckRecord(p.Path, signed.Size, signed.Root, p.Position, tlog.RecordHash(p.Entry)); err != nil {
		return checkpoint.Signed{}, ErrProof
	}
	return signed, nil
}

package audit

import (
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Formats of what a search is exported in.
const (
	CSV         = "csv"
	FHIR        = "fhir"
	ProofBundle = "bundle"
)

// fetched is how many entries of an export are in memory at once.
const fetched = 256

// Its rows are read a few at a time (FETCH), so that proofs can be read between them on the one connection that an export has.
const declareExport = `
declare exported no scroll cursor for
select e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule, e.policy,
	e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention, l.position
from audit.entries e join audit.leaves l on l.entry = e.id`

var fetchExport = fmt.Sprintf("fetch forward %d from exported", fetched)

// exporter writes entries in one form.
type exporter interface {
	begin(w io.Writer, head Head, signed []byte) error
	entry(w io.Writer, e Placed) error
	end(w io.Writer) error
}

// Export writes all that the search finds, in the order of the log, up to the last signed checkpoint: what a checkpoint does not cover yet is left out. It
// is one snapshot and a few entries at a time, whatever the number (TestAnExportHoldsAFewEntriesAtATime). It answers how many entries it wrote.
func (s Search) Export(ctx context.Context, pool db.Beginner, zone, format string, w io.Writer) (written int64, err error) {
	err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set transaction isolation level repeatable read, read only"); err != nil {
			return err
		}
		head, err := LatestHead(ctx, tx)
		if err != nil {
			return err
		}
		signed, err := Cosigned(ctx, tx, head)
		if err != nil {
			return err
		}
		var form exporter
		switch format {
		case CSV:
			form = &csvForm{}
		case FHIR:
			form = &fhirForm{zone: zone}
		case ProofBundle:
			form = &bundleForm{tree: newTileCache(ctx, tx, head.Size)}
		default:
			return fmt.Errorf("no format %q", format)
		}
		written, err = s.write(ctx, tx, head, signed, form, w)
		return err
	})
	if err != nil {
		return written, fmt.Errorf("exporting what a search found: %w", err)
	}
	return written, nil
}

func (s Search) write(ctx context.Context, tx pgx.Tx, head Head, signed []byte, form exporter, w io.Writer) (written int64, err error) {
	n := s.conditions()
	n.add("l.position < $%d", head.Size)
	if _, err := tx.Exec(ctx, declareExport+n.where()+"\norder by l.position", n.args...); err != nil {
		return 0, err
	}
	if err := form.begin(w, head, signed); err != nil {
		return 0, err
	}
	for more := true; more; {
		rows, err := tx.Query(ctx, fetchExport)
		if err != nil {
			return written, err
		}
		page, err := pgx.CollectRows(rows, scanPlaced)
		if err != nil {
			return written, err
		}
		for _, e := range page {
			if err := form.entry(w, e); err != nil {
				return written, err
			}
			written++
		}
		more = len(page) == fetched
	}
	return written, form.end(w)
}

func scanPlaced(row pgx.CollectableRow) (Placed, error) {
	var e Placed
	err := row.Scan(&e.ID, &e.At, &e.Subject, &e.Session, &e.Role, &e.Purpose, &e.Action, &e.ObjectKind, &e.Object, &e.Item, &e.Decision,
		&e.Rule, &e.Policy, &e.Outcome, &e.Intent, &e.RequestID, &e.Digests, &e.Bytes, &e.Retention, &e.Position)
	e.At = e.At.UTC()
	return e, err
}

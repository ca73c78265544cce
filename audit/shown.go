package audit

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// shownPrefix separates these bytes from every other thing that is hashed in this project.
const shownPrefix = "cloison-shown-1\n"

// ShownDigest binds the objects that one reading opened into its entry, and so into the log: rows added, changed or taken away contradict it.
func ShownDigest(objects []string) []byte {
	sorted := slices.Sorted(slices.Values(objects))
	sum := sha256.Sum256([]byte(shownPrefix + strings.Join(sorted, "\n")))
	return sum[:]
}

const insertShown = `
insert into audit.shown (entry, object, object_kind, at, subject, session, action)
select $1, o.id, $3, $4, $5, $6, $7 from unnest($2::text[]) as o (id)`

// AppendShown writes which objects of one kind the reading of e opens, in the caller's transaction. Only package act calls it.
func AppendShown(ctx context.Context, tx pgx.Tx, e Entry, kind string, objects []string) error {
	if len(objects) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, insertShown, e.ID, objects, kind, e.At, e.Subject, e.Session, e.Action); err != nil {
		return fmt.Errorf("recording what reading %s opens: %w", e.ID, err)
	}
	return nil
}

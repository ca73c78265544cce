package rotation

import (
	"bytes"
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/crash"
	"cloison/internal/db"
	"cloison/medical/store"
)

// Retagger brings stored search tags of one class to keyholder's present key: operator.Retag over its custody.sock.
type Retagger func(ctx context.Context, class string, tags [][]byte) ([][]byte, error)

// Retag puts every search tag under keyholder's present key and answers how many it moved. A tag is replaced in one transaction, so a search finds its
// dossier at every moment, by the present tag or by a former one; killed anywhere, the same run again moves what is left
// (TestARetaggingThatIsKilledGoesOn). No dossier is opened.
func Retag(ctx context.Context, owner *pgxpool.Pool, retag Retagger, batch int) (moved int, err error) {
	for _, class := range []string{store.TagAGDREF, store.TagName} {
		after := store.HeldTag{Tag: []byte{}}
		for {
			page, err := store.FindTags(ctx, owner, class, after, batch)
			if err != nil {
				return moved, err
			}
			if len(page) == 0 {
				break
			}
			after = page[len(page)-1]
			n, err := retagPage(ctx, owner, retag, class, page)
			moved += n
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

func retagPage(ctx context.Context, owner *pgxpool.Pool, retag Retagger, class string, page []store.HeldTag) (moved int, err error) {
	tags := make([][]byte, len(page))
	for i, held := range page {
		tags[i] = held.Tag
	}
	present, err := retag(ctx, class, tags)
	if err != nil {
		return 0, fmt.Errorf("retagging between the dossiers %s and %s: %w", page[0].Dossier, page[len(page)-1].Dossier, err)
	}
	var old []store.HeldTag
	var fresh [][]byte
	for i, held := range page {
		if !bytes.Equal(held.Tag, present[i]) {
			old, fresh = append(old, held), append(fresh, present[i])
		}
	}
	if len(old) == 0 {
		return 0, nil
	}
	crash.Point("rotation/retag.before")
	err = db.InTx(ctx, owner, func(tx pgx.Tx) error { return store.ReplaceTags(ctx, tx, class, old, fresh) })
	if err != nil {
		return 0, err
	}
	crash.Point("rotation/retag.after")
	return len(old), nil
}

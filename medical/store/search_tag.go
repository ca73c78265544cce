package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"cloison/internal/db"
)

// Classes of search tags.
const (
	TagAGDREF = "agdref"     // the AGDREF number
	TagName   = "name_birth" // folded family name and birth date
)

const insertTag = `INSERT INTO medical.search_tags (dossier, class, tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

// InsertTag makes a dossier findable by a tag that keyholder computed.
func InsertTag(ctx context.Context, tx pgx.Tx, dossier, class string, tag []byte) error {
	if _, err := tx.Exec(ctx, insertTag, dossier, class, tag); err != nil {
		return fmt.Errorf("recording a search tag of dossier %s: %w", dossier, err)
	}
	return nil
}

const findByTag = `
SELECT d.id::text FROM medical.dossiers d
WHERE d.id IN (SELECT t.dossier FROM medical.search_tags t WHERE t.class = $1 AND t.tag = ANY ($2)) ORDER BY d.position LIMIT 100`

// FindByTag lists the dossiers that bear one of these tags, each once. What the subject may see of them is the caller's to narrow.
func FindByTag(ctx context.Context, q db.Querier, class string, tags ...[]byte) ([]string, error) {
	rows, err := q.Query(ctx, findByTag, class, tags)
	if err != nil {
		return nil, fmt.Errorf("searching by tag: %w", err)
	}
	dossiers, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("searching by tag: %w", err)
	}
	return dossiers, nil
}

// NameValue is what the name tag is computed of: the family name without accents, case, spaces or punctuation, and the birth date. The same
// name written two ways gives one value; a search computes it the same way.
//
// The value is the SHA-256 of that text, always: one letter may unfold into eighteen (U+FDFA), and keyholder bounds what it indexes. A
// value of one size has no limit to reach, and no second form that a search could forget. Nothing is lost, since keyholder makes a keyed
// hash of whatever it is given (TestANameThatUnfoldsIsTagged).
func NameValue(familyName, birthDate string) string {
	var folded strings.Builder
	for _, letter := range norm.NFKD.String(familyName) {
		if unicode.IsLetter(letter) {
			folded.WriteRune(unicode.ToUpper(letter))
		}
	}
	sum := sha256.Sum256([]byte(folded.String() + "|" + birthDate))
	return hex.EncodeToString(sum[:])
}

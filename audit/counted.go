package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// countGround is why the records of a year are counted; the entry has its digest where that of a policy stands, since no rule of access decided it.
const countGround = "CESEDA, L. 425-9, dernier alinéa : rapport annuel au Parlement"

// Count says in the log, in the transaction that erases them, that the records of a year were counted by order of custodians, and which: digest is the one
// that they signed.
func Count(ctx context.Context, tx pgx.Tx, year int, digest []byte, now time.Time) error {
	ground := sha256.Sum256([]byte(countGround))
	return Append(ctx, tx, Entry{
		ID: NewID(), At: now, Subject: "operator", Role: "SYSTEM", Action: "statistics.count", ObjectKind: "log", Object: strconv.Itoa(year),
		Decision: Allow, Rule: "ALLOW_CUSTODIANS", Policy: hex.EncodeToString(ground[:]), Outcome: Done, Digests: [][]byte{digest}, Retention: Procedure,
	})
}

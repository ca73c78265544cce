package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/release"
)

// frameOf is a digest of what of an opinion's bodies stands in clear in this schema: referrals, boxes, form, country, decision, authors. The
// answers are left out, and with them everything that is medical: a body has few possible answers, so a digest that covered them would tell
// which (docs/decisions/0007; TestAFrameSaysNothingOfTheAnswers). It is "" where its author is no longer competent: such a body would not leave.
func frameOf(ctx context.Context, q db.Querier, d Dossier, at time.Time) (string, error) {
	bodies, err := OpinionBodies(ctx, q, d, medical.Answers{}, at)
	if errors.Is(err, medical.CollegeNotCompetent) || errors.Is(err, medical.Med1NotCompetent) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	canonical, err := release.Canonical(bodies)
	if err != nil {
		return "", fmt.Errorf("digesting the frame of dossier %s: %w", d.ID, err)
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// standing is a signature that counts.
type standing struct{ member, frame string }

const standingSignatures = `
SELECT s.member, s.frame FROM medical.signatures s
WHERE s.dossier = $1::uuid AND s.composition = $2 AND s.version = $3
  AND NOT EXISTS (SELECT 1 FROM medical.void_signatures v WHERE v.approval = s.approval)
ORDER BY s.at, s.member`

// VoidStale makes void the signatures whose body is no longer what would leave: a box was ticked, a referral closed, the decision completed,
// a form replaced. They stay, each with an event that says why, and their authors sign again in the same composition. It answers the dossier
// as it is after.
//
// AppendEvents does it after every act on the dossier; what no act tells (a decision completed, a form replaced) is found before the next
// signature.
func VoidStale(ctx context.Context, tx pgx.Tx, d Dossier, at time.Time) (Dossier, error) {
	c := d.Policy.Composition
	if c == nil || !c.Open || d.Policy.Issued || len(c.Signed) == 0 {
		return d, nil
	}
	frame, err := frameOf(ctx, tx, d, at)
	if err != nil {
		return Dossier{}, err
	}
	rows, err := tx.Query(ctx, standingSignatures, d.ID, c.Version, nextOpinion(d, len(d.Case.Events)+1))
	if err != nil {
		return Dossier{}, fmt.Errorf("reading the signatures of dossier %s: %w", d.ID, err)
	}
	signed, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s standing, err error) {
		err = row.Scan(&s.member, &s.frame)
		return s, err
	})
	if err != nil {
		return Dossier{}, fmt.Errorf("reading the signatures of dossier %s: %w", d.ID, err)
	}
	signed = slices.DeleteFunc(signed, func(s standing) bool { return s.frame == frame })
	if len(signed) == 0 {
		return d, nil
	}
	var events []medical.Event
	for _, s := range signed {
		events = append(events, medical.Event{At: at, Actor: "system", Stage: medical.StageOpinion,
			Data: medical.SignatureAnnulee{Composition: c.Version, Member: s.member, ReasonCode: medical.VoidBodyChanged}})
	}
	return appendEvents(ctx, tx, d.ID, events, With{})
}

const insertVoid = `
INSERT INTO medical.void_signatures (dossier, approval, at, reason)
SELECT s.dossier, s.approval, $4::timestamptz, $5::text FROM medical.signatures s
WHERE s.dossier = $1::uuid AND s.composition = $2 AND s.member = $3
  AND NOT EXISTS (SELECT 1 FROM medical.void_signatures v WHERE v.approval = s.approval)`

func insertVoidRow(ctx context.Context, tx pgx.Tx, dossier string, at time.Time, data medical.SignatureAnnulee) error {
	done, err := tx.Exec(ctx, insertVoid, dossier, data.Composition, data.Member, at, data.ReasonCode)
	if err == nil && done.RowsAffected() != 1 {
		err = fmt.Errorf("no signature stands: %w", ErrIncomplete)
	}
	return err
}

package prefecture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/audit"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type getOpinionIn struct {
	Referral string `path:"referral" validate:"uuid"`
}

// AuthorName is who stands behind a line number of the published decision.
type AuthorName struct {
	Line       int    `json:"line"`
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
}

// Requester is who asked, by administrative file.
type Requester struct {
	ID         string   `json:"id"`
	FamilyName string   `json:"family_name"`
	GivenNames []string `json:"given_names"`
	AGDREF     string   `json:"agdref"`
}

// OpinionDetail is the canonical opinion, flat, and what the administrative zone joins: no name crossed the wall.
type OpinionDetail struct {
	release.Opinion
	AGDREF       string          `json:"agdref"`
	Patient      release.Patient `json:"patient"`
	Requesters   []Requester     `json:"requesters"`
	AuthorNames  []AuthorName    `json:"author_names"`
	Release      int64           `json:"release"`
	ReceivedAt   release.Instant `json:"received_at"`
	Acknowledged bool            `json:"acknowledged"`

	Versions []OpinionVersionView `json:"versions"` // of the referral's opinion, in their order

	LogProof *LogProof `json:"log_proof"` // null until it has come, within seconds of the opinion

	acknowledgedAt *time.Time   // where the dossier is; nil until the prefecture says that it has the opinion
	decisionOn     release.Date // the published decision's own date, for the sentence to quote
}

func (d *Desk) getOpinion(c *web.Call, in getOpinionIn) (web.Reply[OpinionDetail], error) {
	var referral store.Referral
	var detail OpinionDetail
	a := c.Act(act.Object{Kind: "referral", ID: in.Referral})
	a.Load = loadReferral(in.Referral, &referral)
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		found, err := store.GetOpinion(ctx, tx, in.Referral)
		if errors.Is(err, store.ErrNotFound) {
			return act.Deny("OPINION_NOT_ISSUED")
		}
		if err != nil {
			return err
		}
		if detail, err = joinOpinion(ctx, tx, found); err != nil {
			return err
		}
		if found.Acknowledgement != nil {
			at := d.localDate(found.Acknowledgement.At.Time(), referral.Direction)
			detail.acknowledgedAt = &at
		}
		if err := store.RecordReading(ctx, tx, found.Seq, c.Who.Prefecture, tx.Now); err != nil {
			return err
		}
		versions, err := store.FindOpinionVersions(ctx, tx, in.Referral)
		if err != nil {
			return err
		}
		detail.Versions = viewVersions(versions)
		proof, err := findProof(ctx, tx, found.Seq)
		if errors.Is(err, audit.ErrNotInLog) {
			return nil
		}
		detail.LogProof = &proof
		return err
	})
	if err != nil {
		return web.Reply[OpinionDetail]{}, err
	}
	return web.OK(detail), nil
}

func joinOpinion(ctx context.Context, tx pgx.Tx, found store.Release) (OpinionDetail, error) {
	detail := OpinionDetail{
		Opinion: *found.Opinion, AGDREF: found.AGDREF, Patient: found.Civil.Patient, Requesters: []Requester{requester(found)},
		Release: found.Seq, ReceivedAt: release.InstantOf(found.ReceivedAt), Acknowledged: found.Acknowledgement != nil,
	}
	decision, err := store.GetDecision(ctx, tx, found.Opinion.Decision.Ref)
	if err != nil {
		return OpinionDetail{}, err
	}
	detail.decisionOn = decision.SignedOn
	for _, line := range found.Opinion.Authors {
		if line > len(decision.Lines) {
			return OpinionDetail{}, fmt.Errorf("naming line %d of decision %s: no such line", line, decision.Ref)
		}
		l := decision.Lines[line-1]
		detail.AuthorNames = append(detail.AuthorNames, AuthorName{l.Line, l.FamilyName, l.GivenName})
	}
	return detail, nil
}

func requester(found store.Release) Requester {
	for _, rep := range found.Civil.LegalRepresentatives {
		if rep.ID == found.Requester {
			return Requester{rep.ID, rep.FamilyName, rep.GivenNames, found.AGDREF}
		}
	}
	p := found.Civil.Patient
	return Requester{p.ID, p.FamilyName, p.GivenNames, found.AGDREF}
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/medical"
)

// NewDossier is what a referral opens. Case.Events stays empty: the first event is appended like any other.
type NewDossier struct {
	ID, Group, Channel string
	ReceivedAt         time.Time
	Case               medical.Case
	Referrals          []Referral
	Removal            *Removal
}

// Removal is the decision whose execution is in question, by codes and dates.
type Removal struct {
	Type       string  `json:"type"`
	IssuedOn   string  `json:"issued_on"`
	NotifiedAt *string `json:"notified_at"`
}

const insertDossier = `
INSERT INTO medical.dossiers (id, group_id, kind, pipeline, renewal, linked, channel, prefecture, direction, country_role, country,
    request_registered_on, certificate_available_on, asylum, removal, received_at, version, state, minor, representatives, majority_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::date, $13::text::date, $14, $15, $16, 0, $17, $18, $19, $20::text::date)`

// CreateDossier writes a dossier that has no event yet.
func CreateDossier(ctx context.Context, tx pgx.Tx, n NewDossier) error {
	c := n.Case
	asylum, err := encodeAsylum(c.Asylum)
	if err != nil {
		return fmt.Errorf("encoding the asylum dates of dossier %s: %w", n.ID, err)
	}
	var removal []byte
	if n.Removal != nil {
		if removal, err = json.Marshal(n.Removal); err != nil {
			return fmt.Errorf("encoding the removal decision of dossier %s: %w", n.ID, err)
		}
	}
	pipeline := "ELOIGNEMENT"
	if c.Stay() {
		pipeline = "SEJOUR"
	}
	_, err = tx.Exec(ctx, insertDossier, n.ID, n.Group, c.Kind, pipeline, c.Renewal, c.Linked, n.Channel, c.Prefecture, c.Direction,
		c.Country.Role, c.Country.Country, text(c.RequestRegisteredOn), text(c.CertificateAvailableOn), asylum, removal, n.ReceivedAt,
		string(medical.State(c)), c.MinorAtReferral, append([]string{}, c.Representatives...), text(c.MajorityOn))
	if err != nil {
		return fmt.Errorf("creating dossier %s: %w", n.ID, err)
	}
	if err := insertLiberty(ctx, tx, n.ID, c.Liberty); err != nil {
		return err
	}
	for _, r := range n.Referrals {
		if err := insertReferral(ctx, tx, n.ID, r); err != nil {
			return err
		}
	}
	return nil
}

func text(d *medical.Date) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

const insertPeriod = `INSERT INTO medical.liberty_periods (dossier, rank, status, from_at) VALUES ($1, $2, $3, $4)`

func insertLiberty(ctx context.Context, tx pgx.Tx, id string, periods []medical.LibertyPeriod) error {
	for i, p := range periods {
		if _, err := tx.Exec(ctx, insertPeriod, id, i+1, string(p.Status), p.From); err != nil {
			return fmt.Errorf("recording liberty of dossier %s: %w", id, err)
		}
	}
	return nil
}

const insertReferralRow = `
INSERT INTO medical.dossier_referrals (referral, dossier, rank, requester, prefecture)
SELECT $1, $2, 1 + count(*), $3, $4 FROM medical.dossier_referrals r WHERE r.dossier = $2`

func insertReferral(ctx context.Context, tx pgx.Tx, id string, r Referral) error {
	if _, err := tx.Exec(ctx, insertReferralRow, r.ID, id, r.Requester, r.Prefecture); err != nil {
		return fmt.Errorf("recording referral %s: %w", r.ID, err)
	}
	return nil
}

// AddReferral joins one more administrative file to a dossier, and queues its N0. The dossier has its one SAISINE_RECUE already.
func AddReferral(ctx context.Context, tx pgx.Tx, id string, r Referral, at time.Time) error {
	if _, err := LoadDossier(ctx, tx, id); err != nil { // the lock: ranks follow one another
		return err
	}
	if err := insertReferral(ctx, tx, id, r); err != nil {
		return err
	}
	d, err := LoadDossier(ctx, tx, id)
	if err != nil {
		return err
	}
	only := d.Case
	only.Referrals = []medical.ReferralRef{{ID: r.ID, Prefecture: r.Prefecture}}
	for _, due := range medical.Notices(only, medical.Event{At: at, Type: medical.EvReferralReceived, Data: medical.SaisineRecue{}}) {
		if err := queueNotice(ctx, tx, id, due, at); err != nil {
			return err
		}
	}
	return nil
}

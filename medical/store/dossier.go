package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/policy"
)

// Dossier is one dossier as its events make it.
type Dossier struct {
	ID, Group, Channel string
	Version            int
	ReceivedAt         time.Time
	Referrals          []Referral
	Case               medical.Case
	Tasks              []Task
	Policy             policy.Dossier // what a decision rests on; the resource of every act on this dossier
}

// Referral is one of the other zone's referrals that the dossier answers.
type Referral struct {
	ID         string `json:"id"`
	Requester  string `json:"requester"`
	Prefecture string `json:"prefecture"`
}

const selectDossier = `
SELECT d.group_id, d.channel, d.version, d.received_at, d.kind, d.renewal, d.linked, d.direction, d.prefecture, d.country_role, d.country,
       d.request_registered_on::text, d.certificate_available_on::text, d.majority_on::text, d.asylum, d.minor, d.representatives,
       EXISTS (SELECT 1 FROM medical.records r WHERE r.dossier = d.id AND r.kind = 'report' AND r.author = d.rapporteur)
FROM medical.dossiers d WHERE d.id = $1::uuid`

// LoadDossier locks a dossier until the end of the transaction and loads it with all its events, or ErrNotFound. Acts on one dossier
// follow one another.
func LoadDossier(ctx context.Context, tx pgx.Tx, id string) (Dossier, error) {
	return load(ctx, tx, id, selectDossier+` FOR UPDATE OF d`)
}

// GetDossier is LoadDossier without a lock, for what only reads.
func GetDossier(ctx context.Context, q db.Querier, id string) (Dossier, error) {
	return load(ctx, q, id, selectDossier)
}

func load(ctx context.Context, q db.Querier, id, query string) (Dossier, error) {
	if !ValidID(id) {
		return Dossier{}, fmt.Errorf("dossier: %w", ErrNotFound)
	}
	d := Dossier{ID: id}
	var asylum []byte
	var registered, available, majority *string
	var reportSaved bool
	c := &d.Case
	err := q.QueryRow(ctx, query, id).Scan(&d.Group, &d.Channel, &d.Version, &d.ReceivedAt, &c.Kind, &c.Renewal, &c.Linked, &c.Direction,
		&c.Prefecture, &c.Country.Role, &c.Country.Country, &registered, &available, &majority, &asylum, &c.MinorAtReferral, &c.Representatives, &reportSaved)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Dossier{}, fmt.Errorf("dossier %s: %w", id, ErrNotFound)
	case err != nil:
		return Dossier{}, fmt.Errorf("loading dossier %s: %w", id, err)
	}
	d.ReceivedAt = d.ReceivedAt.UTC()
	if c.MajorityOn, err = dateOf(majority); err != nil {
		return Dossier{}, fmt.Errorf("loading dossier %s: %w", id, err)
	}
	if err := d.fill(ctx, q, registered, available, asylum); err != nil {
		return Dossier{}, fmt.Errorf("loading dossier %s: %w", id, err)
	}
	d.Policy = policyDossier(d, reportSaved)
	return d, nil
}

func (d *Dossier) fill(ctx context.Context, q db.Querier, registered, available *string, asylum []byte) (err error) {
	c := &d.Case
	if c.RequestRegisteredOn, err = dateOf(registered); err != nil {
		return err
	}
	if c.CertificateAvailableOn, err = dateOf(available); err != nil {
		return err
	}
	if c.Asylum, err = decodeAsylum(asylum); err != nil {
		return err
	}
	if d.Referrals, err = referralsOf(ctx, q, d.ID); err != nil {
		return err
	}
	for _, r := range d.Referrals {
		c.Referrals = append(c.Referrals, medical.ReferralRef{ID: r.ID, Prefecture: r.Prefecture})
	}
	if c.Liberty, err = libertyOf(ctx, q, d.ID); err != nil {
		return err
	}
	if c.Events, err = eventsOf(ctx, q, d.ID); err != nil {
		return err
	}
	// A referral shows who is in charge of it now; what it was at each instant is the domain's to say.
	for i := range d.Referrals {
		d.Referrals[i].Prefecture = c.PrefectureNow(d.Referrals[i].ID)
	}
	d.Tasks, err = tasksOfDossier(ctx, q, d.ID)
	return err
}

func dateOf(s *string) (*medical.Date, error) {
	if s == nil {
		return nil, nil
	}
	d, err := medical.ParseDate(*s)
	return &d, err
}

// asylumRow is the shape of column asylum: dates and codes.
type asylumRow struct {
	RegisteredOn        medical.Date  `json:"registered_on"`
	InformationGivenOn  *medical.Date `json:"information_given_on"`
	InformationLanguage *string       `json:"information_language"`
	InformationSigned   bool          `json:"information_signed"`
	NewCircumstances    bool          `json:"new_circumstances"`
}

func decodeAsylum(b []byte) (*medical.Asylum, error) {
	if b == nil {
		return nil, nil
	}
	row, err := medical.Decode[asylumRow](b)
	if err != nil {
		return nil, fmt.Errorf("decoding the asylum dates: %w", err)
	}
	a := medical.Asylum(row)
	return &a, nil
}

func encodeAsylum(a *medical.Asylum) ([]byte, error) {
	if a == nil {
		return nil, nil
	}
	return json.Marshal(asylumRow(*a))
}

const selectReferrals = `
SELECT r.referral, r.requester, r.prefecture FROM medical.dossier_referrals r WHERE r.dossier = $1::uuid ORDER BY r.rank`

func referralsOf(ctx context.Context, q db.Querier, id string) ([]Referral, error) {
	rows, err := q.Query(ctx, selectReferrals, id)
	if err != nil {
		return nil, fmt.Errorf("reading referrals: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Referral, err error) {
		err = row.Scan(&r.ID, &r.Requester, &r.Prefecture)
		return r, err
	})
}

const selectLiberty = `SELECT l.status, l.from_at FROM medical.liberty_periods l WHERE l.dossier = $1::uuid ORDER BY l.rank`

func libertyOf(ctx context.Context, q db.Querier, id string) ([]medical.LibertyPeriod, error) {
	rows, err := q.Query(ctx, selectLiberty, id)
	if err != nil {
		return nil, fmt.Errorf("reading liberty: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p medical.LibertyPeriod, err error) {
		err = row.Scan(&p.Status, &p.From)
		return p, err
	})
}

const selectEvents = `
SELECT e.seq, e.at, e.type, e.actor, e.stage, e.data FROM medical.events e WHERE e.dossier = $1::uuid ORDER BY e.seq`

func eventsOf(ctx context.Context, q db.Querier, id string) ([]medical.Event, error) {
	rows, err := q.Query(ctx, selectEvents, id)
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e medical.Event, err error) {
		var data []byte
		if err = row.Scan(&e.Seq, &e.At, &e.Type, &e.Actor, &e.Stage, &data); err != nil {
			return e, err
		}
		e.At = e.At.UTC()
		e.Data, err = medical.DecodeData(e.Type, data)
		return e, err
	})
}

const byReferral = `SELECT r.dossier::text FROM medical.dossier_referrals r WHERE r.referral = $1`

// DossierOfReferral is the id of the dossier that answers a referral, or ErrNotFound.
func DossierOfReferral(ctx context.Context, q db.Querier, referral string) (string, error) {
	return oneID(ctx, q, byReferral, referral)
}

const byGroup = `SELECT d.id::text FROM medical.dossiers d WHERE d.group_id = $1`

// DossierOfGroup is the id of the dossier of a group of referrals, or ErrNotFound.
func DossierOfGroup(ctx context.Context, q db.Querier, group string) (string, error) {
	return oneID(ctx, q, byGroup, group)
}

func oneID(ctx context.Context, q db.Querier, query, key string) (string, error) {
	var id string
	err := q.QueryRow(ctx, query, key).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", fmt.Errorf("dossier of %s: %w", key, ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("looking for the dossier of %s: %w", key, err)
	}
	return id, nil
}

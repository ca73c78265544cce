package identity

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// upsertPerson keeps the reference of who is there already: entries of years ago speak of him by it.
const upsertPerson = `
	insert into identity.people as p (id, login, role, given_name, family_name, issuer, subject, national_id, directions, prefecture,
		mission, habilitated, reference)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
	on conflict (id) do update set login = excluded.login, role = excluded.role, given_name = excluded.given_name,
		family_name = excluded.family_name, issuer = excluded.issuer, subject = excluded.subject, national_id = excluded.national_id,
		directions = excluded.directions, prefecture = excluded.prefecture, mission = excluded.mission,
		habilitated = excluded.habilitated`

// LoadPeople puts persons into the directory, in one transaction. Someone new gets a random reference.
func LoadPeople(ctx context.Context, tx pgx.Tx, people []Person) error {
	drawn := Service{Options: Options{Random: rand.Reader}}
	for _, p := range people {
		if err := p.check(); err != nil {
			return fmt.Errorf("loading %s: %w", p.ID, err)
		}
		reference, err := drawn.drawID()
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, upsertPerson, p.ID, p.Login, p.Role, p.GivenName, p.FamilyName, string(p.Issuer), p.Subject, p.NationalID,
			p.directions(), p.Prefecture, p.Mission, p.Habilitated, reference)
		if err != nil {
			return fmt.Errorf("loading %s: %w", p.ID, err)
		}
	}
	return nil
}

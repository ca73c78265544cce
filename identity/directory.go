package identity

import (
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// person is an entry of the directory, on a day.
type person struct {
	id, reference, login, role string
	givenName, familyName      string
	issuer                     IssuerKind
	subject                    string
	directions                 []string
	prefecture, mission        string
	inForce                    bool
	standing                   string
}

var errNobody = errors.New("nobody of the directory")

const personColumns = `
	p.id, p.reference::text, p.login, p.role, p.given_name, p.family_name, p.issuer, p.subject, p.directions,
	p.prefecture, p.mission, identity.standing(p.id, $2::date),
	coalesce(p.valid_from <= $2::date, true) and coalesce(p.valid_to >= $2::date, true)`

const personBySubject = `select` + personColumns + ` from identity.people p where p.subject = $1 and p.issuer = $3`

func (p *person) fields() []any {
	return []any{&p.id, &p.reference, &p.login, &p.role, &p.givenName, &p.familyName, &p.issuer, &p.subject, &p.directions,
		&p.prefecture, &p.mission, &p.standing, &p.inForce}
}

// findPerson finds who an issuer speaks of. A subject counts only with its issuer.
func (s *Service) findPerson(ctx context.Context, q db.Querier, kind IssuerKind, subject string) (person, error) {
	var p person
	err := q.QueryRow(ctx, personBySubject, subject, s.today(), string(kind)).Scan(p.fields()...)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return person{}, errNobody
	case err != nil:
		return person{}, fmt.Errorf("finding a person: %w", err)
	}
	return p, nil
}

const issuerByLogin = `select p.issuer from identity.people p where p.login = $1`

// issuerOf tells where the person of a login signs in.
func (s *Service) issuerOf(ctx context.Context, login string) (IssuerKind, error) {
	var kind IssuerKind
	err := s.Pool.QueryRow(ctx, issuerByLogin, login).Scan(&kind)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", errNobody
	case err != nil:
		return "", outage("finding a login", err)
	}
	return kind, nil
}

// actor is the person as act and policy know him. profession is what the issuer proved at this sign-in.
func (p person) actor(session, profession string) act.Subject {
	who := act.Subject{
		ID: p.id, Reference: p.reference, Session: session, Login: p.login, Name: p.givenName + " " + p.familyName,
		Profession: profession,
	}
	who.Lapsed = p.standing == Lapsed
	if !p.onDuty() {
		// Known, but of no role any more.
		return who
	}
	who.Role, who.Habilitated = p.role, p.standing == InForce
	who.Directions, who.Prefecture, who.Mission = p.directions, p.prefecture, p.mission
	return who
}

// onDuty: the directory names him that day, and nobody ended his duty.
func (p person) onDuty() bool { return p.inForce && p.standing != Ended }

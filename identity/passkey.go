package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"cloison/act"
	"cloison/crypto/passkey"
	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// Door is how a person approves an act: with a token of his provider, or, where that one does not authenticate anew, with these passkeys alone.
// keyholder says which, from its configuration and the custodians' roster.
type Door struct {
	Asked bool
	Keys  []passkey.Key
}

// ProposedPasskey is a passkey that a person made. It signs nothing until custodians put it on the roster.
type ProposedPasskey struct {
	ID         string
	Key        passkey.Key
	ProposedAt time.Time
}

const insertPasskey = `
	insert into identity.passkeys (id, person, credential, public_key, rp_id, origin, proposed_at)
	values ($1, $2, $3, $4, $5, $6, $7)
	on conflict (credential) do nothing`

// ProposePasskey keeps what a person made, or answers false where that key was proposed before.
func ProposePasskey(ctx context.Context, q execer, person string, p ProposedPasskey) (bool, error) {
	done, err := q.Exec(ctx, insertPasskey, p.ID, person, p.Key.Credential, p.Key.PublicKey, p.Key.RPID, p.Key.Origin, p.ProposedAt)
	if err != nil {
		return false, fmt.Errorf("keeping a passkey: %w", err)
	}
	return done.RowsAffected() == 1, nil
}

const passkeysOf = `
	select k.id::text, k.credential, k.public_key, k.rp_id, k.origin, k.proposed_at
	from identity.passkeys k where k.person = $1 order by k.proposed_at, k.id`

// PasskeysOf lists what a person proposed, oldest first.
func PasskeysOf(ctx context.Context, q db.Querier, person string) ([]ProposedPasskey, error) {
	rows, err := q.Query(ctx, passkeysOf, person)
	if err != nil {
		return nil, fmt.Errorf("listing a person's passkeys: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p ProposedPasskey, err error) {
		err = row.Scan(&p.ID, &p.Key.Credential, &p.Key.PublicKey, &p.Key.RPID, &p.Key.Origin, &p.ProposedAt)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing a person's passkeys: %w", err)
	}
	return found, nil
}

// PersonPasskey is a proposal, with how the custodians' roster names its person.
type PersonPasskey struct {
	Login, NationalID, Subject string
	ProposedPasskey
}

const proposedPasskeys = `
	select p.login, p.national_id, p.subject, k.id::text, k.credential, k.public_key, k.rp_id, k.origin, k.proposed_at
	from identity.passkeys k join identity.people p on p.id = k.person order by p.login, k.proposed_at, k.id`

// ProposedPasskeys lists all proposals, for whoever prepares a roster.
func ProposedPasskeys(ctx context.Context, q db.Querier) ([]PersonPasskey, error) {
	rows, err := q.Query(ctx, proposedPasskeys)
	if err != nil {
		return nil, fmt.Errorf("listing proposed passkeys: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p PersonPasskey, err error) {
		err = row.Scan(&p.Login, &p.NationalID, &p.Subject, &p.ID, &p.Key.Credential, &p.Key.PublicKey, &p.Key.RPID, &p.Key.Origin, &p.ProposedAt)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing proposed passkeys: %w", err)
	}
	return found, nil
}

// RegistrationChallenge is what an authenticator signs when a key is made: of this session alone, which nobody else can compute. It needs no
// memory: a registration that is sent twice proposes one key (TestAPasskeyIsProposedOnce).
func RegistrationChallenge(who act.Subject) string {
	mac := hmac.New(sha256.New, []byte(who.Handle.Reveal()))
	mac.Write([]byte("cloison-passkey-registration-1"))
	mac.Write([]byte(who.Session))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

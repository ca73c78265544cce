// Package dating has the seal of each opinion time-stamped (RFC 3161) by the authority that the configuration names, once the opinion has come through
// the door. It protects a document that outlives its certificate: whoever gets hold of the key later can date nothing back.
//
// The authority learns the hash of a signature, which says nothing of an opinion to whoever has not the key. What it answers is checked before it is
// kept, and never crosses to the other zone. Nothing waits for it: an opinion is read, verified and acknowledged without (TestASealIsDated).
package dating

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit/outside"
	"cloison/crypto/cms"
	"cloison/internal/db"
	"cloison/release/form"
	"cloison/server/store"
)

// page is how many seals one round of sweeps has dated at most.
const page = 100

// Options are all required.
type Options struct {
	Pool      *pgxpool.Pool
	Authority *outside.Authority
}

// Seals are dated. Safe for concurrent use.
type Seals struct {
	Options
	client *http.Client
}

// New checks the options.
func New(o Options) (*Seals, error) {
	if o.Pool == nil || o.Authority == nil {
		return nil, errors.New("building the dating of seals: an option is missing")
	}
	return &Seals{o, outside.Client()}, nil
}

// Date is the sweep. Crash state: a token that was given and not kept is asked for again.
func (s *Seals) Date(ctx context.Context) (int, error) {
	waiting, err := store.FindUnstamped(ctx, s.Pool, page)
	if err != nil {
		return 0, err
	}
	for done, one := range waiting {
		if err := s.date(ctx, one); err != nil {
			return done, fmt.Errorf("having the seal of release %d dated: %w", one.Release, err)
		}
	}
	return len(waiting), nil
}

func (s *Seals) date(ctx context.Context, one store.Unstamped) error {
	seal, err := one.Opinion.Seal.CMS()
	if err != nil {
		return err
	}
	signature, err := cms.Signature(seal)
	if err != nil {
		return err
	}
	said, err := s.Authority.Stamp(ctx, s.client, signature)
	if err != nil {
		return err
	}
	if len(said.Token) > form.MaxStamp {
		return errors.New("the authority's token has no place in a document")
	}
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		return store.KeepSealStamp(ctx, tx, one.Release, store.SealStamp{At: said.At, Token: said.Token})
	})
}

// Package desk is where the medical service works: one file per action, with its input, its act and its two faces (JSON, page).
//
// It protects nothing by itself and holds no rule: who may do what is policy's (through act), what follows from an event is package
// medical's, and bytes under medical secrecy pass only through package vault, against a permit. What it trusts: the session that
// package identity proved, and keyholder for the approvals.
package desk

import (
	"context"
	"errors"
	"slices"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options is what a desk needs.
type Options struct {
	Gate     *act.Gate
	Pool     *pgxpool.Pool
	Vault    *vault.Vault
	Keys     *keyholder.Client
	Pins     form.Pins // certificates of keyholder's seal, as the other zone pins them
	Identity *identity.Service
	Clock    clock.Clock
	Zone     string
	Limits   DocumentLimits // of documents; what none of them fits has the default
	Copies   Copier         // what is shown of documents
	Released func()         // wakes the relay once a release is committed
	Shell    func(*web.Call) layout.Shell
	Viewer   string // origin of the viewer; "" where there is none
}

// Desk serves the operations of the medical zone.
type Desk struct {
	Options
	copies copies
}

// New makes a desk.
func New(o Options) *Desk { return &Desk{Options: o} }

// Operations is the table of the medical zone: one line, one action. Each part of the procedure has its lines in a file of its own.
func (k *Desk) Operations() []web.Operation {
	return slices.Concat(
		k.dossierOperations(),
		k.findOperations(),
		k.documentOperations(),
		k.placeOperations(),
		k.reportOperations(),
		k.draftOperations(),
		k.collegeOperations(),
		k.collegeLifeOperations(),
		k.removalOperations(),
		k.opinionOperations(),
		k.requestOperations(),
		k.letterOperations(),
		k.exitOperations(),
		k.timeOperations(),
		k.correctionOperations(),
		k.rotaOperations(),
		k.budgetOperations(),
		k.peopleOperations(),
		k.absenceOperations(),
		k.decisionOperations(),
		k.passkeyOperations(),
		k.restoredOperations(),
	)
}

// on prepares an act upon a dossier. The gate loads and locks it before it asks policy, into *d for what follows.
func on(c *web.Call, id, item string, d *store.Dossier) act.Act {
	a := c.Act(act.Object{Kind: "dossier", ID: known(id), Item: known(item)})
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		loaded, err := store.LoadDossier(ctx, tx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		*d = loaded
		return loaded.Policy, nil
	}
	return a
}

// onAuthor is on for an act that only the competent author, or whoever designates him, may do: with the dossier comes who is competent at
// this instant by the person's liberty and the rules in force (REQ-2, R. 631-1, R. 731-1).
func (k *Desk) onAuthor(c *web.Call, id string, d *store.Dossier) act.Act {
	a := on(c, id, "", d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		if author, ok := d.Case.AuthorAt(k.Clock.Now()); ok {
			d.Policy.Author = author.Author
		}
		return d.Policy, nil
	}
	return a
}

// known keeps what has the shape of an id. A path is typed by whoever calls: a name or an illness in it must not enter the log as the name
// of an object (TestTheWallKeepsEveryCanary).
func known(id string) string {
	if id != "" && !store.ValidID(id) {
		return "malformed"
	}
	return id
}

// Package desk is where the medical service works: one file per action, with its input, its act and its two faces (JSON, page).
//
// It protects nothing by itself and holds no rule: who may do what is policy's (through act), what follows from an event is package
// medical's, and bytes under medical secrecy pass only through package vault, against a permit. What it trusts: the session that
// package identity proved, and keyholder for the approvals.
package desk

import (
	"context"
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/medical/store"
	"cloison/medical/vault"
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
	Identity *identity.Service
	Clock    clock.Clock
	Zone     string
	Released func() // wakes the relay once a release is committed
	Shell    func(*web.Call) layout.Shell
}

// Desk serves the operations of the medical zone.
type Desk struct{ Options }

// New makes a desk.
func New(o Options) *Desk { return &Desk{o} }

// Operations is the table of the medical zone: one line, one action.
func (k *Desk) Operations() []web.Operation {
	return []web.Operation{
		web.Op("listDossiers", "GET", "/dossiers", "dossier.list", k.listDossiers, web.Page("/dossiers", "my_work", k.myWork)),
		web.Op("getDossier", "GET", "/dossiers/:dossier", "dossier.get", k.getDossier),
		web.Op("receiveCertificate", "POST", "/dossiers/:dossier/certificate", "certificate.receive", k.receiveCertificate),
		web.Op("createDocument", "POST", "/dossiers/:dossier/documents", "document.create", k.createDocument),
		web.Op("listDocuments", "GET", "/dossiers/:dossier/documents", "document.list", k.listDocuments),
		web.Op("uploadDocument", "PUT", "/dossiers/:dossier/documents/:document/content", "document.upload", k.uploadDocument,
			web.Streamed("application/octet-stream")),
		web.Op("getDocumentContent", "GET", "/dossiers/:dossier/documents/:document/content", "document.read", k.getDocumentContent),
		web.Op("assignRapporteur", "POST", "/dossiers/:dossier/rapporteur", "rapporteur.assign", k.assignRapporteur),
		web.Op("saveReport", "PUT", "/dossiers/:dossier/report", "report.save", k.saveReport),
		web.Op("signReport", "POST", "/dossiers/:dossier/report/signature", "report.sign", k.signReport),
		web.Op("transmitReport", "POST", "/dossiers/:dossier/report/transmission", "report.transmit", k.transmitReport),
		web.Op("composeCollege", "POST", "/dossiers/:dossier/compositions", "college.compose", k.composeCollege),
		web.Op("giveAnswers", "POST", "/dossiers/:dossier/answers", "answers.give", k.giveAnswers),
		web.Op("getAnswers", "GET", "/dossiers/:dossier/answers", "answers.read", k.getAnswers),
		web.Op("settleOpinion", "POST", "/dossiers/:dossier/opinion/settlement", "opinion.settle", k.settleOpinion),
		web.Op("previewOpinion", "GET", "/dossiers/:dossier/opinion", "opinion.preview", k.previewOpinion),
		web.Op("signOpinion", "POST", "/dossiers/:dossier/opinion/signatures", "opinion.sign", k.signOpinion),
	}
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

// known keeps what has the shape of an id. A path is typed by whoever calls: a name or an illness in it must not enter the log as the name
// of an object (TestTheWallKeepsEveryCanary).
func known(id string) string {
	if id != "" && !store.ValidID(id) {
		return "malformed"
	}
	return id
}

package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// draftOperations keep what a physician has typed into a form and not sent (decision 22): sealed on the server, read back by its author alone.
func (k *Desk) draftOperations() []web.Operation {
	return []web.Operation{
		web.Op("saveDraft", "PUT", "/dossiers/:dossier/drafts/:form", "report.draft", k.saveDraft),
		web.Op("getDraft", "GET", "/dossiers/:dossier/drafts/:form", "report.draft", k.getDraft),
		web.Op("dropDraft", "DELETE", "/dossiers/:dossier/drafts/:form", "report.draft", k.dropDraft,
			web.Form("/dossiers/:dossier/brouillons/:form/abandon", web.Face[draftInput, struct{}]{Said: "draft_dropped",
				Done: func(_ *web.Call, in draftInput, _ struct{}) string {
					return dossierPath(in.Dossier) + "/" + drafted[in.Form].page
				}})),
	}
}

// drafted are the forms that are kept while they are typed: what policy decides on, for which purpose, and where the form is.
var drafted = map[string]struct{ action, purpose, page string }{
	store.DraftReport:  {"report.draft", "INSTRUCTION", "rapport"},
	store.DraftAnswers: {"answers.draft", "COLLEGE", "reponses"},
}

type draftInput struct {
	Dossier string `path:"dossier" json:"-"`
	Form    string `path:"form" json:"-" validate:"oneof=report answers"`
}

type saveDraftInput struct {
	draftInput
	medical.Draft
}

type draftSaved struct {
	SavedAt string `json:"saved_at"` // RFC 3339
}

// saveDraft seals what was typed over the draft before. It never comes after what it was the draft of: a request that was under way while the
// form itself was sent is refused.
func (k *Desk) saveDraft(c *web.Call, in saveDraftInput) (web.Reply[draftSaved], error) {
	var d store.Dossier
	var at draftSaved
	_, err := k.Gate.Do(c.Context(), c.Who, k.onDraft(c, in.draftInput, &d), func(ctx context.Context, tx *act.Tx) error {
		base, err := k.draftBase(ctx, tx, in.draftInput)
		if err != nil {
			return err
		}
		if base != in.Base {
			return act.NewError(act.Conflict, "Le texte a été enregistré depuis. Rechargez la page : elle montre la dernière version.")
		}
		plain, err := json.Marshal(in.Draft)
		if err != nil {
			return fmt.Errorf("encoding a draft of dossier %s: %w", d.ID, err)
		}
		at.SavedAt = tx.Now.UTC().Format("2006-01-02T15:04:05Z07:00")
		return k.Vault.SealDraft(ctx, tx, vault.Sealing{Dossier: d.ID, ID: in.Form, Author: c.Who.ID, Plain: plain})
	})
	return web.OK(at), err
}

// draftBase is the version of what the form writes, where it writes more than once.
func (k *Desk) draftBase(ctx context.Context, tx *act.Tx, in draftInput) (int, error) {
	if in.Form != store.DraftReport {
		return 0, nil
	}
	next, err := store.NextVersion(ctx, tx, in.Dossier, store.KindReport, reportID)
	return next - 1, err
}

func (k *Desk) getDraft(c *web.Call, in draftInput) (web.Reply[medical.Draft], error) {
	draft, err := k.openDraft(c, in)
	return web.OK(draft), err
}

func (k *Desk) openDraft(c *web.Call, in draftInput) (draft medical.Draft, err error) {
	var d store.Dossier
	a := k.onDraft(c, in, &d)
	a.IdempotencyKey, a.ReadOnly = "", true
	err = k.read(c, a, func(permit *act.Permit) error {
		return k.Vault.OpenDraft(c.Context(), permit, in.Form, func(plain []byte) (err error) {
			draft, err = unseal[medical.Draft](plain)
			return err
		})
	})
	return draft, err
}

// dropDraft forgets a draft that its author gives up.
func (k *Desk) dropDraft(c *web.Call, in draftInput) (web.Reply[struct{}], error) {
	var d store.Dossier
	_, err := k.Gate.Do(c.Context(), c.Who, k.onDraft(c, in, &d), func(ctx context.Context, tx *act.Tx) error {
		return store.DropDraft(ctx, tx, d.ID, in.Form, c.Who.ID)
	})
	return web.OK(struct{}{}), err
}

func (k *Desk) onDraft(c *web.Call, in draftInput, d *store.Dossier) act.Act {
	a := on(c, in.Dossier, "", d)
	form := drafted[in.Form]
	a.Action, a.Purpose, a.Context = form.action, form.purpose, policy.Context{Open: store.Medical}
	return a
}

// resume puts the reader's draft into a form that nobody has sent yet, and has the page keep what is typed from now on. It does so for whoever
// may do the act: for another reader of the page there is nothing to keep.
func (k *Desk) resume(c *web.Call, d store.Dossier, form string, typed *web.Typed) (*layout.Draft, error) {
	if !draftable(c, d, form) {
		return nil, nil
	}
	version, err := store.NextVersion(c.Context(), k.Pool, d.ID, store.KindReport, reportID)
	if err != nil {
		return nil, err
	}
	kept := &layout.Draft{Path: "/api/v1" + dossierPath(d.ID) + "/drafts/" + form}
	if form == store.DraftReport {
		kept.Base = strconv.Itoa(version - 1)
	}
	if typed.Sent() {
		return kept, nil
	}
	if kept.SavedAt, err = store.DraftSavedAt(c.Context(), k.Pool, d.ID, form, c.Who.ID); err != nil || kept.SavedAt.IsZero() {
		return kept, err
	}
	kept.SavedAt = kept.SavedAt.In(reference.Location(d.Case.Direction))
	draft, err := k.openDraft(c, draftInput{d.ID, form})
	if err != nil {
		return nil, err
	}
	for _, field := range draft.Fields {
		typed.Set(field.Name, append(slices.Clone(typed.All(field.Name)), field.Value)...)
	}
	kept.Drop = buttonOn(c, dossierPath(d.ID)+"/brouillons/"+form+"/abandon")
	return kept, nil
}

func draftable(c *web.Call, d store.Dossier, form string) bool {
	if form == store.DraftReport {
		return d.Policy.Rapporteur == c.Who.ID && !d.Policy.ReportSigned
	}
	composition := d.Policy.Composition
	return composition != nil && slices.Contains(composition.Members, c.Who.ID) && !slices.Contains(composition.Answered, c.Who.ID)
}

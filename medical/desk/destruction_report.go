package desk

import (
	"context"
	"strings"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// backupDays is how long a backup is kept: a backup made on the day of a destruction expires that much later.
const backupDays = 35

type getDestructionInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// DestructionReport says when a dossier was destroyed, and the two dates after which nothing can open it, the custodians included: its
// backups have expired, and the yearly epochs of its keys are destroyed with their recovery identities.
type DestructionReport struct {
	Dossier       string       `json:"dossier"`
	Referrals     []string     `json:"referrals"`
	ClosedOn      medical.Date `json:"closed_on"`
	RetainedUntil medical.Date `json:"retained_until"`
	DestroyedAt   time.Time    `json:"destroyed_at"`
	BackupsEndOn  medical.Date `json:"backups_expired_on"`
	Epochs        []string     `json:"epochs"` // to be destroyed by the custodians ("cloison keys destroy"): that date is theirs to enter
}

// getDestructionReport is the report of a destruction, for the data-protection officer and the archives.
func (k *Desk) getDestructionReport(c *web.Call, in getDestructionInput) (web.Reply[DestructionReport], error) {
	report, _, err := k.destruction(c, in.Dossier)
	return web.OK(report), err
}

func (k *Desk) destruction(c *web.Call, dossier string) (DestructionReport, store.Dossier, error) {
	var d store.Dossier
	if _, err := k.Gate.Do(c.Context(), c.Who, on(c, dossier, "", &d), func(context.Context, *act.Tx) error { return nil }); err != nil {
		return DestructionReport{}, d, err
	}
	found, err := store.GetDestruction(c.Context(), k.Pool, d.ID)
	if err != nil {
		return DestructionReport{}, d, refusal(err)
	}
	r := DestructionReport{Dossier: d.ID, DestroyedAt: found.At.UTC(), Epochs: found.Epochs, BackupsEndOn: k.dayOf(d, found.At).AddDays(backupDays)}
	for _, one := range d.Case.Referrals {
		r.Referrals = append(r.Referrals, one.ID)
	}
	if until := d.Case.RetainedUntil(); until != nil {
		r.RetainedUntil = *until
	}
	for _, e := range d.Case.Events {
		if e.Type == medical.EvClosed {
			r.ClosedOn = k.dayOf(d, e.At)
		}
	}
	return r, d, nil
}

// destructionPage is the page face of getDestructionReport.
func (k *Desk) destructionPage(c *web.Call, r DestructionReport) (any, error) {
	view := layout.ListView{Shell: k.Shell(c), Heading: "Procès-verbal de destruction " + r.Dossier[:8], Back: layout.Action{Label: "Conservation", Href: "/conservation"},
		Next: []layout.Action{{Label: "Télécharger, PDF", Href: web.Prefix + dossierPath(r.Dossier) + "/destruction-report.pdf", Primary: true}}}
	section := layout.ListSection{ID: "dates", Title: "Dates", Columns: []string{"Ce qui s’est passé", "Quand"}}
	for _, b := range reportBlocks(r) {
		section.Rows = append(section.Rows, []layout.ListCell{{Text: b.Name}, {Text: b.Text}})
	}
	view.Sections = []layout.ListSection{section}
	return view, nil
}

func reportBlocks(r DestructionReport) []form.Block {
	return []form.Block{{Name: "Dossier", Text: r.Dossier}, {Name: "Saisines", Text: strings.Join(r.Referrals, "\n")}, {Name: "Clos le", Text: layout.FrenchDate(r.ClosedOn.Time())},
		{Name: "Conservé jusqu’au", Text: layout.FrenchDate(r.RetainedUntil.Time())}, {Name: "Détruit le", Text: layout.FrenchDate(r.DestroyedAt)},
		{Name: "Sauvegardes expirées le", Text: layout.FrenchDate(r.BackupsEndOn.Time())},
		{Name: "Époque de clés à détruire", Text: strings.Join(r.Epochs, ", ") + " : par les dépositaires, à la date qu’ils portent ici : ……"}}
}

// destructionPdf is the same as a document, for the archives.
func (k *Desk) destructionPdf(c *web.Call, in getDestructionInput) (web.Reply[web.Binary], error) {
	r, d, err := k.destruction(c, in.Dossier)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	paper := form.Paper{Title: "Procès-verbal de destruction", On: release.Date(k.dayOf(d, r.DestroyedAt).String()), Foot: "Dossier " + r.Dossier[:8],
		From: []string{"Office français de l’immigration et de l’intégration", "Service médical"}, Blocks: append(reportBlocks(r),
			form.Block{Text: "Ce qui reste (dates, codes, numéros des envois) prouve que la procédure a été régulière et ne nomme personne (arrêté du 27 décembre 2016, art. 12 ; code du patrimoine, L. 212-2)."})}
	return paperReply(paper, "destruction-"+r.Dossier[:8])
}

// purgeForm is the page face of purgeDossier.
func (k *Desk) purgeForm() web.Option {
	return web.Form("/dossiers/:dossier/destruction", web.Face[purgeDossierInput, Retention]{Template: "form", Said: "dossier_destroyed", View: k.purgePage,
		Done: func(_ *web.Call, in purgeDossierInput, _ Retention) string {
			return dossierPath(in.Dossier) + "/destruction/proces-verbal"
		}})
}

func (k *Desk) purgePage(c *web.Call, in purgeDossierInput, typed web.Typed) (any, error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "retention.get", "", true
	if _, err := k.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/destruction", typed.Key, typed, nil)
	page := layout.FormView{Shell: k.Shell(c), Heading: "Détruire le dossier " + d.ID[:8], Form: f, Back: layout.Action{Label: "Conservation", Href: dossierPath(d.ID) + "/conservation"},
		Lead:   "Les dépositaires détruisent d’abord les clés, avec le visa des archives (« cloison keys shred »). Ce qui suit retire alors le dossier des tables et des fichiers, aussitôt ; sans cet acte, c’est fait dans la minute.",
		Submit: "Détruire", Warning: "Ne se reprend pas. Un procès-verbal reste, sans nom.", Aside: []layout.Panel{retentionPanel(retentionOf(d))}}
	refuse(f, typed)
	return page, nil
}

package desk

import (
	"context"
	"fmt"
	"time"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/medical/reference"
	"cloison/medical/vault"
	"cloison/web"
	"cloison/web/layout"
)

const budgetPath = "/ouvertures"

// budgetForm is the page "Mes ouvertures": what one has opened and may still open, and for a head of service the form that extends another's.
func (k *Desk) budgetForm() web.Option {
	return web.Form(budgetPath, web.Face[extendBudgetInput, Extended]{Template: "form", View: k.budgetPage, Said: "budget_extended",
		Done: func(*web.Call, extendBudgetInput, Extended) string { return budgetPath }})
}

func (k *Desk) budgetPage(c *web.Call, _ extendBudgetInput, typed web.Typed) (any, error) {
	looking := c.Act(act.Object{})
	looking.Action, looking.IdempotencyKey, looking.ReadOnly = "me.get", "", true
	if _, err := k.Gate.Do(c.Context(), c.Who, looking, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	page := layout.FormView{Shell: k.Shell(c), Heading: "Mes ouvertures", Back: layout.Action{Label: "Mon travail", Href: "/dossiers"},
		Lead: "Chaque dossier ouvert compte une fois, aussi souvent que vous le relisiez. Un plafond atteint se libère avec l’heure ou le jour ; un chef de service peut l’étendre pour la journée."}
	if c.Who.Handle.Reveal() == "" {
		page.Lead = "Votre rôle n’ouvre aucun dossier."
		return page, nil
	}
	standing, err := k.Keys.Budgets(c.Context(), c.Who.Handle.Reveal())
	if err != nil {
		return nil, vault.KeyError(err)
	}
	for _, w := range standing.Windows {
		page.Aside = append(page.Aside, budgetPanel(w))
	}
	if c.Who.Role == "MEDECIN" {
		page.Acts = append(page.Acts, layout.Act{Title: "Mes absences", Text: "Les jours où vous n’êtes proposé nulle part, et les dossiers repris par un autre.",
			Link: &layout.Action{Label: "Voir", Href: personPath(c.Who.ID, absencesTail)}, Minor: true})
	}
	door, err := k.door(c)
	if err != nil {
		return nil, err
	}
	if door.Asked {
		page.Acts = append(page.Acts, layout.Act{Title: "Mes clés d’accès", Text: "Celles qui confirment vos actes, et celles que les dépositaires n’ont pas encore vues.",
			Link: &layout.Action{Label: "Voir", Href: PasskeysPath}, Minor: true})
	}
	if standing.Head {
		page.Acts = append(page.Acts, layout.Act{Title: "Équipe", Text: "Qui est habilité, et qui succède à qui.", Link: &layout.Action{Label: "Ouvrir", Href: peoplePath}, Minor: true})
		if err := k.extensionFields(c, typed, &page); err != nil {
			return nil, err
		}
	}
	return page, nil
}

func (k *Desk) extensionFields(c *web.Call, typed web.Typed, page *layout.FormView) error {
	today := k.Clock.Now().In(reference.Location("")).Format(time.DateOnly)
	readers, err := identity.PhysiciansOn(c.Context(), k.Pool, today)
	if err != nil {
		return err
	}
	var people []layout.Option
	for _, p := range readers {
		if p.ID != c.Who.ID {
			people = append(people, layout.Option{Value: p.ID, Label: "Dr " + p.Name()})
		}
	}
	f := layout.NewForm(budgetPath, typed.Key, typed, nil)
	page.Form, page.Submit = f, "Étendre pour aujourd’hui"
	page.Warning = "Vous confirmerez votre identité. L’extension vaut pour aujourd’hui, et s’inscrit au journal avec son motif."
	page.Parts = []layout.Part{{Title: "Étendre le plafond d’une personne", Fields: []layout.Field{
		f.Select("person", "Personne", "", people...),
		f.Radio("compartment", "Partie des dossiers", "", layout.Option{Value: "medical", Label: "Médicale"}, layout.Option{Value: "civil", Label: "Civile"}),
		f.Number("more", "Dossiers de plus", "Au plus autant que le plafond du jour."),
		f.Select("reason", "Motif", "", reasonOptions()...),
	}}}
	refuse(f, typed)
	return nil
}

func reasonOptions() []layout.Option {
	words := map[string]string{
		keyholder.ReasonBacklog: "Dossiers en attente", keyholder.ReasonReplacement: "Remplacement d’une personne absente",
		keyholder.ReasonTransfer: "Reprise d’un territoire", keyholder.ReasonLitigation: "Délai d’un contentieux", keyholder.ReasonAudit: "Contrôle ordonné",
	}
	var options []layout.Option
	for _, r := range keyholder.Reasons() {
		options = append(options, layout.Option{Value: r, Label: words[r]})
	}
	return options
}

var (
	compartmentWords = map[string]string{"civil": "partie civile", "medical": "partie médicale"}
	periodWords      = map[string]string{keyholder.PeriodHour: "Vous, dans l’heure", keyholder.PeriodDay: "Vous, aujourd’hui", keyholder.PeriodZoneDay: "Tout le service, aujourd’hui"}
)

func budgetPanel(w keyholder.Window) layout.Panel {
	panel := layout.Panel{Title: periodWords[w.Period] + ", " + compartmentWords[w.Compartment], Big: fmt.Sprintf("%d sur %d", w.Used, w.Limit), Alt: w.Near()}
	if w.Extended > 0 {
		panel.Lines = append(panel.Lines, layout.Line{Mark: "ok", Text: fmt.Sprintf("Étendu de %d aujourd’hui", w.Extended)})
	}
	if sentence := budgetSentence(w); sentence != "" {
		panel.Lines = append(panel.Lines, layout.Line{Mark: "wait", Text: sentence})
	}
	return panel
}

// budgetSentence warns from 80 % on.
func budgetSentence(w keyholder.Window) string {
	switch {
	case w.Used >= w.Limit:
		return "Plafond atteint : aucun autre dossier ne s’ouvre."
	case w.Near():
		return fmt.Sprintf("Plafond proche : il reste %d à ouvrir.", w.Limit-w.Used)
	}
	return ""
}

// budgetWarnings are what a reader's first page says of his budgets. keyholder sealed or silent says nothing there: the list opens nothing.
func (k *Desk) budgetWarnings(c *web.Call) []string {
	if c.Who.Handle.Reveal() == "" {
		return nil
	}
	standing, err := k.Keys.Budgets(c.Context(), c.Who.Handle.Reveal())
	if err != nil {
		return nil
	}
	var out []string
	for _, w := range standing.Windows {
		if sentence := budgetSentence(w); sentence != "" {
			out = append(out, fmt.Sprintf("%s, %s : %d dossiers sur %d. %s", periodWords[w.Period], compartmentWords[w.Compartment], w.Used, w.Limit, sentence))
		}
	}
	return out
}

// Budgets are what operation me shows.
func Budgets(ctx context.Context, keys *keyholder.Client, who act.Subject) ([]identity.Budget, error) {
	if who.Handle.Reveal() == "" {
		return []identity.Budget{}, nil
	}
	standing, err := keys.Budgets(ctx, who.Handle.Reveal())
	if err != nil {
		return nil, vault.KeyError(err)
	}
	budgets := []identity.Budget{}
	for _, w := range standing.Windows {
		budgets = append(budgets, identity.Budget{Compartment: w.Compartment, Period: w.Period, Limit: w.Limit, Used: w.Used, Near: w.Near()})
	}
	return budgets, nil
}

package layout

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"slices"
)

//go:embed templates/*.html
var sources embed.FS

// page binds a name to its view: Render refuses another type, so that a page can't be fed by another page's act.
type page struct {
	view     reflect.Type
	template *template.Template
}

var pages = compile()

func compile() map[string]page {
	views := map[string]any{
		"my_work": MyWorkView{},
		"inbox":   InboxView{},
		"journal": JournalView{},

		"journal_state": LogStateView{},
		"journal_proof": LogProofView{},

		"journal_replay": ReplayView{},
		"incident":       IncidentView{},
		"alarms":         AlarmsView{},
		"samples":        SamplesView{},

		"refusal":   RefusalView{},
		"error":     ErrorView{},
		"login":     LoginView{},
		"form":      FormView{},
		"dossier":   DossierView{},
		"college":   CollegeView{},
		"referrals": ReferralsView{},
		"referral":  ReferralView{},
		"opinion":   OpinionView{},
		"ended":     EndedView{},
		"confirm":   ConfirmView{},
		"passkey":   PasskeyView{},
		"passkeys":  PasskeysView{},
		"letter":    LetterView{},
		"reading":   ReadingView{},
		"list":      ListView{},
		"cases":     CasesView{},
		"case":      CaseView{},
		"law":       LawView{},
	}
	shell := template.Must(template.New("shell.html").Funcs(functions).ParseFS(sources, "templates/shell.html", "templates/parts.html", "templates/fields.html", "templates/paper.html"))
	compiled := map[string]page{}
	for name, view := range views {
		own := template.Must(template.Must(shell.Clone()).ParseFS(sources, "templates/"+name+".html"))
		compiled[name] = page{view: reflect.TypeOf(view), template: own}
	}
	return compiled
}

// Names lists the pages, sorted.
func Names() []string {
	var names []string
	for name := range pages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Render writes the page called name. Nothing is written when it returns an error of its own; an error of w is returned as is.
func Render(w io.Writer, name string, view any) error {
	p, ok := pages[name]
	if !ok {
		return fmt.Errorf("rendering page: no page is called %q", name)
	}
	if got := reflect.TypeOf(view); got != p.view {
		return fmt.Errorf("rendering page %s: its view is %v, not %v", name, p.view, got)
	}
	var whole bytes.Buffer
	if err := p.template.Execute(&whole, view); err != nil {
		return fmt.Errorf("rendering page %s: %w", name, err)
	}
	_, err := w.Write(whole.Bytes())
	return err
}

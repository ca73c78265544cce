package desk

import (
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// formOn is a form about a dossier: what every one of them has around its fields.
func (k *Desk) formOn(c *web.Call, d store.Dossier, f *layout.Form, heading string) layout.FormView {
	p := dossierReader{k: k, c: c, d: d, now: k.Clock.Now()}
	return layout.FormView{Shell: k.Shell(c), Heading: heading, Form: f, Badges: badges(d), Clock: p.clock(),
		Back: layout.Action{Label: "Dossier " + d.ID[:8], Href: dossierPath(d.ID)}}
}

// refuse says on the form why it came back. Some rules are about one field, which then says so too.
func refuse(f *layout.Form, typed web.Typed) {
	p := typed.Problem
	if p == nil {
		return
	}
	sentence := p.Detail
	if p.Rule == "" && len(typed.Misfits()) > 0 {
		sentence = "Des champs sont à corriger."
	}
	f.Refuse(layout.Refused{Sentence: sentence, Rule: p.Rule, Request: p.RequestID, Yours: p.Code == "invalid"})
}

func notRequired(field layout.Field) layout.Field { field.Optional = true; return field }
func wide(field layout.Field) layout.Field        { field.Wide = true; return field }

// view is what every write answers.
type view = store.View

// backToDossier is where most acts lead.
func backToDossier[In any](id func(In) string) func(*web.Call, In, store.View) string {
	return func(_ *web.Call, in In, _ store.View) string { return dossierPath(id(in)) }
}

// buttonOn is a form that is one button.
func buttonOn(c *web.Call, path string) *layout.Form {
	return layout.NewForm(path, c.FormKey(), web.Typed{}, nil)
}

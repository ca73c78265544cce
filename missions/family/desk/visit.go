package desk

import (
	"context"
	"strconv"
	"time"

	"cloison/act"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

const visitPath = "/visite"

// Visitor is a family that comes to the visit of arrival, as the medical service that makes it sees it: who, when, and whether its certificate was
// given. It says nothing of the case, and the case learns nothing else from it (docs/decisions, « the visit of arrival is a closed answer »).
type Visitor struct {
	ID         string       `json:"id"`
	AGDREF     string       `json:"agdref"`
	FamilyName string       `json:"family_name"`
	GivenNames string       `json:"given_names"`
	Persons    []PostPerson `json:"persons"`
	At         *time.Time   `json:"at"`        // of the appointment, none where it is still to be made
	Certified  bool         `json:"certified"` // the visit was made, and its certificate given to the family
}

// listVisits are the families that arrive in the reader's directions, narrowed in SQL.
func (d *Desk) listVisits(c *web.Call, in listPostCasesIn) (web.Reply[web.List[Visitor]], error) {
	none := web.Reply[web.List[Visitor]]{}
	after, err := int64(0), error(nil)
	if in.After != "" {
		after, err = strconv.ParseInt(in.After, 10, 64)
	}
	if err != nil {
		return none, act.NewError(act.Invalid, "La suite demandée n’existe pas. Reprenez la liste à son début.")
	}
	var found []store.Case
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		found, err = store.FindArriving(ctx, tx, c.Who.Directions, after, in.Count())
		return err
	}); err != nil {
		return none, err
	}
	var items []Visitor
	next := ""
	for _, one := range found {
		view, err := d.visitor(one)
		if err != nil {
			return none, err
		}
		items = append(items, view)
		if len(found) == in.Count() {
			next = strconv.FormatInt(one.Position, 10)
		}
	}
	return web.OK(web.NewList(items, next)), nil
}

func (d *Desk) visitor(kept store.Case) (Visitor, error) {
	s, err := family.Fold(kept.Request, kept.Events, d.Law)
	if err != nil {
		return Visitor{}, refused(err)
	}
	view := Visitor{ID: kept.ID, AGDREF: kept.AGDREF, FamilyName: kept.FamilyName, GivenNames: kept.GivenNames, Persons: []PostPerson{}, Certified: s.Certified}
	for _, b := range s.Household(kept.Request).Asked() {
		view.Persons = append(view.Persons, PostPerson{string(b.Relation), b.BirthDate, b.Nationality})
	}
	for _, p := range kept.Appointments {
		if p.Kind == store.ArrivalVisit && !p.Cancelled {
			view.At = &p.At
		}
	}
	return view, nil
}

func (d *Desk) getVisit(c *web.Call, in getCaseIn) (web.Reply[Visitor], error) {
	kept, err := d.seenAs(c, in.Case, "family.visit.get")
	if err != nil {
		return web.Reply[Visitor]{}, err
	}
	view, err := d.visitor(kept)
	return web.OK(view), err
}

// recordVisit is the medical service: the visit was made. The answer is closed, it has one value and carries no field; what the visit found stands on
// the certificate that the family was given, and nowhere here.
func (d *Desk) recordVisit(c *web.Call, in getCaseIn) (web.Reply[Visitor], error) {
	after, err := d.changed(c, in.Case, "family.visit.get", func(ctx context.Context, tx *act.Tx, kept store.Case) error {
		return d.append(ctx, tx, &kept, family.MedicalService, family.CertificateIssued{})
	})
	if err != nil {
		return web.Reply[Visitor]{}, err
	}
	view, err := d.visitor(after)
	return web.OK(view), err
}

func (d *Desk) visitForm() web.Option {
	return web.Form(visitPath+"/:case/certificat", web.Face[getCaseIn, Visitor]{Template: "form", Said: "case_event",
		View: func(c *web.Call, in getCaseIn, typed web.Typed) (any, error) {
			kept, err := d.seenAs(c, in.Case, "family.visit.get")
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(visitPath+"/"+in.Case+"/certificat", typed.Key, typed, nil)
			view := layout.FormView{Shell: d.Shell(c), Heading: "Visite faite, certificat remis", Form: f, Submit: "Enregistrer", Parts: []layout.Part{{}},
				Lead: "Le dossier apprend que la visite a eu lieu, et rien de ce qu’elle a trouvé. Aucun autre renseignement n’est attendu ni gardé ici.",
				Back: layout.Action{Label: "Visites d’arrivée", Href: visitPath}, Badges: []layout.Badge{{Text: kept.FamilyName + " " + kept.GivenNames}, {Text: kept.AGDREF}}}
			refuse(f, typed)
			return view, nil
		},
		Done: func(*web.Call, getCaseIn, Visitor) string { return visitPath },
	})
}

// visitsPage is the page face of listVisits.
func (d *Desk) visitsPage(c *web.Call, list web.List[Visitor]) any {
	section := layout.ListSection{ID: "visites", Title: "Familles attendues", Columns: []string{"Famille", "Personnes", "Rendez-vous", "Certificat"}, Empty: "Aucune famille n’est attendue dans votre ressort."}
	for _, k := range list.Items {
		name := k.FamilyName + " " + k.GivenNames
		row := []layout.ListCell{{Text: name, Note: k.AGDREF}, {Text: layout.Group(int64(len(k.Persons)))}, {Text: "à fixer"}, {Text: "remis"}}
		if k.At != nil {
			row[2].Text = layout.FrenchDateTime(k.At.In(d.Location))
		}
		if !k.Certified {
			row[3] = layout.ListCell{Text: "attendu", Of: name, Links: []layout.Action{{Label: "Visite faite, certificat remis", Href: visitPath + "/" + k.ID + "/certificat"}}}
		}
		section.Rows = append(section.Rows, row)
	}
	view := layout.ListView{Shell: d.Shell(c), Heading: "Visites d’arrivée", Lead: "Du visa à la remise à l’intégration (R. 434-31).", Sections: []layout.ListSection{section}}
	if list.Next != "" {
		view.Next = []layout.Action{{Label: "La suite", Href: visitPath + "?after=" + list.Next}}
	}
	return view
}

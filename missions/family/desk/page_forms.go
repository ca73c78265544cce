package desk

import (
	"context"
	"fmt"
	"strconv"

	"cloison/act"
	"cloison/missions/family"
	"cloison/web"
	"cloison/web/layout"
)

const newPath = queuePath + "/nouvelle"

// createForm is the page face of createCase.
func (d *Desk) createForm() web.Option {
	return web.Form(newPath, web.Face[createCaseIn, Case]{Template: "form", View: d.createPage, Said: "case_created",
		Done: func(_ *web.Call, _ createCaseIn, out Case) string { return casePath(out.ID) }})
}

var statusWords = map[family.Status]string{
	family.ThirdCountry: "Titulaire d’un titre de séjour", family.FrenchFamily: "Famille de Français", family.EUCitizen: "Citoyen de l’Union, de l’EEE ou de la Suisse", family.TalentOrICT: "Talent ou ICT",
	family.Protected: "Réfugié, protégé ou apatride", family.LongTermElse: "Résident de longue durée d’un autre État de l’Union", family.SeasonalWorker: "Travailleur saisonnier",
}

var titleWords = map[family.TitleCode]string{
	family.TemporaryCard: "Carte de séjour temporaire", family.MultiYearCard: "Carte de séjour pluriannuelle", family.ResidentCard: "Carte de résident", family.PermanentCard: "Carte de résident permanent",
	family.RenewalReceipt: "Récépissé de renouvellement", family.FirstReceipt: "Récépissé de première demande", family.LongStayVisa: "Visa de long séjour valant titre", family.ProvisionalPermit: "Autorisation provisoire",
	family.OtherTitle: "Autre",
}

var filiationWords = map[family.Filiation]string{
	family.OfTheCouple: "Enfant du couple", family.OfOneParent: "D’un seul des deux parents", family.OtherDead: "L’autre parent est décédé", family.OtherDeprived: "L’autre parent est déchu de ses droits",
	family.EntrustedChild: "Confié par un jugement étranger", family.Kafala: "Recueilli par kafala",
}

var relationWords = map[family.Relation]string{family.Spouse: "Conjoint", family.Child: "Enfant"}

var motiveWords = map[family.Motive]string{family.Schooling: "Scolarité", family.HousingOnly: "Logement", family.InThePieces: "Dans les pièces du dossier"}

func (d *Desk) createPage(c *web.Call, _ createCaseIn, typed web.Typed) (any, error) {
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "family.case.list", "", true
	if _, err := d.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	f := layout.NewForm(newPath, typed.Key, typed, map[string]string{"request.applicant.status": string(family.ThirdCountry), "request.applicant.exempted": "false"})
	view := layout.FormView{Shell: d.Shell(c), Heading: "Nouvelle demande de regroupement familial", Form: f, Back: layout.Action{Label: "Regroupement familial", Href: queuePath},
		Lead: "Le dossier est reçu aujourd’hui par la direction du département où la famille vivra. Aucun élément de santé n’est attendu ici.", Submit: "Enregistrer la demande",
		Parts: []layout.Part{requestPart(f), applicantPart(f), titlesPart(f), familyPart(f)}}
	refuse(f, typed)
	return view, nil
}

func requestPart(f *layout.Form) layout.Part {
	types := map[family.Type]string{}
	for code, words := range typeWords {
		types[family.Type(code)] = words
	}
	fields := []layout.Field{f.Select("request.type", "Type", "", options(family.Types(), types)...), f.Date("request.filed_on", "Déposée le", ""),
		f.Text("request.commune", "Commune où la famille vivra", "Code INSEE, cinq caractères : 69123 pour Lyon")}
	fields = append(fields, layout.Optionally(f.Select("request.motive", "Motif d’une demande partielle", "Un motif de santé reste dans les pièces", options(family.Motives(), motiveWords)...),
		f.Text("request.previous", "Dossier précédent", "D’une nouvelle demande ou d’un changement"))...)
	return layout.Part{Title: "La demande", Fields: fields}
}

func applicantPart(f *layout.Form) layout.Part {
	p := "request.applicant."
	return layout.Part{Title: "Le demandeur", Fields: append([]layout.Field{
		f.Text("agdref", "Numéro AGDREF", "Neuf ou dix chiffres"), f.Text("family_name", "Nom", ""), f.Text("given_names", "Prénoms", ""),
		f.Date(p+"birth_date", "Né le", ""), f.Select(p+"nationality", "Nationalité", "", layout.CountryOptions()...), f.Select(p+"status", "Situation", "", options(family.Statuses(), statusWords)...),
		f.Area("address", "Adresse", "Où les lettres vont. Elle peut venir plus tard", 3),
		f.YesNo(p+"exempted", "Perçoit une allocation qui dispense des ressources ?", "Laquelle reste dans les pièces"),
	}, layout.Optionally(f.Date(p+"married_on", "Marié le", ""))...)}
}

func titlesPart(f *layout.Form) layout.Part {
	list := "request.applicant.titles"
	part := layout.Part{Title: "Titres de séjour", Intro: "Du plus ancien au titre en cours."}
	for i := range f.Count(list, 1) {
		place := list + "." + strconv.Itoa(i)
		part.Blocks = append(part.Blocks, layout.Block{Legend: fmt.Sprintf("Titre %d", i+1), Remove: place, Fields: append([]layout.Field{
			f.Select(place+".code", "Nature", "", options(family.TitleCodes(), titleWords)...), f.Date(place+".from", "Du", "")},
			layout.Optionally(f.Date(place+".to", "Au", ""), f.Select(place+".renews", "Renouvelle", "D’un récépissé", options(family.TitleCodes(), titleWords)...))...)})
	}
	part.Add = &layout.Add{List: list, Label: "Ajouter un titre"}
	return part
}

func familyPart(f *layout.Form) layout.Part {
	list := "request.family"
	part := layout.Part{Title: "La famille", Intro: "Toutes les personnes qui vivront au foyer, demandées ou déjà présentes."}
	for i := range f.Count(list, 1) {
		place := list + "." + strconv.Itoa(i)
		part.Blocks = append(part.Blocks, layout.Block{Legend: fmt.Sprintf("Personne %d", i+1), Remove: place, Fields: append([]layout.Field{
			f.Radio(place+".relation", "Lien", "", options([]family.Relation{family.Spouse, family.Child}, relationWords)...),
			f.Date(place+".birth_date", "Née le", ""), f.Select(place+".nationality", "Nationalité", "", layout.CountryOptions()...)},
			layout.Optionally(f.Tick(place+".asked", "La demande porte sur cette personne", ""), f.Tick(place+".in_france", "Réside déjà en France", ""), f.Tick(place+".will_live_here", "Vivra au foyer sans être demandée", ""),
				f.Select(place+".filiation", "Filiation", "D’un enfant", options(family.Filiations(), filiationWords)...), f.Tick(place+".judgment", "Jugement ou homologation au dossier", ""),
				f.Tick(place+".consent", "Consentement de l’autre parent au dossier", ""), f.Tick(place+".other_spouse", "Un autre conjoint vit déjà en France", ""))...)})
	}
	part.Add = &layout.Add{List: list, Label: "Ajouter une personne"}
	return part
}

// resourcesForm is the page face of computeResources.
func (d *Desk) resourcesForm() web.Option {
	return web.Form(queuePath+"/:case/ressources", web.Face[computeResourcesIn, Case]{Template: "form", Said: "case_computed",
		View: func(c *web.Call, in computeResourcesIn, typed web.Typed) (any, error) {
			kept, err := d.seen(c, in.Case)
			if err != nil {
				return nil, err
			}
			from, to := family.Window(kept.Request)
			f := layout.NewForm(casePath(in.Case)+"/ressources", typed.Key, typed, map[string]string{"basis": string(family.Gross),
				"sources.0.from": from.String(), "sources.0.to": to.String(), "sources.0.whose": string(family.OfApplicant), "sources.0.kind": "SALAIRE", "sources.0.stable": "true"})
			view := d.formOn(c, kept, f, "Calculer les ressources")
			view.Lead, view.Submit = "Les douze mois entiers qui précèdent le dépôt, du "+layout.FrenchDate(from.Time())+" au "+layout.FrenchDate(to.Time())+", du demandeur et de son conjoint.", "Calculer"
			part := layout.Part{Intro: "Une ligne par montant : tant qu’il ne change pas, une seule suffit.",
				Fields: []layout.Field{f.Radio("basis", "Base", "Tous les montants sur la même", layout.Option{Value: "BRUT", Label: "Brut"}, layout.Option{Value: "NET", Label: "Net (SMIC net non saisi)"})}}
			for i := range f.Count("sources", 1) {
				part.Blocks = append(part.Blocks, sourceBlock(f, i, family.IncomeKinds(d.Law)))
			}
			part.Add = &layout.Add{List: "sources", Label: "Ajouter un montant"}
			view.Parts = []layout.Part{part}
			refuse(f, typed)
			return view, nil
		},
		Done: func(_ *web.Call, in computeResourcesIn, _ Case) string { return casePath(in.Case) }})
}

func sourceBlock(f *layout.Form, i int, kinds []string) layout.Block {
	place := "sources." + strconv.Itoa(i)
	return layout.Block{Legend: fmt.Sprintf("Montant %d", i+1), Remove: place, Fields: []layout.Field{
		f.Select(place+".kind", "Nature", "", options(kinds, incomeWords)...),
		f.Radio(place+".whose", "De", "", layout.Option{Value: string(family.OfApplicant), Label: "Demandeur"}, layout.Option{Value: string(family.OfSpouse), Label: "Conjoint"}),
		f.Text(place+".amount", "Montant par mois", "En euros, par exemple 1823.03"),
		f.Date(place+".from", "Du mois de", "Un jour du premier mois"), f.Date(place+".to", "Au mois de", "Un jour du dernier mois"),
		f.Tick(place+".stable", "Ressource stable", "Elle continuera d’alimenter le budget")}}
}

var incomeWords = map[string]string{
	"SALAIRE": "Salaire", "REVENU_NON_SALARIE": "Revenu d’une activité non salariée", "RETRAITE": "Retraite", "PENSION": "Pension", "CHOMAGE": "Allocation de chômage", "AUTRE_STABLE": "Autre ressource stable",
	"PRESTATIONS_FAMILIALES": "Prestations familiales (exclues)", "RSA": "RSA (exclu)", "ASPA": "ASPA (exclue)", "ATA": "ATA (exclue)", "ASS": "ASS (exclue)", "AER": "AER (exclue)", "ADA": "ADA (exclue)", "APL": "APL",
}

// housingForm is the page face of computeHousing.
func (d *Desk) housingForm() web.Option {
	return web.Form(queuePath+"/:case/logement", web.Face[computeHousingIn, Case]{Template: "form", Said: "case_computed",
		View: func(c *web.Call, in computeHousingIn, typed web.Typed) (any, error) {
			kept, err := d.seen(c, in.Case)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(casePath(in.Case)+"/logement", typed.Key, typed, map[string]string{"described": "false"})
			view := d.formOn(c, kept, f, "Calculer le logement")
			view.Lead, view.Submit = "Surface habitable et décence, selon la zone et le nombre de personnes. Le nombre de pièces ne compte pas.", "Calculer"
			items := options(family.DecencyItems(), decencyWords)
			view.Parts = []layout.Part{{Fields: append([]layout.Field{f.Text("surface", "Surface habitable", "En m², par exemple 62.5"), f.Ticks("decent", "Vérifié conforme", "", items...), f.Ticks("not_decent", "Vérifié non conforme", "", items...)},
				append(layout.Optionally(f.Date("available_on", "Disponible le", "D’un logement à venir (L. 434-11)")), f.YesNo("described", "Caractéristiques et date vérifiées sur pièces ?", "D’un logement à venir"))...)}}
			refuse(f, typed)
			return view, nil
		},
		Done: func(_ *web.Call, in computeHousingIn, _ Case) string { return casePath(in.Case) }})
}

var decencyWords = map[string]string{
	"CLOS_ET_COUVERT": "Clos et couvert", "GARDE_CORPS": "Garde-corps", "RESEAUX_SURS": "Réseaux sûrs", "AERATION": "Aération", "ECLAIREMENT_NATUREL": "Éclairement naturel", "CHAUFFAGE": "Chauffage",
	"EAU_POTABLE": "Eau potable", "EVACUATION": "Évacuation des eaux", "CUISINE": "Cuisine", "SANITAIRES": "Sanitaires", "ELECTRICITE": "Électricité",
}

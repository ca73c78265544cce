package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// eventPage is the page of one kind of event that a person records. What it says before it is done is what it does in law.
type eventPage struct {
	tail, title, lead string
	submit, warning   string
	kind              medical.EventType
	fields            func(context.Context, eventForm) ([]layout.Field, error)
}

// eventForm is what the fields of an event are made from.
type eventForm struct {
	*layout.Form
	k       *Desk
	d       store.Dossier
	request medical.Request // the one in the address; zero for an event about the dossier
}

// ofRequest is where the pages of an event about a request stand.
const ofRequest = "/demandes/:request"

var eventPages = []eventPage{
	{ofRequest + "/presence", "La personne est venue", "Enregistrez aussi le contrôle de son identité, sur sa propre page.",
		"Enregistrer la présence", "", medical.EvPresent, presenceFields},
	{ofRequest + "/absence", "La personne n’est pas venue", "L’absence n’est pas encore un défaut : il se constate ensuite, si elle est sans motif et si la lettre a été présentée à la dernière adresse connue (à confirmer).",
		"Enregistrer l’absence", "", medical.EvAbsent, absenceFields},
	{ofRequest + "/defaut", "Constater un défaut", "Un défaut ne bloque rien : le rapport et l’avis sont établis avec les éléments dont le service dispose, et le mentionnent (R. 425-12).",
		"Constater le défaut", "Une absence ou des examens non produits sont annoncés à la préfecture, par la seule date. Ne se reprend pas.", medical.EvDefaultFound, defaultFields},
	{"/defaut-identite", "Constater que l’identité n’est pas justifiée", "Le dernier contrôle est négatif. Le rapport et l’avis le mentionnent (R. 425-12).",
		"Constater le défaut", "Ne se reprend pas.", medical.EvDefaultFound, identityDefaultFields},
	{"/identite", "Vérifier l’identité", "Ce qui a été présenté, sans numéro ni copie : le contrôle est daté et signé de votre nom.",
		"Enregistrer le contrôle", "", medical.EvIdentityChecked, identityFields},
	{"/adresse", "Adresse vérifiée", "La dernière adresse connue : les lettres suivantes y partent, et seule une lettre présentée là prouve quelque chose.",
		"Enregistrer l’adresse", "", medical.EvAddressChecked, addressFields},
	{"/information", "La personne a été informée", "Ce que le service lui a fait savoir, et comment.",
		"Enregistrer", "", medical.EvApplicantInformed, informedFields},
	{"/pieces-recues", "Pièces reçues de la personne", "Versez d’abord les pièces au dossier, puis désignez celles qui viennent d’arriver.",
		"Enregistrer la réception", "", medical.EvDocumentReceived, receivedFields},
	{"/certificat-absent", "Certificat non parvenu", "Le délai d’envoi est passé et le certificat n’est pas arrivé (R. 425-12). Un certificat tardif reste recevable (à confirmer).",
		"Constater la non-réception", "La préfecture est informée de la date, sans autre contenu. Se constate une fois.", medical.EvCertificateMissing, nil},
	{"/retrait", "La personne retire sa demande", "Seule la personne retire sa demande, par écrit. Le dossier se clôt ensuite, par un acte à part.",
		"Enregistrer le retrait", "", medical.EvWithdrawn, withdrawalFields},
	{"/accord-retire", "La personne retire son accord", "Plus aucun professionnel n’est interrogé (L. 425-9, alinéa 3). Ce qui a déjà été reçu demeure au dossier.",
		"Enregistrer le retrait de l’accord", "", medical.EvConsentWithdrawn, nil},
	{"/deces", "Décès", "Le décès est enregistré ; le dossier se clôt ensuite, par un acte à part.",
		"Enregistrer le décès", "", medical.EvDied, nil},
	{"/acces", "Demande d’accès au dossier", "Le dossier se remet dans les huit jours, jamais avant quarante-huit heures ; dans les deux mois si ses informations ont plus de cinq ans (L. 1111-7 du code de la santé publique, à confirmer).",
		"Enregistrer la demande", "", medical.EvAccessRequested, accessFields},
	{"/juridiction", "Demande d’une juridiction", "La demande est datée ; ce qui lui est remis suit les règles de la levée du secret.",
		"Enregistrer la demande", "", medical.EvCourtRequest, courtFields},
	{"/jugement", "Jugement", "Le sens de la décision de justice, s’il est connu.",
		"Enregistrer le jugement", "", medical.EvJudged, judgedFields},
}

// eventForms are the page faces of recordEvent.
func (k *Desk) eventForms() []web.Option {
	var all []web.Option
	for _, page := range eventPages {
		all = append(all, web.Form("/dossiers/:dossier"+page.tail, web.Face[recordEventInput, view]{
			Template: "form", View: k.eventView(page), Said: "event_recorded", Fill: page.fill,
			Done: toRequests[recordEventInput, view](func(in recordEventInput) string { return in.Dossier }),
		}))
	}
	return all
}

func (page eventPage) fill(c *web.Call, typed *web.Typed) {
	typed.Set("type", string(page.kind))
	if page.kind == medical.EvApplicantInformed && typed.Text("mode") == "" {
		typed.Note("mode", "Dites comment la personne a été informée.")
	}
	if ref := c.Fiber.Params("request"); ref != "" {
		typed.Set("ref", ref)
	}
}

func (k *Desk) eventView(page eventPage) func(*web.Call, recordEventInput, web.Typed) (any, error) {
	return func(c *web.Call, in recordEventInput, typed web.Typed) (any, error) {
		d, err := k.seen(c, in.Dossier)
		if err != nil {
			return nil, err
		}
		ref := c.Fiber.Params("request")
		r, ok := d.Case.Request(ref)
		if ref != "" && !ok {
			return nil, act.NotFound()
		}
		f := layout.NewForm(c.Fiber.Path(), typed.Key, typed, nil)
		view := k.formOn(c, d, f, page.heading(r))
		view.Lead, view.Submit, view.Warning = page.lead, page.submit, page.warning
		if page.fields != nil {
			fields, err := page.fields(c.Context(), eventForm{Form: f, k: k, d: d, request: r})
			if err != nil {
				return nil, err
			}
			view.Parts = []layout.Part{{Fields: fields}}
		}
		if ok {
			view.Aside = k.requestPanels(d, r, page.kind)
		}
		refuse(f, typed)
		return view, nil
	}
}

func (page eventPage) heading(r medical.Request) string {
	if r.Ref == "" {
		return page.title
	}
	return page.title + " : " + requestTitle(r)
}

// requestPanels are what is known of the letters, and, before a default, whether it can be found today.
func (k *Desk) requestPanels(d store.Dossier, r medical.Request, kind medical.EventType) []layout.Panel {
	panels := []layout.Panel{{Title: "Acheminement", Alt: true, Lines: trail(r)}}
	if kind != medical.EvDefaultFound {
		return panels
	}
	line := layout.Line{Mark: "ok", Text: "Le défaut peut être constaté aujourd’hui"}
	if rule := d.Case.DefaultRule(r, k.today(d)); rule != "" {
		line = layout.Line{Mark: "barred", Text: "Il ne peut pas l’être aujourd’hui", Note: act.Deny(string(rule)).Sentence}
	}
	return append([]layout.Panel{{Title: "Ce défaut", Lines: []layout.Line{line}}}, panels...)
}

func presenceFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	fields := []layout.Field{
		notRequired(f.Select("interpreter", "Interprète", "", layout.Option{Value: "PHYSIQUE", Label: "Sur place"}, layout.Option{Value: "TELEPHONE", Label: "Par téléphone"})),
		f.Tick("companion_physician", "Accompagnée d’un médecin de son choix", ""),
	}
	if len(f.d.Case.Representatives) > 0 {
		fields = append(fields, notRequired(f.Select("legal_representative", "Représentant légal présent", "Obligatoire pour un mineur", representativeChoices(f.d.Case)...)))
	}
	return fields, nil
}

func absenceFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{f.Radio("cause", "Ce que le service en sait", "", choices(absenceChoices...)...)}, nil
}

// defaultFields: which default it is follows from what was asked.
func defaultFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	found, _ := medical.DefaultOf(f.request.Asked.Type)
	cause := layout.Option{Value: medical.CauseApplicant, Label: "Le fait de la personne"}
	if found == medical.DefaultUnanswered {
		cause = layout.Option{Value: medical.CauseProfessional, Label: "Le silence du professionnel : la personne n’y est pour rien"}
	}
	return []layout.Field{f.Hidden("defaut", found), wide(f.Radio("cause", wordsOf(defaultChoices, found)+" : à qui tient ce défaut ?", "Un autre motif ne se constate pas : il n’est pas opposable.", cause))}, nil
}

func identityDefaultFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{f.Hidden("defaut", medical.DefaultIdentity), f.Hidden("cause", medical.CauseApplicant)}, nil
}

func identityFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{
		f.Select("person", "De qui", "", personChoices(f.d.Case)...), f.YesNo("identity_shown", "L’identité est justifiée", ""),
		notRequired(f.Select("identity_document", "Par quel document", "Si elle l’est", choices(identityChoices...)...)),
	}, nil
}

func addressFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{f.Area("address", "Adresse", "Scellée", 3)}, nil
}

func informedFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	var about []layout.Option
	for _, r := range f.d.Case.Requests() {
		about = append(about, layout.Option{Value: r.Ref, Label: requestTitle(r)})
	}
	return []layout.Field{
		f.Select("mode", "Comment", "", choices(informationChoices...)...),
		notRequired(f.Select("ref", "À propos de", "", about...)),
	}, nil
}

func receivedFields(ctx context.Context, f eventForm) ([]layout.Field, error) {
	options, err := f.k.documentChoices(ctx, f.d)
	return []layout.Field{f.Ticks("document_ids", "Pièces", "Par date d’arrivée : leur intitulé est scellé", options...)}, err
}

func withdrawalFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	fields := []layout.Field{f.Select("mode", "Reçu par", "", choices(modeChoices[:5]...)...)}
	if len(f.d.Case.Referrals) > 1 {
		fields = append(fields, notRequired(f.Text("agdref", "Numéro AGDREF", "Dix chiffres : celui des dossiers administratifs que le retrait concerne. Vide : tous")))
	}
	return fields, nil
}

func accessFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	askers := append(personChoices(f.d.Case), layout.Option{Value: "mandataire", Label: "Une personne mandatée"},
		layout.Option{Value: "ayant-droit", Label: "Un ayant droit, après un décès"})
	return []layout.Field{f.Select("requester", "Demandé par", "", askers...), notRequired(f.Area("scope", "Motif ou étendue", "Scellé", 2))}, nil
}

func courtFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{
		f.Select("bundle", "Ce qu’elle demande", "", layout.Option{Value: "L1", Label: "L1, attestation de procédure, sans rien de médical"},
			layout.Option{Value: "L2", Label: "L2, éléments médicaux, après la levée du secret par la personne"}, layout.Option{Value: "L4", Label: "L4, dossier de la personne"}),
		f.Text("court", "Juridiction", "Scellé"),
	}, nil
}

func judgedFields(_ context.Context, f eventForm) ([]layout.Field, error) {
	return []layout.Field{
		notRequired(f.Select("outcome", "Sens", "", layout.Option{Value: "ACCORD", Label: "Favorable à la personne"}, layout.Option{Value: "REFUS", Label: "Défavorable"})),
		notRequired(f.Text("court", "Juridiction", "Scellé")),
	}, nil
}

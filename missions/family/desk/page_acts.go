package desk

import (
	"slices"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
	"cloison/web/layout"
)

// actForm is how people meet one kind of event: a form of its own, offered where the case stands so.
type actForm struct {
	slug, code, title, lead string
	at                      []family.State
	fields                  func(*layout.Form) []layout.Field
}

func none(*layout.Form) []layout.Field { return nil }

func options[T ~string](values []T, words map[T]string) []layout.Option {
	var all []layout.Option
	for _, v := range values {
		label := words[v]
		if label == "" {
			label = string(v)
		}
		all = append(all, layout.Option{Value: string(v), Label: label})
	}
	return all
}

var groundWords = map[family.Ground]string{
	"DUREE_SEJOUR": "Durée du séjour", "TITRE": "Titre de séjour", "AGE": "Âge", "FILIATION": "Filiation", "RESSOURCES": "Ressources", "LOGEMENT_SURFACE": "Surface du logement",
	"LOGEMENT_DECENCE": "Décence du logement", "LOGEMENT_VISITE_REFUSEE": "Visite du logement refusée", "DEMANDE_PARTIELLE": "Demande partielle sans motif suffisant", "POLYGAMIE": "Polygamie",
	"RESIDE_EN_FRANCE": "Réside déjà en France", "ORDRE_PUBLIC": "Ordre public", "PRINCIPES": "Principes de la vie familiale",
}

var stepWords = map[family.ArrivalStep]string{
	family.FirstContact: "Premier contact dans le pays d’origine", family.ArrivalGuide: "Guide d’arrivée remis", family.HomeReady: "Logement prêt",
	family.MedicalSummons: "Convocation à la visite d’arrivée", family.Welcome: "Convocation à l’accueil",
}

var (
	examining = []family.State{family.Complete, family.AtMayor, family.OpinionOfMayor, family.OpinionTacit, family.Enquiry, family.Examined, family.AtPrefect}
	afterYes  = []family.State{family.Granted, family.VisaRequested, family.VisaGiven, family.Entered}
)

func found(f *layout.Form, name, label string) layout.Field {
	return f.Radio(name, label, "", layout.Option{Value: string(family.Met), Label: "Remplie"}, layout.Option{Value: string(family.NotMet), Label: "Non remplie"})
}

func checked(f *layout.Form, name, label string) layout.Field {
	return f.Radio(name, label, "", layout.Option{Value: string(family.FoundMet), Label: "Remplie"}, layout.Option{Value: string(family.FoundNotMet), Label: "Non remplie"},
		layout.Option{Value: string(family.Unchecked), Label: "Non vérifiée par la mairie"})
}

func grounds(f *layout.Form) layout.Field {
	return f.Ticks("grounds", "Motifs", "Seulement si la réponse est défavorable. Le nombre de pièces n’en est pas un", options(family.Grounds(), groundWords)...)
}

// ofiiActs are what an agent of OFII records.
var ofiiActs = []actForm{
	{"incomplet", "INCOMPLET", "Rendre le dossier incomplet", "Le dossier retourne au demandeur ; aucun délai ne court.", []family.State{family.Deposited}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Area("missing", "Pièces qui manquent", "Une par ligne", 4)}
	}},
	{"depot", "DEPOT", "Recevoir le dossier complété", "Le dossier rendu est revenu.", []family.State{family.NotComplete}, none},
	{"classement", "CLASSEMENT", "Classer le dossier", "Rien n’est revenu du demandeur.", []family.State{family.NotComplete}, none},
	{"attestation", "ATTESTATION_DE_DEPOT", "Délivrer l’attestation de dépôt", "Les six mois du préfet commencent aujourd’hui.", []family.State{family.Deposited}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Text("attestation", "Numéro de l’attestation", "")}
	}},
	{"consulat", "INFORMATION_CONSULAT", "Informer le consulat", "Le poste voit la demande à son propre guichet et y enregistre le visa (R. 434-14).", append(slices.Clone(examining), family.Granted), func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Select("post", "Poste consulaire", "Celui du pays où la famille vit", postOptions()...)}
	}},
	{"transmission-maire", "TRANSMISSION_MAIRE", "Envoyer la copie au maire", "Le maire de la commune où la famille vivra vérifie et donne son avis.", []family.State{family.Complete}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Text("commune", "Code INSEE de la commune", "")}
	}},
	{"reception-maire", "RECEPTION_MAIRE", "Enregistrer la réception en mairie", "Les deux mois du maire commencent ce jour.", []family.State{family.AtMayor}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Date("on", "Reçue le", "")}
	}},
	{"avis-maire", "AVIS_MAIRE", "Enregistrer l’avis du maire", "Reçu après ses deux mois, il est gardé comme tardif et l’avis tacite demeure.",
		[]family.State{family.AtMayor, family.OpinionTacit, family.Enquiry, family.Examined, family.AtPrefect}, mayorFields},
	{"enquete", "ENQUETE", "Ouvrir l’enquête de l’Office", "L’Office vérifie ce que le maire n’a pas vérifié (R. 434-25).", []family.State{family.OpinionOfMayor, family.OpinionTacit}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("why", "Motif", "", options([]family.EnquiryMotive{family.MayorDidNotCheck, family.MayorAsked, family.Doubt}, map[family.EnquiryMotive]string{
			family.MayorDidNotCheck: "Le maire n’a pas vérifié", family.MayorAsked: "Le maire le demande", family.Doubt: "Un doute"})...)}
	}},
	{"visite", "VISITE", "Enregistrer la visite du logement", "Avec l’autorisation écrite et préalable de l’occupant (R. 434-18).", []family.State{family.Enquiry}, func(f *layout.Form) []layout.Field {
		return append([]layout.Field{f.Radio("outcome", "Ce que la visite a donné", "", options([]family.VisitOutcome{family.VisitDone, family.VisitRefused, family.VisitAbsent},
			map[family.VisitOutcome]string{family.VisitDone: "Faite", family.VisitRefused: "Refusée par l’occupant", family.VisitAbsent: "Occupant absent"})...)},
			layout.Optionally(f.Date("consent", "Autorisation écrite du", ""), f.Date("again", "Nouvelle date après une absence", "Dans les huit jours (à confirmer)"))...)
	}},
	{"constat", "CONSTAT", "Établir le constat de l’Office", "Il va au préfet à côté de l’avis du maire et ne le remplace pas.", []family.State{family.OpinionOfMayor, family.OpinionTacit, family.Enquiry}, func(f *layout.Form) []layout.Field {
		return []layout.Field{found(f, "resources", "Ressources"), found(f, "housing", "Logement")}
	}},
	{"proposition", "PROPOSITION", "Transmettre au préfet", "Le dossier, l’avis du maire, le constat et la proposition partent ensemble. Le préfet seul décide.",
		[]family.State{family.OpinionOfMayor, family.OpinionTacit, family.Examined, family.SilentRejection}, func(f *layout.Form) []layout.Field {
			return []layout.Field{f.YesNo("favourable", "Proposition favorable ?", ""), grounds(f)}
		}},
	{"recours", "RECOURS", "Enregistrer un recours", "Dans les deux mois du refus ou du silence.", []family.State{family.Refused, family.SilentRejection}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("remedy", "Recours", "", options(family.Remedies(), map[family.Remedy]string{"GRACIEUX": "Gracieux", "HIERARCHIQUE": "Hiérarchique", "TRIBUNAL_ADMINISTRATIF": "Tribunal administratif"})...),
			f.Date("on", "Déposé le", "")}
	}},
	{"visa-demande", "VISA_DEMANDE", "Enregistrer la demande de visa", "Dès l’attestation de dépôt ; au plus tard six mois après l’accord (à confirmer).", append(slices.Clone(examining), family.Granted), dated("Demandé le")},
	{"visa-delivre", "VISA_DELIVRE", "Enregistrer le visa délivré", "L’entrée doit suivre dans les trois mois (R. 434-34).", []family.State{family.VisaRequested}, dated("Délivré le")},
	{"visa-refuse", "VISA_REFUSE", "Enregistrer le refus de visa", "Décision du consulat.", []family.State{family.VisaRequested}, dated("Refusé le")},
	{"preparation", "PREPARATION", "Préparer l’arrivée", "Du pays d’origine à l’installation.", afterYes, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Select("step", "Étape faite", "", options(family.ArrivalSteps(), stepWords)...)}
	}},
	{"arrivee", "ARRIVEE", "Enregistrer l’arrivée", "La date d’entrée en France.", []family.State{family.VisaGiven, family.Lapse}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Date("entry_on", "Entrée le", "")}
	}},
	{"remise", "REMISE_INTEGRATION", "Remettre à l’intégration", "Un message enregistré, avec sa base légale et la liste de ses champs.", []family.State{family.Entered}, none},
	{"demenagement", "DEMENAGEMENT", "Enregistrer un déménagement", "Le maire de la nouvelle commune est saisi ; les six mois ne changent pas.", append(slices.Clone(examining), family.Deposited, family.NotComplete), func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Text("commune", "Code INSEE de la nouvelle commune", "")}
	}},
	{"naissance", "NAISSANCE", "Enregistrer une naissance", "Le foyer grandit : recalculez ensuite ressources et logement.", append(slices.Clone(examining), family.Deposited), func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Date("birth_date", "Né le", "")}
	}},
	{"naturalisation", "NATURALISATION", "Le demandeur est naturalisé", "La demande n’a plus d’objet : le dossier est clos.", append(slices.Clone(examining), family.Deposited, family.Granted), none},
	{"cloture", "CLOTURE", "Clore le dossier", "Plus rien n’est attendu.", []family.State{family.Refused, family.SilentRejection, family.VisaDenied, family.Lapse, family.UnderAppeal, family.ToIntegration}, none},
	{"piece", "PIECE_RECUE", "Enregistrer une pièce reçue", "La pièce reste au dossier papier : ici, seulement qu’elle est venue.", append(slices.Clone(examining), family.Deposited, family.NotComplete), func(f *layout.Form) []layout.Field {
		return append([]layout.Field{f.Select("piece", "Pièce", "", options(family.Pieces(), pieceWords)...)}, layout.Optionally(f.Tick("translated", "Avec sa traduction par un traducteur agréé", ""))...)
	}},
	{"cout", "COUT", "Enregistrer un coût", "Ce qu’un acte du dossier a coûté, et qui le finance.", append(append(slices.Clone(examining), afterYes...), family.ToIntegration), func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Select("kind", "Nature", "", options(family.CostKinds(), costWords)...), f.Text("amount", "Montant", "En euros, par exemple 38.50"),
			f.Radio("funding", "Financement", "", options(missions.Fundings(), fundingWords)...), f.Date("on", "Le", "")}
	}},
}

var pieceWords = map[family.Piece]string{
	family.RequestForm: "Formulaire Cerfa 11436", family.Titles: "Titres de séjour", family.CivilStatus: "État civil", family.MarriageRecord: "Acte de mariage", family.BirthRecords: "Actes de naissance",
	family.CustodyRuling: "Jugement de garde ou recueil légal", family.TwelveMonths: "Ressources des douze mois", family.TaxNotice: "Avis d’imposition", family.HomeTitle: "Bail, titre de propriété ou Cerfa 11437",
}

var costWords = map[family.CostKind]string{
	"VISITE_LOGEMENT": "Visite du logement", "INTERPRETE": "Interprète", "TRADUCTION": "Traduction", "PREPARATION_ARRIVEE": "Préparation de l’arrivée", "ACCUEIL": "Accueil",
}

var fundingWords = map[missions.Funding]string{missions.ByState: "État", missions.ByUnion: "Union européenne (FAMI)"}

// prefectActs are the prefecture's own.
var prefectActs = []actForm{
	{"principes", "AVIS_PRINCIPES_DEMANDE", "Demander l’avis du maire sur les principes", "Réputé rendu, en aucun sens, après deux mois (R. 434-24).", []family.State{family.AtPrefect}, none},
	{"titre", "TITRE_VERIFIE", "Vérifier la délivrance du titre", "Pour qui n’avait qu’un récépissé au dépôt (R. 434-27).", []family.State{family.AtPrefect, family.SilentRejection}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.YesNo("issued", "Le titre a-t-il été délivré ?", "")}
	}},
	{"decision", "DECISION", "Décider", "Le préfet seul accorde ou refuse ; un refus est motivé.", []family.State{family.AtPrefect, family.SilentRejection, family.UnderAppeal}, func(f *layout.Form) []layout.Field {
		return []layout.Field{f.Radio("granted", "Décision", "", layout.Option{Value: "true", Label: "Accord"}, layout.Option{Value: "false", Label: "Refus"}), grounds(f), f.Date("notified_on", "Notifiée le", "")}
	}},
	{"nouveau-visa", "NOUVEAU_VISA_ACCEPTE", "Accepter un nouveau visa", "En cas de force majeure, après une autorisation caduque.", []family.State{family.Lapse}, none},
}

func mayorFields(f *layout.Form) []layout.Field {
	return []layout.Field{checked(f, "resources", "Ressources"), checked(f, "housing", "Logement"),
		f.Radio("opinion", "Avis", "", options([]family.Opinion{family.Favourable, family.Unfavourable, family.ResultsOnly}, opinionWords)...),
		f.YesNo("asks_ofii", "Le maire demande-t-il à l’Office de vérifier ?", "R. 434-19")}
}

func dated(label string) func(*layout.Form) []layout.Field {
	return func(f *layout.Form) []layout.Field { return []layout.Field{f.Date("on", label, "")} }
}

// eventForms gives each act a form at a path of its own.
func (d *Desk) eventForms(acts []actForm) []web.Option {
	var all []web.Option
	for _, a := range acts {
		all = append(all, web.Form(queuePath+"/:case/"+a.slug, web.Face[eventIn, Case]{
			Template: "form", Said: "case_event",
			Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("type", a.code) },
			View: func(c *web.Call, in eventIn, typed web.Typed) (any, error) { return d.actPage(c, in.Case, a, typed) },
			Done: func(_ *web.Call, in eventIn, _ Case) string { return casePath(in.Case) },
		}))
	}
	return all
}

// seen reads a case for a page that shows a form about it, by the act that shows it.
func (d *Desk) seen(c *web.Call, id string) (store.Case, error) {
	var kept store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: id})
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = "family.case.get", "", true, load(id, &kept, get)
	_, err := d.Gate.Do(c.Context(), c.Who, a, nothing)
	return kept, err
}

func (d *Desk) actPage(c *web.Call, id string, a actForm, typed web.Typed) (any, error) {
	kept, err := d.seen(c, id)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(casePath(id)+"/"+a.slug, typed.Key, typed, nil)
	view := d.formOn(c, kept, f, a.title)
	view.Lead, view.Submit = a.lead, "Enregistrer"
	view.Parts = []layout.Part{{Fields: a.fields(f)}}
	refuse(f, typed)
	return view, nil
}

func (d *Desk) formOn(c *web.Call, kept store.Case, f *layout.Form, heading string) layout.FormView {
	return layout.FormView{Shell: d.Shell(c), Heading: heading, Form: f, Back: layout.Action{Label: kept.FamilyName + " " + kept.GivenNames, Href: casePath(kept.ID)},
		Badges: []layout.Badge{{Text: kept.AGDREF}, {Text: stateWords[string(kept.State)], Tone: "new"}}}
}

// refuse says on the form why it came back.
func refuse(f *layout.Form, typed web.Typed) {
	if p := typed.Problem; p != nil {
		sentence := p.Detail
		if len(typed.Misfits()) > 0 {
			sentence = "Des champs sont à corriger."
		}
		f.Refuse(layout.Refused{Sentence: sentence, Rule: p.Rule, Request: p.RequestID, Yours: p.Code == "invalid"})
	}
}

// offers are what the reader may do where the case stands: a page offers, Record and policy decide.
func (d *Desk) offers(c *web.Call, k Case) []layout.ActGroup {
	acts, title := ofiiActs, "Ce que vous pouvez enregistrer"
	if c.Who.Role == "PREFECTURE" {
		acts = prefectActs
	}
	group := layout.ActGroup{Title: title}
	for _, a := range acts {
		if slices.Contains(a.at, family.State(k.State)) {
			group.Links = append(group.Links, layout.Action{Label: a.title, Href: casePath(k.ID) + "/" + a.slug})
		}
	}
	groups := []layout.ActGroup{}
	if len(group.Links) > 0 {
		groups = append(groups, group)
	}
	if c.Who.Role != "PREFECTURE" {
		groups = append(groups, layout.ActGroup{Title: "Calculer", Links: []layout.Action{{Label: "Calculer les ressources", Href: casePath(k.ID) + "/ressources"}, {Label: "Calculer le logement", Href: casePath(k.ID) + "/logement"}}})
	}
	return groups
}

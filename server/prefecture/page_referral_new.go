package prefecture

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloison/act"
	"cloison/release"
	"cloison/web"
	"cloison/web/layout"
)

const newReferralPath = "/saisines/nouvelle"

const (
	representatives = "applicant.legal_representatives"
	papers          = "applicant.patient.identity_documents"
)

// referralForm is the page face of createReferral.
func (d *Desk) referralForm() web.Option {
	return web.Form(newReferralPath, web.Face[createReferralIn, ReferralGroup]{
		Template: "form", View: d.newReferral, Fill: d.fillReferral, Said: "referral_created",
		Done: func(_ *web.Call, _ createReferralIn, out ReferralGroup) string { return "/saisines/" + out.ID },
	})
}

// newReferral reads nothing; that the reader is an agent who may refer is decided before the form is shown, not after it was filled.
func (d *Desk) newReferral(c *web.Call, in createReferralIn, typed web.Typed) (any, error) {
	a := c.Act(act.Object{})
	a.Action, a.IdempotencyKey, a.ReadOnly = "referral.list", "", true
	if _, err := d.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
		return nil, err
	}
	known := map[string]string{"referral.channel": string(release.ChannelANEF)}
	if err := d.after(c, in.After, known); err != nil {
		return nil, err
	}
	f := layout.NewForm(newReferralPath, typed.Key, typed, known)
	f.Follows("referral.agdref", "referral.administrative_files.0.agdref")
	view := layout.FormView{
		Shell: d.Shell(c), Heading: "Nouvelle saisine", Back: layout.Action{Label: "Saisines", Href: "/saisines"}, Form: f,
		Lead:   "La saisine demande à l’OFII son avis. Elle part dès l’envoi ; l’accusé paraît dans votre boîte de réception.",
		Submit: "Envoyer la saisine",
		Parts: []layout.Part{
			requestPart(f, kindsOf(c.Who.Prefecture)), personPart(f), representativePart(f, typed), asylumPart(f), previousPart(f), removalPart(f),
		},
	}
	refuse(f, typed)
	return view, nil
}

// after proposes, as the opinion given before, the one of the referral that this one follows: so both are linked, and both are kept.
func (d *Desk) after(c *web.Call, before string, known map[string]string) error {
	if before == "" {
		return nil
	}
	found, err := d.getOpinion(c, getOpinionIn{Referral: before})
	if err != nil {
		return err
	}
	p := "referral.previous_case."
	known[p+"id"], known[p+"opinion_on"], known[p+"sens"] = found.Body.ID, string(found.Body.IssuedOn), string(found.Body.Outcome)
	return nil
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

// kindsOf are those that an authority refers.
func kindsOf(authority string) []layout.Option {
	return slices.DeleteFunc(layout.KindOptions(), func(o layout.Option) bool { return !release.MayRefer(authority, release.Kind(o.Value)) })
}

func requestPart(f *layout.Form, kinds []layout.Option) layout.Part {
	return layout.Part{Title: "La demande", Fields: []layout.Field{
		f.Select("referral.kind", "Nature de la saisine", "Ce que la personne demande, ou la mesure en cause", kinds...),
		f.Text("referral.agdref", "Numéro AGDREF", "Dix chiffres"),
		f.Select("referral.channel", "Canal", "Par où la demande vous est parvenue",
			layout.Option{Value: "ANEF", Label: "En ligne (ANEF)"}, layout.Option{Value: "GUICHET", Label: "Guichet"},
			layout.Option{Value: "COURRIER", Label: "Courrier"}, layout.Option{Value: "ELOIGNEMENT", Label: "Service de l’éloignement"}),
		f.Select("referral.reference_country.country", "Pays d’origine ou de renvoi", "L’avis parle de l’offre de soins de ce pays", layout.CountryOptions()...),
		optional(f.Date("referral.request_registered_on", "Demande enregistrée le", "Ouvre un mois pour envoyer le certificat (R. 425-12, départ à confirmer), quatre mois avant que votre silence vaille refus")),
		optional(f.Date("referral.certificate_available_on", "Certificat vierge remis le", "")),
		optional(f.Select("liberty_history.0.status", "Statut de liberté", "Il décide qui rend l’avis. Sans réponse, celui de la nature choisie", libertyOptions()...)),
		optional(kind(f.Text("liberty_history.0.from", "Ce statut depuis", "Date et heure"), "datetime")),
		optional(f.Text("liberty_history.0.place", "Lieu", "Centre de rétention, établissement")),
	}}
}

func libertyOptions() []layout.Option {
	return []layout.Option{{Value: "LIBRE", Label: "Libre"}, {Value: "ASSIGNE_EXECUTION", Label: "Assignée à résidence"},
		{Value: "RETENTION", Label: "Retenue"}, {Value: "DETENU", Label: "Détenue"}}
}

func personPart(f *layout.Form) layout.Part {
	p := "applicant.patient."
	part := layout.Part{Title: "La personne malade", Intro: "Telle que la préfecture la connaît. Aucun élément médical n’est attendu ici.", Fields: []layout.Field{
		f.Text(p+"family_name", "Nom de famille", ""), optional(f.Text(p+"usage_name", "Nom d’usage", "")),
		f.Text(p+"given_names", "Prénoms", "Séparés par des virgules"),
		f.Radio(p+"sex", "Sexe", "", layout.Option{Value: "F", Label: "Féminin"}, layout.Option{Value: "M", Label: "Masculin"}),
		f.Date(p+"birth_date", "Date de naissance", ""), f.Text(p+"birth_place", "Lieu de naissance", ""),
		f.Select(p+"birth_country", "Pays de naissance", "", layout.CountryOptions()...),
		f.Select(p+"nationality", "Nationalité", "", layout.CountryOptions()...),
		f.Select(p+"language", "Langue comprise", "Pour l’interprète", layout.LanguageOptions()...),
		wide(f.Text(p+"address", "Adresse", "Où la personne reçoit son courrier")),
		optional(f.Text(p+"phone", "Téléphone", "")), optional(f.Text(p+"email", "Adresse électronique", "")),
	}}
	count := f.Count(papers, 0)
	for i := range count {
		part.Blocks = append(part.Blocks, paperBlock(f, papers, i))
	}
	part.Add = &layout.Add{List: papers, Label: "Ajouter une pièce d’identité", At: blockID("piece", count)}
	return part
}

// blockID is where a block of a list stands on the page.
func blockID(of string, i int) string { return of + "-" + strconv.Itoa(i+1) }

func paperBlock(f *layout.Form, list string, i int) layout.Block {
	place := list + "." + strconv.Itoa(i)
	return layout.Block{ID: blockID("piece", i), Legend: fmt.Sprintf("Pièce d’identité %d", i+1), Remove: place, Fields: []layout.Field{
		f.Select(place+".type", "Nature", "", layout.Option{Value: "PASSEPORT", Label: "Passeport"},
			layout.Option{Value: "CARTE_IDENTITE", Label: "Carte d’identité"}, layout.Option{Value: "AUTRE", Label: "Autre"}),
		f.Text(place+".number", "Numéro", ""),
		f.Select(place+".issuing_country", "Délivrée par", "", layout.CountryOptions()...),
		optional(f.Date(place+".valid_until", "Valable jusqu’au", "")),
	}}
}

func representativePart(f *layout.Form, typed web.Typed) layout.Part {
	part := layout.Part{Title: "Représentants légaux", Intro: "Obligatoires pour une personne mineure (à confirmer) : c’est à eux que l’OFII écrit. Le parent d’un enfant malade qui demande son propre titre est un représentant."}
	least := 0
	if typed.Problem != nil && typed.Text("referral.kind") == string(release.KindParent) {
		least = 2 // both parents may ask; one that is left empty was never meant
	}
	count := f.Count(representatives, least)
	for i := range count {
		part.Blocks = append(part.Blocks, representativeBlock(f, i))
	}
	part.Add = &layout.Add{List: representatives, Label: "Ajouter un représentant légal", At: blockID("representant", count)}
	return part
}

func representativeBlock(f *layout.Form, i int) layout.Block {
	place := representatives + "." + strconv.Itoa(i)
	return layout.Block{ID: blockID("representant", i), Legend: fmt.Sprintf("Représentant légal %d", i+1), Remove: place, Fields: []layout.Field{
		f.Text(place+".family_name", "Nom de famille", ""), f.Text(place+".given_names", "Prénoms", "Séparés par des virgules"),
		f.Select(place+".quality", "Qualité", "", layout.Option{Value: "PERE", Label: "Père"}, layout.Option{Value: "MERE", Label: "Mère"},
			layout.Option{Value: "TUTEUR", Label: "Tuteur"}, layout.Option{Value: "TITULAIRE_AUTORITE_PARENTALE", Label: "Titulaire de l’autorité parentale"}),
		f.Text(place+".basis", "Acte qui le prouve", "Acte de naissance, jugement"),
		f.Text(place+".agdref", "Numéro AGDREF", "Dix chiffres. Sa propre demande de titre y est rattachée"),
		f.Select(place+".nationality", "Nationalité", "", layout.CountryOptions()...),
		f.Select(place+".language", "Langue comprise", "", layout.LanguageOptions()...),
		wide(f.Text(place+".address", "Adresse", "")), optional(f.Text(place+".phone", "Téléphone", "")),
	}}
}

func asylumPart(f *layout.Form) layout.Part {
	p := "referral.asylum."
	return layout.Part{Title: "Demande d’asile", Intro: "À remplir seulement si la personne a demandé l’asile : une demande de titre doit alors suivre l’information écrite dans les trois mois (D. 431-7).", Fields: []layout.Field{
		optional(f.Date(p+"registered_on", "Demande d’asile enregistrée le", "")), optional(f.Date(p+"information_given_on", "Information écrite remise le", "")),
		optional(f.Select(p+"information_language", "Langue de l’information", "", layout.LanguageOptions()...)),
		f.Tick(p+"information_signed", "L’information a été signée", ""), f.Tick(p+"new_circumstances", "La personne invoque des circonstances nouvelles", ""),
	}}
}

func previousPart(f *layout.Form) layout.Part {
	p := "referral.previous_case."
	return layout.Part{Title: "Avis antérieur", Intro: "Pour un renouvellement, l’avis précédent tel que vous l’avez reçu.", Fields: []layout.Field{
		optional(f.Text(p+"id", "Référence", "")), optional(f.Date(p+"opinion_on", "Rendu le", "")),
		optional(f.Select(p+"sens", "Sens", "", layout.Option{Value: "FAVORABLE", Label: "Conditions médicales réunies"},
			layout.Option{Value: "DEFAV_PAS_DE_PRISE_EN_CHARGE", Label: "Prise en charge non nécessaire"},
			layout.Option{Value: "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE", Label: "Pas d’exceptionnelle gravité"},
			layout.Option{Value: "DEFAV_TRAITEMENT_DISPONIBLE", Label: "Traitement accessible dans le pays"})),
	}}
}

func removalPart(f *layout.Form) layout.Part {
	p := "referral.removal_decision."
	return layout.Part{Title: "Mesure d’éloignement", Intro: "Pour une OQTF ou une expulsion : l’avis est alors rendu sans délai.", Fields: []layout.Field{
		optional(f.Select(p+"type", "Mesure", "", layout.Option{Value: "OQTF", Label: "OQTF"}, layout.Option{Value: "EXPULSION", Label: "Expulsion"})),
		optional(f.Date(p+"issued_on", "Prise le", "")), optional(kind(f.Text(p+"notified_at", "Notifiée le", "Date et heure"), "datetime")),
	}}
}

func optional(field layout.Field) layout.Field { field.Optional = true; return field }
func wide(field layout.Field) layout.Field     { field.Wide = true; return field }

func kind(field layout.Field, of string) layout.Field { field.Kind = of; return field }

// fillReferral gives what an agent does not type: his prefecture, the role of the country, and which administrative file each requester has.
func (d *Desk) fillReferral(c *web.Call, typed *web.Typed) {
	k := release.Kind(typed.Text("referral.kind"))
	typed.Set("referral.prefecture", c.Who.Prefecture)
	typed.Set("applicant.patient.id", "patient")
	if k.Valid() {
		typed.Set("referral.reference_country.role", string(k.CountryRole()))
	}
	if typed.Text("liberty_history.0.status") == "" {
		typed.Set("liberty_history.0.status", string(libertyOf(k)))
	}
	for _, name := range []string{"liberty_history.0.from", "referral.removal_decision.notified_at"} {
		d.fillInstant(typed, name)
	}
	d.fillFiles(c, typed, k)
	for _, name := range asked {
		if typed.Text(name) == "" {
			typed.Note(name, "Obligatoire.")
		}
	}
}

// asked are the fields that no referral goes without: they are said at once, where the checks of the referral itself would say them one by one.
var asked = []string{
	"referral.agdref", "referral.reference_country.country", "applicant.patient.family_name", "applicant.patient.given_names",
	"applicant.patient.sex", "applicant.patient.birth_date", "applicant.patient.birth_place", "applicant.patient.birth_country",
	"applicant.patient.nationality", "applicant.patient.language", "applicant.patient.address",
}

// fillFiles: the patient's own file; for the parents of a sick child (L. 425-10), one for each of them.
func (d *Desk) fillFiles(c *web.Call, typed *web.Typed, k release.Kind) {
	requesters := map[string]string{"patient": typed.Text("referral.agdref")}
	order := []string{"patient"}
	if k == release.KindParent {
		requesters, order = map[string]string{}, nil
	}
	for i := range typed.Count(representatives) {
		id, place := fmt.Sprintf("rep-%d", i+1), representatives+"."+strconv.Itoa(i)
		if !representativeTyped(typed, place) {
			continue
		}
		typed.Set(place+".id", id)
		if k == release.KindParent {
			requesters[id], order = typed.Text(place+".agdref"), append(order, id)
		}
	}
	if len(order) == 0 {
		typed.Note("referral.kind", "Ajoutez plus bas chaque parent qui demande un titre : c’est à son nom que la saisine est faite.")
		requesters["patient"], order = typed.Text("referral.agdref"), []string{"patient"}
	}
	for i, id := range order {
		place := "referral.administrative_files." + strconv.Itoa(i)
		typed.Set(place+".requester", id)
		typed.Set(place+".agdref", requesters[id])
		typed.Set(place+".prefecture", c.Who.Prefecture)
	}
	if k == release.KindParent && typed.Text("referral.agdref") == "" && len(order) > 0 {
		typed.Set("referral.agdref", requesters[order[0]])
	}
}

// representativeTyped: a block that was shown and left empty was never meant.
func representativeTyped(typed *web.Typed, place string) bool {
	for _, name := range []string{"family_name", "given_names", "quality", "basis", "agdref", "nationality", "language", "address", "phone"} {
		if typed.Text(place+"."+name) != "" {
			return true
		}
	}
	return false
}

// libertyOf is the status that the nature of a referral names.
func libertyOf(k release.Kind) release.Liberty {
	switch name := string(k); {
	case strings.HasSuffix(name, "_RETENU"):
		return release.Retained
	case strings.HasSuffix(name, "_DETENU"):
		return release.Detained
	case strings.HasSuffix(name, "_ASSIGNE"), k == release.KindAssigned:
		return release.Assigned
	}
	return release.Free
}

// fillInstant turns the local time that a browser sends into an instant.
func (d *Desk) fillInstant(typed *web.Typed, name string) {
	local, err := time.ParseInLocation("2006-01-02T15:04", typed.Text(name), d.paris)
	if err == nil {
		typed.Set(name, local.Format(time.RFC3339))
	}
}

package desk

import (
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// askForms are the page faces of openRequest, one for each thing that is asked.
func (k *Desk) askForms() []web.Option {
	return []web.Option{
		askForm("/convocation", medical.EvSummonsSent, "summons_sent", k.summonsPage),
		askForm("/complement", medical.EvComplementAsked, "complement_asked", k.complementPage),
		askForm("/examens", medical.EvExamsAsked, "exams_asked", k.examsPage),
	}
}

func askForm(tail string, kind medical.EventType, said string, view func(*web.Call, openRequestInput, web.Typed) (any, error)) web.Option {
	return web.Form("/dossiers/:dossier"+tail, web.Face[openRequestInput, Opened]{
		Template: "form", View: view, Said: said,
		Done: toRequests[openRequestInput, Opened](func(in openRequestInput) string { return in.Dossier }),
		Fill: func(_ *web.Call, typed *web.Typed) {
			typed.Set("type", string(kind))
			// The hour is that of the place where the person is awaited.
			there := reference.Location(typed.Text("place"))
			fillInstant(typed, "appointment_at", there)
			fillInstant(typed, "letter_appointment_at", there)
		},
	})
}

func (k *Desk) summonsPage(c *web.Call, in openRequestInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/convocation", typed.Key, typed, map[string]string{"place": d.Case.Direction, "mode": "LRAR", "addressee": addresseeOf(d.Case)})
	page := k.formOn(c, d, f, "Convoquer la personne")
	page.Lead = "La lettre est écrite à partir de ce formulaire, avec ses mentions obligatoires ; vous la relirez et l’imprimerez ensuite. Elle est gardée telle qu’elle part."
	page.Submit, page.Warning = "Enregistrer la convocation", "Une absence n’est opposable à la personne que si la lettre lui a été présentée à sa dernière adresse connue."
	page.Parts = []layout.Part{
		{Title: "Le rendez-vous", Fields: []layout.Field{
			datetime(f.Text("appointment_at", "Date et heure", "À l’heure du lieu du rendez-vous")), f.Select("place", "Lieu", "", directionChoices()...),
			f.Select("addressee", "Destinataire", "", addresseeChoices(d.Case)...), f.Select("mode", "Mode d’envoi", "Une lettre simple ne prouve pas qu’elle est arrivée", choices(modeChoices[:4]...)...),
		}},
		{Title: "Si la lettre a été écrite hors de Cloison", Intro: "Laissez vide autrement. Sans toutes ses mentions, une convocation ne vaut rien (TA Châlons-en-Champagne, 30 novembre 2017, n° 1701775).", Fields: []layout.Field{
			notRequired(f.Ticks("mentions", "Ce que la lettre porte", "", choices(mentionChoices...)...)),
			notRequired(datetime(f.Text("letter_appointment_at", "Date et heure que la lettre indique", "Seulement si elles diffèrent de celles du rendez-vous"))),
			notRequired(f.Date("received_on", "Déjà remise le", "")),
		}},
	}
	page.Aside = []layout.Panel{letterPanel(d.Case)}
	refuse(f, typed)
	return page, nil
}

// letterPanel tells beforehand what the letter will say.
func letterPanel(c medical.Case) layout.Panel {
	panel := layout.Panel{Title: "La lettre dira", Alt: true}
	for _, mention := range mentionChoices {
		if mention.code != "REPRESENTANT_LEGAL" || c.Minor() {
			panel.Lines = append(panel.Lines, layout.Line{Mark: "ok", Text: mention.words})
		}
	}
	panel.Lines = append(panel.Lines, layout.Line{Mark: "wait", Text: "Elle est en français", Note: "Une traduction se joint à la main : aucune n’est produite ici."})
	return panel
}

// addresseeOf is whom a letter goes to by default: a minor's representative where there is one only.
func addresseeOf(c medical.Case) string {
	switch {
	case !c.Minor():
		return "patient"
	case len(c.Representatives) == 1:
		return c.Representatives[0]
	}
	return ""
}

func addresseeChoices(c medical.Case) []layout.Option {
	if c.Minor() {
		return representativeChoices(c)
	}
	return personChoices(c)
}

func (k *Desk) complementPage(c *web.Call, in openRequestInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/complement", typed.Key, typed, map[string]string{"applicant_informed_on": k.today(d).String()})
	page := k.formOn(c, d, f, "Demander un complément")
	page.Lead = "La personne a donné son accord dans le certificat (L. 425-9, alinéa 3) et est informée le jour même de la demande (R. 425-12). La réponse est attendue sous quinze jours."
	page.Submit = "Enregistrer la demande"
	page.Warning = "La question est scellée : seuls les médecins du dossier la liront. Elle s’envoie au professionnel par vos soins, hors de Cloison."
	page.Parts = []layout.Part{{Fields: append([]layout.Field{
		f.Select("to", "À qui", "", recipients(d)...), wide(f.Area("question", "Question", "Scellée ; elle peut dire la maladie", 4))}, askedFields(f)...)}}
	page.Aside = consentPanel(d.Case)
	refuse(f, typed)
	return page, nil
}

// recipients: the author of the report is asked by the college only (R. 425-12, last paragraph), and in a removal only who made the certificate.
func recipients(d store.Dossier) []layout.Option {
	if !d.Case.Stay() {
		return choices(recipientChoices[:2]...)
	}
	if d.Case.Stage() == medical.StageOpinion {
		return choices(recipientChoices...)
	}
	return choices(recipientChoices[:3]...)
}

func consentPanel(c medical.Case) []layout.Panel {
	line := layout.Line{Mark: "ok", Text: "La personne est d’accord", Note: "Dans le dernier certificat reçu, et elle ne l’a pas retiré."}
	if !c.Consented() {
		line = layout.Line{Mark: "barred", Text: "Aucun accord de la personne", Note: "Un professionnel ne peut pas être interrogé. Des examens peuvent être demandés à la personne elle-même."}
	}
	return []layout.Panel{{Title: "Accord de la personne", Alt: true, Lines: []layout.Line{line}}}
}

// askedFields are what is known of a request on the day it is made.
func askedFields(f *layout.Form) []layout.Field {
	return []layout.Field{
		f.Date("applicant_informed_on", "Personne informée le", "Le jour même de la demande"),
		notRequired(f.Date("request_received_on", "Demande déjà reçue le", "Sinon, s’enregistre avec l’acheminement")),
	}
}

func (k *Desk) examsPage(c *web.Call, in openRequestInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/examens", typed.Key, typed, map[string]string{"applicant_informed_on": k.today(d).String()})
	page := k.formOn(c, d, f, "Prescrire des examens")
	page.Lead = "Les examens sont demandés à la personne, qui a quinze jours pour les produire (R. 425-12). Un défaut ne se constate qu’après ce terme, et si la lettre lui est parvenue."
	page.Submit, page.Warning = "Enregistrer la demande", "La nature des examens est scellée. La prescription se remet à la personne par vos soins, hors de Cloison."
	page.Parts = []layout.Part{{Fields: append([]layout.Field{wide(f.Area("exam_nature", "Examens demandés", "Scellé ; ils peuvent dire la maladie", 3))}, askedFields(f)...)}}
	refuse(f, typed)
	return page, nil
}

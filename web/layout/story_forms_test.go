package layout

import (
	"time"

	"cloison/release"
)

// typed stands for what a person sent.
type typed struct {
	values map[string][]string
	wrong  map[string]string
}

func (t typed) Text(path string) string {
	if all := t.values[path]; len(all) > 0 {
		return all[0]
	}
	return ""
}
func (t typed) All(path string) []string { return t.values[path] }
func (typed) Count(string) int           { return 1 }
func (t typed) Sent() bool               { return t.values != nil }
func (t typed) Wrong(path string) string { return t.wrong[path] }
func (t typed) Misfits() []string {
	var all []string
	for path := range t.wrong {
		all = append(all, path)
	}
	return all
}

const storyKey = "00112233445566778899aabbccddeeff"

// formStories are the pages that hold a form, blank, refused and filled over time.
func formStories(medical, prefecture Shell, clock *Clock) map[string]any {
	blank := typed{}
	refused := typed{
		values: map[string][]string{"name": {"KOFFIGAN"}, "on": {"2026-13-40"}, "sex": {"F"}, "members": {"b"}, "note": {"Un mot, gardé."}, "people.0.name": {""}},
		wrong:  map[string]string{"on": "Cette date n’existe pas.", "kind": "Obligatoire.", "sex": "Répondez.", "members": "Trois sont attendus.", "people.0.name": "Obligatoire.", "elsewhere": "Valeur non admise."},
	}
	page := func(shell Shell, t Typed) FormView {
		f := NewForm("/x", storyKey, t, map[string]string{"name": "KOFFIGAN"})
		v := FormView{Shell: shell, Heading: "Nouvelle saisine", Lead: "Elle part dès l’envoi.", Back: Action{Label: "Saisines", Href: "/saisines"},
			Badges: []Badge{{"9975100017", ""}, {"Séjour, première demande", "info"}}, Clock: clock, Form: f, Submit: "Envoyer la saisine", Warning: "Ne se reprend pas.",
			Parts: []Part{{Title: "La demande", Intro: "Telle que la préfecture la connaît.", Fields: []Field{
				f.Text("name", "Nom de famille", ""), f.Date("on", "Enregistrée le", "Ouvre un mois"), f.Select("kind", "Nature", "", KindOptions()...),
				f.Radio("sex", "Sexe", "", Option{Value: "F", Label: "Féminin"}, Option{Value: "M", Label: "Masculin"}), f.Number("months", "Durée, en mois", ""),
				f.Tick("signed", "Le certificat est signé", "Et daté"), Optionally(f.Area("note", "Note interne", "Jamais transmise", 3))[0],
				f.Ticks("members", "Décision DEC-2026-01", "Cochez trois médecins", Option{Value: "a", Label: "Dr A"}, Option{Value: "b", Label: "Dr B"}, Option{Value: "c", Label: "Dr C", Barred: true, Hint: "Écarté : auteur du rapport (R. 425-13)"}),
			}, Blocks: []Block{{Legend: "Représentant légal 1", Remove: "people.0", Fields: []Field{f.Text("people.0.name", "Nom", "")}}}, Add: &Add{List: "people", Label: "Ajouter un représentant légal"}}},
			Aside: []Panel{{Title: "Réponses", Big: "2 / 3", Lines: []Line{{"ok", "Vous", "Reçue", nil}, {"wait", "Dr Étienne ZŒGELINCK", "Attendue", nil}, {"barred", "Dr C", "Écarté", &Action{Label: "La règle", Href: "/r"}}}}},
			Acts:  []Act{{Form: NewForm("/y", storyKey, typed{}, nil), Title: "Signer", Text: "Pour ce seul acte.", Label: "Signer", Warning: "Ne se modifie plus."}},
		}
		return v
	}
	filed := page(medical, typed{wrong: map[string]string{"_file": "Choisissez un fichier."}})
	filed.Parts[0].Fields = append(filed.Parts[0].Fields, filed.Form.File("Fichier", "PDF, image ou texte"))
	filed.Form.Refuse(Refused{Sentence: "Des champs sont à corriger."})
	again := page(prefecture, refused)
	again.Form.Refuse(Refused{Sentence: "Ce dossier relève d’une autre direction territoriale.", Rule: "OTHER_TERRITORY", Request: "01J9"})
	report := page(medical, blank)
	report.Parts[0].Fields[0].Mark, report.Parts[0].Fields[1].Mark = "rempli", "à remplir"
	report.Missing = []Fault{{ID: "c-on", Label: "Stade évolutif"}}
	report.Table = compareStory()
	said := page(medical, blank)
	said.Said, said.Demo, said.Brand = Say("report_saved"), true, "state"
	hidden := []Field{{Kind: "hidden", Name: "_key", Value: storyKey}, {Kind: "hidden", Name: "note", Value: "Un mot."}}
	key := &PasskeyForm{Form: NewForm("/cles-d-acces", storyKey, typed{}, nil), Challenge: "Y2hh", RPID: "localhost", User: "cg", Name: "r.benhamlati", Algorithms: "-7 -8 -257", Known: "Y3I"}
	made := []PasskeyRow{{"3eaf 2bc7 5c1f 0a77 9d20", medical.ServedAt, true}, {"91b0 77e2 c04d 55aa 1f3e", medical.ServedAt, false}}
	return map[string]any{"passkeys": PasskeysView{Shell: medical, Asked: true, Items: made, Make: key, Back: Action{Label: "Mon travail", Href: "/dossiers"}}, "passkeys-none": PasskeysView{Shell: medical, Back: Action{Label: "Mon travail", Href: "/dossiers"}},
		"passkey": PasskeyView{Shell: medical, What: "Signature de l’avis", Of: "3eaf2bc7", Back: Action{Label: "Renoncer", Href: "/dossiers/1"}, StepUp: "1", Challenge: "Y2hh", RPID: "localhost", Credentials: "Y3I"}, "passkey-none": PasskeyView{Shell: medical, What: "Extension du plafond d’un médecin", Back: Action{Label: "Renoncer", Href: "/"}, Own: "/cles-d-acces"},
		"form": page(prefecture, blank), "form-refused": again, "form-report": report, "form-file": filed, "form-said": said,
		"ended": EndedView{Shell: medical, Path: "/x", Fields: hidden}, "confirm": ConfirmView{Shell: medical, Path: "/step-up?id=1", What: "Signature de l’avis", Of: "3eaf2bc7", Back: Action{Label: "Renoncer", Href: "/dossiers/1"}}}
}

func compareStory() *Compare {
	return &Compare{Title: "Les réponses, côte à côte", Caption: "Elles restent internes au collège.", Columns: []string{"Question", "Dr A", "Vous"}, Note: "Deux sur trois.",
		Rows: []CompareRow{{"4. Durée des soins", []CompareCell{{"Dr A", "12 mois", false, true}, {"Vous", "24 mois", true, false}}}}}
}

// readingStories are the pages that show: a dossier, a referral, an opinion.
func readingStories(medical, prefecture Shell, clock *Clock, day func(int, time.Month, int) time.Time) map[string]any {
	asked, done := true, false
	gravity, treatment, months := release.GravityPossible, release.TreatmentUnreachable, 12
	body := release.OpinionBody{Kind: release.KindFirst, Form: release.Form{Annexe: release.AnnexeC}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &release.Stage{Convocation: release.Box{Requested: asked, Done: &done}}, StageOpinion: &release.Stage{},
		CareNeeded: release.CareIsNeeded, ExceptionalGravity: &gravity, TreatmentAvailable: &treatment, DurationMonths: &months}
	paper := PaperOf(body, "Articles L. 425-9 et R. 425-11 à R. 425-13.", []Fact{{"N° AGDREF", "9975100017"}, {"Nom et prénoms", "KOFFIGAN-N’DRI Adjoua"}}, "12 mars 2026", []PaperAuthor{{"Dr A", "Signé"}, {"Dr B", "Signé"}, {"Dr C", "Signature attendue"}})
	told := []Said{{"« Certificat reçu le 26 janvier 2026. »", "Message N1, le 26 janvier 2026. Première demande : pas encore de récépissé."}}
	moments := []Moment{{"16 janvier 2026", "Saisine reçue", "Ouvre un mois pour envoyer le certificat (R. 425-12).", false, "Secrétariat médical"}, {"À venir", "Avis rendu", "Il éclaire votre décision.", true, ""}}
	back := Action{Label: "Mon travail", Href: "/dossiers"}
	badges := []Badge{{"9975100017", ""}, {"Rapport", "new"}}
	act := Act{Form: NewForm("/y", storyKey, typed{}, nil), Title: "Transmettre", Label: "Transmettre", Minor: true}
	row := ReferralRow{"KOFFIGAN-N’DRI Adjoua", "9975100017", "Séjour, première demande", day(2026, 1, 16), "Avis rendu", "", "Vous", Action{"Lire l’avis", "/a", true}}
	open := DossierView{Shell: medical, Heading: "KOFFIGAN-N’DRI Adjoua", Back: back, Badges: badges, Clock: clock, Who: []Fact{{"Pays", "Côte d’Ivoire"}}, Time: moments,
		Papers: []PaperLink{{"Bilan", "Analyse · reçue le 26 janvier 2026", "/d"}}, Report: DossierReport{"Rapport signé.", []Fact{{"Histoire", "Deux\nlignes"}}, &Action{Label: "Relire", Href: "/r"}},
		Seats: []Seat{{"Vous", "Réponse attendue"}}, Told: told, Coming: "l’avis.", Next: []Action{{"Répondre", "/r", true}}, Acts: []Act{act}, Add: &Action{Label: "Ajouter une pièce", Href: "/p"}}
	shut := DossierView{Shell: medical, Heading: "Dossier 3eaf2bc7", Back: back, Badges: badges, Time: moments, Report: DossierReport{State: "Pas commencé."}, Rule: "Pas encore désigné.",
		Open: &Opening{Path: "/d", Text: "Le nom est scellé.", Label: "Ouvrir", Part: "civil", Purposes: []Option{{Value: "SECRETARIAT", Label: "Secrétariat"}}}, Awaited: Awaited{Who: "La personne", Note: "certificat médical"}}
	return map[string]any{
		"dossier": open, "dossier-shut": shut,
		"college":         CollegeView{Shell: medical, Heading: "Relire et signer l’avis", Back: back, Badges: badges, Clock: clock, Read: "Ce que la préfecture lira", Table: compareStory(), Papers: []Paper{paper}, Acts: []Act{act}, Aside: []Panel{{Title: "Signatures", Big: "1 / 3", Alt: true}}},
		"referrals":       ReferralsView{Shell: prefecture, Filters: []Filter{{"Toutes", "/s", true}, {"En cours", "/s?show=en_cours", false}}, Rows: []ReferralRow{row}, New: Action{"Nouvelle saisine", "/n", true}, Next: "/s?after=1"},
		"referrals-empty": ReferralsView{Shell: prefecture, New: Action{"Nouvelle saisine", "/n", true}},
		"referral":        ReferralView{Shell: prefecture, Heading: "KOFFIGAN-N’DRI Adjoua", Back: back, Badges: badges, Clock: clock, Steps: moments, Given: []Fact{{"Naissance", "14 mai 1987"}}, Told: told, Next: []Action{{"Lire l’avis", "/a", true}}, Acts: []Act{act}, Never: []string{"Le certificat médical."}},
		"opinion": OpinionView{Shell: prefecture, Heading: "Avis du 12 mars 2026", Back: back, Badges: badges, Clock: clock, Allows: []Fact{{"Refuser", "Par une décision spécialement motivée."}}, Visa: "Vu l’avis ;", Paper: paper,
			Acts: []Act{act}, Proofs: &Panel{Title: "Vérification", Lines: []Line{{Mark: "ok", Text: "Sceau intact"}}}, PDF: &Action{Label: "Avis signé", Href: "/pdf"}, Told: told},
	}
}

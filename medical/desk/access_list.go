package desk

import (
	"context"
	"fmt"

	"cloison/act"
	"cloison/audit"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

type listAccessesInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// AccessList is who read a dossier, for the person it is about: by role, purpose and day. No name: those are the data-protection officer's to
// give, on a reasoned decision.
type AccessList struct {
	Dossier string   `json:"dossier"`
	Items   []Access `json:"items"`
}

// Access is the readings of one day, role, purpose and kind.
type Access struct {
	On      medical.Date `json:"on"`
	Role    string       `json:"role"`
	Purpose string       `json:"purpose"`
	Action  string       `json:"action"`
	Count   int          `json:"count"`
}

// listAccesses lists the accesses to a dossier (RGPD, art. 15), from the log.
func (k *Desk) listAccesses(c *web.Call, in listAccessesInput) (web.Reply[AccessList], error) {
	var d store.Dossier
	if _, err := k.Gate.Do(c.Context(), c.Who, on(c, in.Dossier, "", &d), func(context.Context, *act.Tx) error { return nil }); err != nil {
		return web.Reply[AccessList]{}, err
	}
	list, err := k.accesses(c, d)
	return web.OK(list), err
}

func (k *Desk) accesses(c *web.Call, d store.Dossier) (AccessList, error) {
	list := AccessList{Dossier: d.ID, Items: []Access{}}
	found, err := audit.FindReadings(c.Context(), k.Pool, d.ID, reference.Location(d.Case.Direction).String())
	for _, r := range found {
		if r.Action == "document.upload" {
			continue // a piece that came in: nobody read it
		}
		list.Items = append(list.Items, Access{On: reference.DateOf(r.On), Role: r.Role, Purpose: r.Purpose, Action: r.Action, Count: r.Count})
	}
	return list, err
}

// accessesPage is the page face of listAccesses.
func (k *Desk) accessesPage(c *web.Call, list AccessList) (any, error) {
	view := layout.ListView{Shell: k.Shell(c), Heading: "Accès au dossier " + list.Dossier[:8], Back: layout.Action{Label: "Dossier " + list.Dossier[:8], Href: dossierPath(list.Dossier)},
		Lead: "Qui a ouvert ce dossier : la fonction, la finalité et le jour, jamais un nom. La personne peut obtenir cette liste ; elle est jointe au dossier qu’on lui remet."}
	if c.Who.Role == "DPO" {
		view.Back = layout.Action{Label: "Conservation", Href: dossierPath(list.Dossier) + "/conservation"}
	}
	section := layout.ListSection{ID: "acces", Title: "Lectures", Columns: []string{"Jour", "Fonction", "Finalité", "Ce qui a été ouvert", "Fois"}, Empty: "Personne n’a encore rien ouvert."}
	for _, a := range list.Items {
		section.Rows = append(section.Rows, []layout.ListCell{{Text: layout.FrenchDate(a.On.Time())}, {Text: roleWords(a.Role)}, {Text: purposeWords(a.Purpose)}, {Text: openedWords(a.Action)}, {Text: fmt.Sprint(a.Count)}})
	}
	view.Sections = []layout.ListSection{section}
	return view, nil
}

func accessBlocks(list AccessList) []form.Block {
	blocks := []form.Block{{Text: "Qui a ouvert votre dossier : la fonction, la finalité et le jour. Les noms ne sont donnés que sur décision motivée du délégué à la protection des données."}}
	for _, a := range list.Items {
		blocks = append(blocks, form.Block{Name: layout.FrenchDate(a.On.Time()), Text: fmt.Sprintf("%s, %s : %s (%d fois)", roleWords(a.Role), lower(purposeWords(a.Purpose)), lower(openedWords(a.Action)), a.Count)})
	}
	return blocks
}

func roleWords(role string) string {
	return wordsOf([]choice{{"MEDECIN", "Médecin de l’Office"}, {"SECRETARIAT_MEDICAL", "Secrétariat médical"}, {"DPO", "Délégué à la protection des données"}, {"AUDITEUR_CONFORMITE", "Contrôle de conformité"}}, role)
}

func purposeWords(purpose string) string {
	if purpose == "" {
		return "Pour l’acte lui-même"
	}
	return wordsOf([]choice{{"INSTRUCTION", "Instruction"}, {"COLLEGE", "Collège"}, {"SECRETARIAT", "Secrétariat"}, {"CONTENTIEUX", "Contentieux"}, {"ACCES", "Accès de la personne"}, {"CONTROLE", "Contrôle"}}, purpose)
}

func openedWords(action string) string {
	return wordsOf([]choice{{"dossier.open", "Identité, ou contenu du dossier"}, {"document.read", "Une pièce"}, {"document.list", "La liste des pièces"}, {"answers.read", "Les réponses du collège"},
		{"opinion.preview", "L’avis avant signature"}, {"opinion.settle", "Les réponses, pour la synthèse"}, {"opinion.sign", "L’avis, pour le signer"}, {"report.sign", "Le rapport, pour le signer"},
		{"disclosure.create", "Le contenu d’un envoi"}, {"disclosure.get", "Un envoi, pour le remettre"}, {"report.draft", "Un brouillon de rapport"}, {"answers.draft", "Un brouillon de réponses"}}, action)
}

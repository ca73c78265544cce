package desk

import (
	"strconv"

	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// signalsPage is the page face of listReferralEvents: what a prefecture signalled, which is nothing until somebody here confirms it.
func (k *Desk) signalsPage(c *web.Call, list ReferralEvents) (any, error) {
	d, err := k.seen(c, c.Fiber.Params("dossier"))
	if err != nil {
		return nil, err
	}
	page := k.formOn(c, d, nil, "Ce que la préfecture a signalé")
	page.Lead = "Un changement de statut ou une fin de saisine ne prend effet ici qu’une fois confirmé par une personne du service médical. Vérifiez, puis confirmez ; en cas de doute, joignez la préfecture."
	done := layout.Panel{Title: "Déjà confirmé", Alt: true}
	for _, signalled := range list.Items {
		if signalled.Confirmed == nil {
			page.Acts = append(page.Acts, k.confirmAct(c, d, signalled))
			continue
		}
		done.Lines = append(done.Lines, layout.Line{Mark: "ok", Text: signalWords(signalled), Note: "Confirmé le " + layout.FrenchDate(signalled.Confirmed.In(reference.Location(d.Case.Direction)))})
	}
	if len(page.Acts) == 0 {
		page.Lead = "Rien n’attend une confirmation. Ce que la préfecture signale paraît ici."
	}
	if len(done.Lines) > 0 {
		page.Aside = []layout.Panel{done}
	}
	return page, nil
}

// signalsPanel says on the page of the dossier that something awaits a confirmation.
func (k *Desk) signalsPanel(c *web.Call, d store.Dossier) (*layout.Panel, error) {
	list, err := store.FindPending(c.Context(), k.Pool, d.ID)
	panel := layout.Panel{Title: "La préfecture signale"}
	for _, signalled := range list {
		if signalled.Confirmed == nil {
			panel.Lines = append(panel.Lines, layout.Line{Mark: "wait", Text: signalWords(signalled), Note: "Sans effet tant que le service ne l’a pas confirmé"})
		}
	}
	if len(panel.Lines) == 0 || d.Policy.Closed && !d.Policy.Issued {
		return nil, err
	}
	panel.Lines[len(panel.Lines)-1].Link = &layout.Action{Label: "Vérifier et confirmer", Href: signalsPath(d.ID)}
	return &panel, err
}

func signalsPath(dossier string) string { return dossierPath(dossier) + "/signalements" }

func (k *Desk) confirmAct(c *web.Call, d store.Dossier, signalled store.PendingEvent) layout.Act {
	act := layout.Act{Form: buttonOn(c, signalsPath(d.ID)+"/"+strconv.FormatInt(signalled.Seq, 10)), Title: signalWords(signalled), Label: "Confirmer",
		Text: "Selon la préfecture, depuis le " + layout.FrenchDateTime(signalled.At.In(reference.Location(d.Case.Direction))) + ".", Warning: "Peut changer l’auteur de l’avis, qui est celui du jour de l’avis (à confirmer). Ne se reprend pas."}
	if signalled.Type == store.PendingWithdrawal {
		act.Warning = "Clôt cette saisine sans avis ; la préfecture en est informée. Ne se reprend pas."
	}
	return act
}

var libertyWords = map[string]string{"LIBRE": "libre", "ASSIGNE_EXECUTION": "assignée à résidence", "RETENTION": "retenue", "DETENU": "détenue"}

func signalWords(signalled store.PendingEvent) string {
	if signalled.Type == store.PendingLiberty {
		status, ok := libertyWords[signalled.Code]
		if !ok {
			status = signalled.Code
		}
		return "La personne est désormais " + status
	}
	return "Fin de la saisine : " + lower(wordsOf(closureChoices, signalled.Code))
}

// confirmForm is the button.
func (k *Desk) confirmForm() web.Option {
	return web.Form("/dossiers/:dossier/signalements/:event", web.Face[confirmReferralEventInput, view]{Said: "signal_confirmed",
		Done: backToDossier(func(in confirmReferralEventInput) string { return in.Dossier })})
}

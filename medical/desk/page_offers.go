package desk

import (
	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// offered are the actions that the page of a dossier links to.
var offered = []string{"request.open", "request.ask", "request.close", "delivery.record", "event.record", "identity.check", "event.follow", "mail.record",
	"mail.register", "certificate.reject", "completion.request", "dossier.close", "report.supplement", "opinion.correct", "opinion.withdraw", "opinion.uphold", "source.cite"}

// offers are those that policy would allow this reader now: the page links to no other. What the law wants of each (time, consent, proof of
// delivery) is the domain's and narrows them further.
func (k *Desk) offers(c *web.Call, d store.Dossier) (map[string]bool, error) {
	var list []act.Offer
	for _, action := range offered {
		list = append(list, act.Offer{Action: action})
	}
	if composition := d.Policy.Composition; composition != nil {
		sitting, err := k.sittingContext(c, d)
		if err != nil {
			return nil, err
		}
		list = append(list, act.Offer{Action: "college.replace", Context: policy.Context{Composition: composition.Version}},
			act.Offer{Action: "opinion.refuse", Context: sitting}, act.Offer{Action: "round.open", Context: sitting})
	}
	return k.Gate.May(c.Context(), c.Who, d.Policy, list...)
}

// sittingContext is what an act of a member is decided with.
func (k *Desk) sittingContext(c *web.Call, d store.Dossier) (policy.Context, error) {
	surroundings := policy.Context{Composition: d.Policy.Composition.Version}
	err := db.InTx(c.Context(), k.Pool, func(tx pgx.Tx) error {
		listing, err := k.listing(c.Context(), tx, c.Who.ID, d)
		surroundings.Person = &listing
		if err == nil {
			surroundings.Members, err = k.seated(c.Context(), tx, d)
		}
		return err
	})
	return surroundings, err
}

// link is a link that stands only where its act is open.
type link struct {
	open        bool
	label, tail string
}

func (p dossierReader) links(list ...link) []layout.Action {
	var all []layout.Action
	for _, one := range list {
		if one.open {
			all = append(all, layout.Action{Label: one.label, Href: dossierPath(p.d.ID) + one.tail})
		}
	}
	return all
}

// ask are the requests that may be made now.
func (p dossierReader) ask() []layout.Action {
	someone := p.d.Case.Consented() || p.d.Case.Stay() && p.d.Case.Stage() == medical.StageOpinion
	return p.links(link{p.may["request.open"], "Convoquer", "/convocation"}, link{p.may["request.ask"] && someone, "Demander un complément", "/complement"},
		link{p.may["request.ask"], "Prescrire des examens", "/examens"})
}

func (p dossierReader) collegeActs() []layout.Action {
	if p.d.Policy.Composition == nil {
		return nil
	}
	return p.links(link{p.may["college.replace"], "Remplacer un membre", compositionTail(p.d, "/remplacement")},
		link{p.may["round.open"], "Ouvrir un nouveau tour", compositionTail(p.d, "/tour")}, link{p.may["opinion.refuse"], "Refuser de signer", "/avis/refus"})
}

// more are the acts that any moment may call for.
func (p dossierReader) more() []layout.ActGroup {
	c, may, received := p.d.Case, p.may, p.d.Policy.CertificateReceived
	_, rejectable := c.Reject(medical.RejectionInput{ReasonCode: "X"})
	_, incomplete := c.AskCompletion(medical.CompletionInput{ReasonCode: "X"})
	_, missing := c.MissingSince(p.k.today(p.d))
	groups := []layout.ActGroup{
		{Title: "Enregistrer un fait", Links: p.links(link{may["identity.check"], "Vérifier l’identité", "/identite"},
			link{may["event.record"] && c.IdentityDefaultMay(), "Constater que l’identité n’est pas justifiée", "/defaut-identite"},
			link{may["event.follow"], "Adresse vérifiée", "/adresse"}, link{may["event.follow"], "La personne a été informée", "/information"},
			link{may["event.record"] && received, "Pièces reçues de la personne", "/pieces-recues"})},
		{Title: "Certificat", Links: p.links(link{may["mail.register"] && !p.d.Policy.ReportSigned, "Un pli est arrivé", "/courrier"},
			link{may["certificate.reject"] && rejectable == nil, "Écarter le certificat du dernier pli", "/certificat/ecarter"},
			link{may["completion.request"] && incomplete == nil, "Demander ce qui manque", "/certificat/completude"},
			link{may["mail.record"] && missing == nil, "Certificat non parvenu", "/certificat-absent"})},
		{Title: "Soins dans le pays", Links: p.links(link{may["source.cite"], "Citer une source consultée", "/sources/nouvelle"},
			link{p.readsMedical(), "Sources consultées", "/sources?purpose=" + p.letterPurpose()})},
		{Title: "Droits de la personne", Links: p.links(link{may["mail.record"] && c.Consented(), "Elle retire son accord", "/accord-retire"},
			link{may["mail.record"] && !p.d.Policy.Issued, "Elle retire sa demande", "/retrait"}, link{may["event.follow"], "Demande d’accès au dossier", "/acces"})},
		{Title: "Fin et contentieux", Links: p.links(link{true, "Lettres et bordereaux", "/courriers"}, link{true, "Envois : juge, personne, préfecture", "/envois"},
			link{true, "Accès enregistrés", "/acces-enregistres"}, link{true, "Dossiers liés", "/lies"}, link{may["event.follow"], "Demande d’une juridiction", "/juridiction"}, link{may["event.follow"], "Jugement", "/jugement"},
			link{may["event.follow"], "Décès", "/deces"}, link{may["dossier.close"] && c.OpinionVersion() == 0, "Clore sans avis", "/cloture"})},
		{Title: "Avis rendu", Links: p.links(link{may["opinion.correct"], "Rectifier l’avis", "/avis/rectification"}, link{may["opinion.withdraw"], "Retirer l’avis", "/avis/retrait"},
			link{may["opinion.uphold"] && late(p.d, p.now), "Maintenir l’avis", "/avis/maintien"})},
	}
	var full []layout.ActGroup
	for _, group := range groups {
		if len(group.Links) > 0 {
			full = append(full, group)
		}
	}
	return full
}

package desk

import (
	"slices"

	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

// rolesIn are the roles of whoever acted on a dossier, by id.
func (k *Desk) rolesIn(c *web.Call, d store.Dossier) (map[string]string, error) {
	var ids []string
	for _, e := range d.Case.Events {
		if !slices.Contains(ids, e.Actor) {
			ids = append(ids, e.Actor)
		}
	}
	return identity.RolesOf(c.Context(), k.Pool, ids)
}

// authorityEvents are told by the authority that refers: the other zone's own people are not known here.
var authorityEvents = []medical.EventType{medical.EvReferralReceived, medical.EvAcknowledged, medical.EvAgdrefCorrected, medical.EvPrefectureChanged,
	medical.EvReferralCancelled, medical.EvPrefectDecided, medical.EvAppealFiled, medical.EvJudged}

var actorWords = map[string]string{"MEDECIN": "Médecin de l’Office", "SECRETARIAT_MEDICAL": "Secrétariat médical", "DPO": "Protection des données"}

// by says who did what happened: the physicians whom the page names already by their name, anybody else by his role. What time or the program
// alone caused has nobody.
func (p dossierReader) by(e medical.Event) string {
	composition := p.d.Policy.Composition
	switch {
	case e.Actor == p.c.Who.ID:
		return "Vous"
	case p.roles[e.Actor] == "" && slices.Contains(authorityEvents, e.Type):
		return prefectureWords(p.d.Case.Prefecture)
	case e.Actor == p.d.Policy.Rapporteur:
		return "Dr " + p.names[e.Actor] + ", médecin rapporteur"
	case composition != nil && slices.Contains(composition.Members, e.Actor):
		return "Dr " + p.names[e.Actor] + ", auteur de l’avis"
	}
	return actorWords[p.roles[e.Actor]]
}

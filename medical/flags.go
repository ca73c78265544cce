package medical

import (
	"slices"
	"time"
)

// Flags lists what somebody who opens the dossier must see, sorted. They follow from the events; none is set by hand.
func Flags(c Case, asOf time.Time) []string {
	deadlines := Deadlines(c, asOf)
	flags := []string{}
	for name, on := range map[string]bool{
		"CERTIFICAT_TARDIF":          c.lateCertificate(deadlines),
		"CIRCONSTANCES_NOUVELLES":    c.Asylum != nil && c.Asylum.NewCircumstances,
		"PAS_DE_RECEPISSE_SUR_N1":    c.Stay() && !c.Renewal,
		"AUTEUR_MODIFIE":             c.first(EvCollegeComposed) != nil && c.first(EvPhysicianDesignated) != nil,
		"DELAI_3_MOIS_DEPASSE":       missed(deadlines, "DL6"),
		"DELAI_INTERNE_DEPASSE":      missed(deadlines, "DL8"),
		"AVIS_RECTIFICATIF":          c.issuedOn(2) != nil,
		"DECISION_SUR_AVIS_REMPLACE": len(c.replacedAfterDecision()) > 0,
		"AVIS_RETIRE":                c.first(EvOpinionWithdrawn) != nil,
		"AUTEUR_NON_COMPETENT":       len(c.libertyKnownLate()) > 0,
		"DEFAUT_MENTIONNE":           c.first(EvOpinionIssued) != nil && c.anyDefault(),
		"SANS_REPONSE_15J":           c.foundDefault("SANS_REPONSE_15J"),
		"CONSERVATION_GELEE":         c.first(EvHoldSet) != nil,
		"IDENTITE_NON_JUSTIFIEE":     c.identityMissing(),
		"CORRECTION_AGDREF":          c.first(EvAgdrefCorrected) != nil,
		"FORMULAIRE_INCERTAIN":       c.uncertainForm(),
		"MAJORITE_ATTEINTE":          c.first(EvMajorityReached) != nil,
		"SECOND_TOUR":                c.secondRound(),
		"PIECE_ECARTEE":              c.first(EvDocumentExcluded) != nil,
		"DOSSIER_LIE":                c.Linked,
		"CHANGEMENT_TEXTE":           c.ruleChanged(),
		"AUTEUR_CERTIFICAT":          c.certificateAuthorMismatch(),
		"CONSENTEMENT_RETIRE":        c.first(EvConsentWithdrawn) != nil,
	} {
		if on {
			flags = append(flags, name)
		}
	}
	slices.Sort(flags)
	return flags
}

// lateCertificate: sent after every start that may be held against the person. Where the start is disputed, the latest one protects.
func (c Case) lateCertificate(deadlines []Deadline) bool {
	late, any := true, false
	for _, d := range deadlines {
		if (d.Code == "DL2" || d.Code == "DL3") && d.FulfilledOn != nil {
			any = true
			late = late && d.FulfilledOn.After(*d.DueOn)
		}
	}
	return any && late
}

func missed(deadlines []Deadline, code string) bool {
	return slices.ContainsFunc(deadlines, func(d Deadline) bool { return d.Code == code && d.Outcome == Missed })
}

// anyDefault: a box of a stage that the opinion shows says asked and not done.
func (c Case) anyDefault() bool {
	return BoxesOf(c.Events, StageOpinion).AnyMissing() || c.Stay() && BoxesOf(c.Events, StageReport).AnyMissing()
}

func (c Case) identityMissing() bool {
	return BoxesOf(c.Events, StageOpinion).Identity.Missing() || c.Stay() && BoxesOf(c.Events, StageReport).Identity.Missing()
}

func (c Case) foundDefault(kind string) bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool {
		d, ok := e.Data.(DefautConstate)
		return ok && d.Defaut == kind
	})
}

func (c Case) uncertainForm() bool {
	e := c.last(EvOpinionIssued)
	if e == nil {
		return false
	}
	a, ok := c.AuthorAt(e.At)
	return ok && a.Certainty == "unclear"
}

// certificateAuthorMismatch: the certificate that the opinion rests on was kept although its author does not match the status of liberty.
func (c Case) certificateAuthorMismatch() bool {
	e := c.acceptedCertificate()
	return e != nil && e.Data.(CertificatRecu).AuthorMismatch
}

func (c Case) secondRound() bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool {
		d, ok := e.Data.(ReponseMembre)
		return ok && d.Round > 1
	})
}

// ruleChanged: the rule in force when the certificate came is not the one the opinion was given under, the status of liberty being the same.
func (c Case) ruleChanged() bool {
	cert, issued := c.acceptedCertificate(), c.last(EvOpinionIssued)
	if cert == nil || issued == nil || c.LibertyAt(cert.At) != c.LibertyAt(issued.At) {
		return false
	}
	before, ok1 := c.AuthorAt(cert.At)
	after, ok2 := c.AuthorAt(issued.At)
	return ok1 && ok2 && before.From != after.From
}

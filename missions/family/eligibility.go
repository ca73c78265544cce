package family

import (
	"fmt"
	"slices"

	"cloison/missions"
)

// Eligibility computes RF-E1 to RF-E9 on the day of filing. It never blocks: a condition that is not met is said, with why, and the prefect
// appreciates. An error is a parameter that is missing that day.
func Eligibility(r Request, law *missions.Law) ([]Finding, error) {
	var all []Finding
	for _, rule := range []func(Request, *reading) Finding{
		lengthOfStay, currentDocument, earlierStay, ageOfSpouse, agesOfChildren, fosterage, wholeFamily, exclusions, receiptOnly,
	} {
		law := reading{law: law}
		f := rule(r, &law)
		if law.err != nil {
			return nil, law.err
		}
		f.Used = law.used
		all = append(all, f)
	}
	return all, nil
}

func outcome(met bool) Outcome {
	if met {
		return Met
	}
	return NotMet
}

// lengthOfStay: L. 434-2, eighteen months of regular stay at filing; twelve for an Algerian.
func lengthOfStay(r Request, law *reading) Finding {
	key := "GENERAL"
	if r.algerian() {
		key = "ALGERIEN"
	}
	need := law.count(pStay, key, r.FiledOn)
	f := Finding{Rule: "RF-E1", Source: "L. 434-2 ; accord franco-algérien, art. 4"}
	since, ok := stayedSince(r.Applicant.Titles, r.FiledOn)
	if !ok {
		f.Outcome, f.Why = NotMet, "Aucun titre ne couvre le jour du dépôt."
		return f
	}
	f.Outcome = outcome(!since.AddMonths(need).After(r.FiledOn))
	f.Why = fmt.Sprintf("Séjour régulier sans interruption depuis le %s ; il en faut %d mois au dépôt, le %s.", day(since), need, day(r.FiledOn))
	return f
}

// currentDocument: R. 434-1, which document the applicant holds at filing.
func currentDocument(r Request, law *reading) Finding {
	need := law.count(pCard, "CST", r.FiledOn)
	f := Finding{Rule: "RF-E2", Source: "R. 434-1", Outcome: NotMet}
	held, ok := current(r.Applicant.Titles, r.FiledOn)
	if !ok {
		f.Why = "Aucun titre n’est en cours au dépôt."
		return f
	}
	asked := []TitleCode{MultiYearCard, ResidentCard, PermanentCard}
	switch {
	case held.Code == TemporaryCard:
		f.Outcome = outcome(held.lasts(need))
		f.Why = fmt.Sprintf("Carte de séjour temporaire ; elle doit valoir %d mois au moins.", need)
	case slices.Contains(asked, held.Code):
		f.Outcome, f.Why = Met, "Le titre détenu au dépôt est de ceux qui permettent la demande."
	case held.Code == RenewalReceipt && (held.Renews == TemporaryCard || slices.Contains(asked, held.Renews)):
		f.Outcome, f.Why = Met, "Récépissé de renouvellement d’un titre qui permet la demande ; le préfet vérifie sa délivrance (RF-E9)."
	default:
		f.Why = "Le titre détenu au dépôt ne permet pas la demande."
	}
	return f
}

// earlierStay: R. 434-2, under which documents earlier stay counts.
func earlierStay(r Request, _ *reading) Finding {
	f := Finding{Rule: "RF-E3", Source: "R. 434-2", Outcome: Met, Why: "Tous les titres antérieurs comptent dans la durée de séjour."}
	for _, t := range r.Applicant.Titles {
		if !t.countsAsStay() {
			f.Outcome, f.Why = ToWeigh, "Un titre antérieur n’est pas de la liste : il ne compte pas et interrompt la durée."
		}
	}
	return f
}

// ageOfSpouse: L. 434-2, 1°.
func ageOfSpouse(r Request, law *reading) Finding {
	need := law.count(pAge, "CONJOINT", r.FiledOn)
	f := Finding{Rule: "RF-E4", Source: "L. 434-2, 1°"}
	spouse, ok := r.spouse()
	if !ok {
		f.Outcome, f.Why = NoObject, "La demande ne porte pas sur le conjoint."
		return f
	}
	f.Outcome = outcome(!spouse.BirthDate.AddMonths(12 * need).After(r.FiledOn))
	f.Why = fmt.Sprintf("Conjoint né le %s ; %d ans au moins au dépôt.", day(spouse.BirthDate), need)
	return f
}

// agesOfChildren: L. 434-3 and L. 434-4, minors at filing with a filiation that the law knows. One who comes of age later stays eligible.
func agesOfChildren(r Request, law *reading) Finding {
	need := law.count(pAge, "ENFANT", r.FiledOn)
	f := Finding{Rule: "RF-E5", Source: "L. 434-3, L. 434-4", Outcome: NoObject, Why: "La demande ne porte sur aucun enfant.",
		Doubt: "La date à laquelle l’âge s’apprécie et l’article L. 434-4 sont de mémoire."}
	for _, b := range r.Asked() {
		if b.Relation != Child || b.Filiation == Kafala {
			continue
		}
		if f.Outcome == NoObject {
			f.Outcome, f.Why = Met, "Chaque enfant est mineur au dépôt et sa filiation est de celles que la loi admet."
		}
		if !b.BirthDate.AddMonths(12 * need).After(r.FiledOn) {
			f.Outcome, f.Why = NotMet, fmt.Sprintf("Un enfant, né le %s, avait %d ans au dépôt.", day(b.BirthDate), need)
			return f
		}
		if b.Filiation == EntrustedChild && !(b.Judgment && b.Consent) {
			f.Outcome, f.Why = NotMet, "Un enfant est confié sans que le jugement étranger et le consentement de l’autre parent soient tous deux au dossier."
			return f
		}
	}
	return f
}

// fosterage: an Algerian minor taken in by kafala, by a judge or homologated.
func fosterage(r Request, law *reading) Finding {
	need := law.count(pAge, "ENFANT", r.FiledOn)
	f := Finding{Rule: "RF-E6", Source: "accord franco-algérien, art. 4", Outcome: NoObject, Why: "Aucun enfant n’est recueilli par kafala."}
	for _, b := range r.Asked() {
		if b.Filiation != Kafala {
			continue
		}
		admitted := b.Nationality == algeria && b.Judgment && b.BirthDate.AddMonths(12*need).After(r.FiledOn)
		f.Outcome, f.Why = outcome(admitted), "Le recueil légal n’est admis que d’un mineur algérien, par un juge ou homologué."
		if !admitted {
			return f
		}
	}
	return f
}

// wholeFamily: L. 434-1, the request is for the whole family unless a motive in a child's interest says otherwise.
func wholeFamily(r Request, _ *reading) Finding {
	f := Finding{Rule: "RF-E7", Source: "L. 434-1, R. 434-10", Outcome: Met, Why: "La demande porte sur toute la famille."}
	left := slices.ContainsFunc(r.Family, func(b Beneficiary) bool { return !b.Asked && !b.InFrance })
	switch {
	case left && r.Motive == nil:
		f.Outcome, f.Why = NotMet, "Un membre de la famille à l’étranger n’est pas demandé, sans motif."
	case left:
		f.Outcome, f.Why = ToWeigh, "La demande est partielle ; son motif, dans l’intérêt de l’enfant, est à apprécier."
	}
	return f
}

// exclusions: polygamy and presence in France; public order and the principles of family life are the prefect's alone.
func exclusions(r Request, _ *reading) Finding {
	f := Finding{Rule: "RF-E8", Source: "L. 434-6, L. 434-7, L. 434-9", Outcome: ToWeigh, Doubt: "Les numéros d’articles sont de mémoire.",
		Why: "L’ordre public et les principes de la vie familiale en France sont appréciés par le préfet."}
	for _, b := range r.Asked() {
		switch {
		case b.OtherSpouse:
			f.Outcome, f.Why = NotMet, "L’autre conjoint d’un polygame ne peut être admis."
			return f
		case b.InFrance && r.Type != OnTheSpot:
			f.Outcome, f.Why = NotMet, "Une personne demandée réside déjà en France : elle peut être exclue, sauf admission sur place."
		}
	}
	return f
}

// receiptOnly: R. 434-27, the title of who only had a receipt is checked before the prefect decides (Record holds the decision until then).
func receiptOnly(r Request, _ *reading) Finding {
	f := Finding{Rule: "RF-E9", Source: "R. 434-27", Outcome: NoObject, Why: "Le demandeur détenait un titre au dépôt."}
	if heldReceipt(r) {
		f.Outcome, f.Why = ToWeigh, "Le demandeur détenait un récépissé : le préfet vérifie que le titre a été délivré avant de décider."
	}
	return f
}

func heldReceipt(r Request) bool {
	held, ok := current(r.Applicant.Titles, r.FiledOn)
	return ok && (held.Code == RenewalReceipt || held.Code == FirstReceipt)
}

// day is a date as a French page writes it.
func day(d missions.Date) string { return fmt.Sprintf("%02d/%02d/%04d", d.Day, int(d.Month), d.Year) }

# Removal procedures: who gives the opinion depends on the person's liberty that day (R. 631-1, R. 731-1), and there is no report (arrêté du
# 27 décembre 2016, art. 11): the author answers on the certificate (R. 631-2, R. 731-2).
package cloison

zones["physician.designate"] := {"medical"}

conditions["physician.designate"] := array.concat(secretary_first, [
	["MEMBER_NOT_IN_DECISION", members_in_decision],
	["MEMBER_DECISION_EXPIRED", members_listed],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
	["REMOVAL_WITHOUT_CERTIFICATE", certificate_before_author],
	["MED1_NOT_COMPETENT", single_competent],
	["PHYSICIAN_ALONE", one_member],
	["MEMBER_CONFLICT", proposed_without_conflict],
	["MEMBER_NOT_HABILITATED", members_habilitated],
	["COMPOSITION_OPEN", no_composition_open],
])

# One physician gives the opinion on a removal alone: the domain says when.
default single_competent := false

single_competent if {
	input.resource.pipeline == "ELOIGNEMENT"
	input.resource.author == "MED1"
}

default one_member := false

one_member if count(proposed_members) == 1

# A residence-permit case has its own order: the report comes before.
default certificate_before_author := false

certificate_before_author if input.resource.certificate_received

certificate_before_author if residence

# A composition answers and signs while its kind of author is competent. Before any, nobody sits: the assignment says so.
default college_still_competent := false

college_still_competent if college_competent

college_still_competent if composition_author == "MED1"

college_still_competent if {
	single_competent
	composition_author == ""
}

default single_still_competent := false

single_still_competent if composition_author != "MED1"

single_still_competent if single_competent

default composition_author := ""

composition_author := input.resource.composition.author

# What the subject is to this dossier, and where its procedure stands. A fact that is not given does not hold.
package cloison

default of_territory := false

of_territory if {
	secretary
	input.resource.kind == "dossier"
	input.resource.direction in input.subject.directions
}

default of_territory_if_secretary := false

of_territory_if_secretary if of_territory

of_territory_if_secretary if input.subject.role != "SECRETARIAT_MEDICAL"

# What names itself in narrowed is narrowed by the store. Any other act is upon a dossier: one that loaded none is refused.
of_territory_if_secretary if {
	input.resource.kind == "portal"
	input.action in narrowed
}

default rapporteur := false

rapporteur if {
	physician
	input.resource.kind == "dossier"
	input.resource.rapporteur == input.subject.id
}

default not_rapporteur := false

not_rapporteur if input.resource.rapporteur != input.subject.id

# A member of the last composition until it is replaced; an issued opinion keeps its authors.
default member := false

member if {
	physician
	input.subject.id in input.resource.composition.members
	composition_stands
}

sitting := {one | some one in input.resource.composition.members}

default composition_stands := false

composition_stands if input.resource.composition.open

composition_stands if input.resource.issued

default related := false

related if of_territory

related if rapporteur

related if member

# Physicians in charge: the rapporteur, and the members once designated.
default in_charge := false

in_charge if rapporteur

in_charge if member

default in_charge_if_physician := false

in_charge_if_physician if in_charge

in_charge_if_physician if input.subject.role == "SECRETARIAT_MEDICAL"

default not_closed := false

not_closed if input.resource.closed == false

default not_issued := false

not_issued if input.resource.issued == false

# A residence-permit case. A removal case has no report (arrêté du 27 décembre 2016, art. 11).
default residence := false

residence if input.resource.pipeline == "SEJOUR"

default report_transmitted := false

report_transmitted if input.resource.report_transmitted

report_transmitted if input.resource.pipeline == "ELOIGNEMENT"

# The competent author depends on the person's liberty that day (R. 425-13, R. 731-1, R. 631-1): the domain says who it is. Where it did
# not, a residence-permit case is the college's.
default college_competent := false

college_competent if input.resource.author == "COLLEGE3"

college_competent if {
	input.resource.author == ""
	residence
}

default purpose_given := false

purpose_given if input.context.purpose in {"INSTRUCTION", "COLLEGE", "SECRETARIAT", "CONTENTIEUX", "ACCES", "CONTROLE"}

# Who the person is: facts about the subject alone, and the conditions that lists begin with.
package cloison

# A person, not the program: no rule for persons ever holds for a system subject.
default person := false

person if input.subject.system == ""

default relay := false

relay if input.subject.system == "relay"

# A physician: profession code 10, proven by Pro Santé Connect at sign-in.
default physician := false

physician if {
	person
	input.subject.role == "MEDECIN"
	input.subject.profession == "10"
}

default secretary := false

secretary if {
	person
	input.subject.role == "SECRETARIAT_MEDICAL"
}

default agent := false

agent if {
	person
	input.subject.role == "PREFECTURE"
	input.subject.prefecture != ""
}

default auditor := false

auditor if {
	person
	input.subject.role in {"AUDITEUR_CONFORMITE", "DPO"}
}

# A nurse does not fit, nor does whoever asks for the role of physician without the profession, nor another health professional.
default profession_fits := false

profession_fits if {
	input.subject.role == "MEDECIN"
	input.subject.profession == "10"
}

profession_fits if {
	not input.subject.role in {"MEDECIN", "INFIRMIER"}
	input.subject.profession in {"", "10"}
}

default not_prefecture := false

not_prefecture if input.subject.role != "PREFECTURE"

default role_of_physician := false

role_of_physician if input.subject.role == "MEDECIN"

default role_on_dossiers := false

role_on_dossiers if input.subject.role in {"MEDECIN", "SECRETARIAT_MEDICAL"}

default role_on_medical_portal := false

role_on_medical_portal if input.subject.role in {"MEDECIN", "SECRETARIAT_MEDICAL", "AUDITEUR_CONFORMITE", "DPO"}

# Profession alone is not enough: a hospital physician with a valid identity is not ours. Who proves no profession needs no habilitation
# here: his role stands in the directory.
default habilitated := false

habilitated if input.subject.habilitated

habilitated if input.subject.profession == ""

# On medical content.
physician_first := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_of_physician],
	["ROLE_NOT_ALLOWED", physician],
	["NOT_HABILITATED", habilitated],
]

# On dossiers, without their medical content.
physician_or_secretary_first := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_on_dossiers],
	["ROLE_NOT_ALLOWED", person],
	["NOT_HABILITATED", habilitated],
	["OTHER_TERRITORY", of_territory_if_secretary],
]

# On what the secretariat of the territory does.
secretary_first := [
	["PROFESSION_NOT_PHYSICIAN", profession_fits],
	["PREFECTURE_NO_MEDICAL", not_prefecture],
	["ROLE_NO_MEDICAL", role_on_dossiers],
	["ROLE_NOT_ALLOWED", secretary],
	["OTHER_TERRITORY", of_territory],
]

# People, dossiers and the two verbs that the tests read with.
package cloison

allow(subject, action, resource, context) if {
	answer(subject, action, resource, context).allow
}

# Denied by that rule, and told so.
deny(subject, action, resource, context, rule) if {
	d := answer(subject, action, resource, context)
	not d.allow
	d.rule == rule
	d.visible
}

# Denied by that rule, which only the record knows: for the person there is no such object.
hide(subject, action, resource, context, rule) if {
	d := answer(subject, action, resource, context)
	not d.allow
	d.rule == rule
	not d.visible
}

answer(subject, action, resource, context) := d if {
	d := decision with input as {"subject": subject, "action": action, "resource": resource, "context": context}
}

nobody := {
	"id": "", "role": "", "profession": "", "habilitated": false, "lapsed": false, "directions": null,
	"prefecture": "", "mission": "", "system": "",
}

doctor(id) := object.union(nobody, {"id": id, "role": "MEDECIN", "profession": "10", "habilitated": true})

# med-12 is the rapporteur; med-03, med-07 and med-08 sit; med-02 has nothing to do with the dossier.
author := doctor("med-12")

juror := doctor("med-03")

stranger := doctor("med-02")

former := object.union(juror, {"habilitated": false})

hospital_physician := object.union(nobody, {"profession": "10"})

nurse := object.union(nobody, {"id": "inf-01", "role": "INFIRMIER", "profession": "60"})

clerk := object.union(nobody, {"id": "sec-01", "role": "SECRETARIAT_MEDICAL", "directions": ["DT-PARIS", "DT-LILLE"]})

clerk_elsewhere := object.union(nobody, {"id": "sec-02", "role": "SECRETARIAT_MEDICAL", "directions": ["DT-LYON"]})

paris := object.union(nobody, {"id": "pref-75", "role": "PREFECTURE", "prefecture": "75"})

rhone := object.union(nobody, {"id": "pref-69", "role": "PREFECTURE", "prefecture": "69"})

inspector := object.union(nobody, {"id": "aud-01", "role": "AUDITEUR_CONFORMITE"})

dpo := object.union(nobody, {"id": "dpo-01", "role": "DPO"})

mission_agent := object.union(nobody, {"id": "mis-01", "role": "AGENT_MISSION", "mission": "REGROUPEMENT_FAMILIAL"})

administrator := object.union(nobody, {"id": "adm-01", "role": "ADMINISTRATEUR"})

relay_itself := object.union(nobody, {"id": "relay", "role": "SYSTEM", "system": "relay"})

sweep := object.union(nobody, {"id": "sweep", "role": "SYSTEM", "system": "sweep"})

context_in(zone) := {"purpose": "", "on": "2026-03-02", "open": "", "members": null, "person": null, "zone": zone, "composition": 0, "designates": false}

at_medical := context_in("medical")

at_server := context_in("server")

for_instruction := object.union(at_medical, {"purpose": "INSTRUCTION"})

opening(compartment) := object.union(for_instruction, {"open": compartment})

listed(id) := {"id": id, "listed": true, "expired": false, "habilitated": true, "treats": false}

expired(id) := {"id": id, "listed": false, "expired": true, "habilitated": true, "treats": false}

unlisted(id) := {"id": id, "listed": false, "expired": false, "habilitated": true, "treats": false}

proposing(person) := object.union(at_medical, {"person": person})

proposing_college(members) := object.union(at_medical, {"members": members})

# The subject's own listing that day.
sits(id) := proposing(listed(id))

portal(zone) := {"kind": "portal", "zone": zone}

# A residence-permit case of Paris on its straight line, step by step.
referred := {
	"kind": "dossier", "id": "d-1", "state": "SAISI", "pipeline": "SEJOUR", "author": "", "direction": "DT-PARIS", "prefecture": "75",
	"closed": false, "rapporteur": "", "certificate_received": false, "report_saved": false, "report_signed": false,
	"report_transmitted": false, "issued": false, "composition": null, "examiners": [], "supplement_asked": false,
}

assigned := object.union(referred, {"certificate_received": true, "rapporteur": "med-12"})

saved := object.union(assigned, {"report_saved": true})

signed_report := object.union(saved, {"report_signed": true})

transmitted := object.union(signed_report, {"report_transmitted": true})

college(answered, settled, signed) := {
	"version": 1, "author": "COLLEGE3", "decision": "DEC-2026-01", "members": ["med-03", "med-07", "med-08"], "open": true, "round": 1,
	"answered": answered, "settled": settled, "signed": signed, "refused": [],
}

everyone := ["med-03", "med-07", "med-08"]

composed := object.union(transmitted, {"composition": college([], false, [])})

answered_by_one := object.union(transmitted, {"composition": college(["med-03"], false, [])})

all_in := object.union(transmitted, {"composition": college(everyone, false, [])})

settled_one := object.union(transmitted, {"composition": college(everyone, true, [])})

signed_by_one := object.union(transmitted, {"composition": college(everyone, true, ["med-03"])})

issued := object.union(transmitted, {"issued": true, "composition": college(everyone, true, everyone)})

closed(dossier) := object.union(dossier, {"closed": true})

replaced(dossier) := object.union(dossier, {"composition": {"open": false}})

removal := object.union(referred, {"pipeline": "ELOIGNEMENT", "author": "MED1", "certificate_received": true})

detained(dossier) := object.union(dossier, {"author": "MED1"})

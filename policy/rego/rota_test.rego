package cloison

rota := {"kind": "rota", "direction": "DT-PARIS"}

naming_on_call := proposing({"id": "med-03", "habilitated": true})

test_the_secretariat_of_the_territory_sets_the_rota if {
	allow(clerk, "rota.set", rota, naming_on_call)
	deny(clerk_elsewhere, "rota.set", rota, naming_on_call, "OTHER_TERRITORY")
	deny(juror, "rota.set", rota, naming_on_call, "ROLE_NOT_ALLOWED")
	deny(paris, "rota.set", rota, naming_on_call, "PREFECTURE_NO_MEDICAL")
	deny(clerk, "rota.set", rota, proposing({"id": "med-03", "habilitated": false}), "RAPPORTEUR_NOT_HABILITATED")
	deny(clerk, "rota.set", removal, naming_on_call, "OTHER_TERRITORY")
}

test_removals_are_listed_to_physicians_and_secretariats if {
	allow(juror, "removal.list", portal("medical"), at_medical)
	allow(clerk, "removal.list", portal("medical"), at_medical)
	deny(inspector, "removal.list", portal("medical"), at_medical, "ROLE_NO_MEDICAL")
}

at_night := object.union(removal, {"on_call": "med-03"})

taking := proposing_college([listed("med-03")])

test_the_physician_on_call_takes_a_removal if {
	allow(juror, "removal.take", at_night, taking)
	hide(stranger, "removal.take", at_night, proposing_college([listed("med-02")]), "NOT_ON_CALL")
	hide(juror, "removal.take", removal, taking, "NOT_ON_CALL")
	hide(juror, "removal.take", object.union(composed, {"on_call": "med-03", "composition": null}), taking, "NOT_ON_CALL")
	deny(clerk, "removal.take", at_night, taking, "ROLE_NO_MEDICAL")
}

# The first has not acted in time: the second takes it, as the first still may; before that he is not on call.
test_the_second_physician_takes_a_removal_once_he_is_called if {
	called := object.union(removal, {"on_call": "med-02", "second_on_call": "med-03"})
	allow(juror, "removal.take", called, taking)
	allow(stranger, "removal.take", called, proposing_college([listed("med-02")]))
	hide(juror, "removal.take", object.union(called, {"second_on_call": ""}), taking, "NOT_ON_CALL")
	hide(juror, "removal.take", object.union(composed, {"second_on_call": "med-03", "composition": null}), taking, "NOT_ON_CALL")
	deny(juror, "removal.take", closed(called), taking, "CASE_CLOSED")
}

test_what_binds_the_secretariat_binds_him if {
	deny(juror, "removal.take", at_night, proposing_college([unlisted("med-03")]), "MEMBER_NOT_IN_DECISION")
	deny(juror, "removal.take", at_night, proposing_college([expired("med-03")]), "MEMBER_DECISION_EXPIRED")
	deny(juror, "removal.take", closed(at_night), taking, "CASE_CLOSED")
	deny(juror, "removal.take", object.union(at_night, {"issued": true}), taking, "AVIS_IMMUTABLE")
	deny(juror, "removal.take", object.union(at_night, {"certificate_received": false}), taking, "REMOVAL_WITHOUT_CERTIFICATE")
	deny(juror, "removal.take", object.union(at_night, {"author": "COLLEGE3"}), taking, "MED1_NOT_COMPETENT")
	deny(juror, "removal.take", at_night, proposing_college([listed("med-07")]), "PHYSICIAN_ALONE")
	deny(juror, "removal.take", at_night, proposing_college([object.union(listed("med-03"), {"treats": true})]), "MEMBER_CONFLICT")
	deny(juror, "removal.take", object.union(at_night, {"composition": {"open": true, "members": ["med-07"]}}), taking, "COMPOSITION_OPEN")
}

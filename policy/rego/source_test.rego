package cloison

test_who_studies_the_file_cites_before_the_opinion if {
	every case in [assigned, transmitted, composed] {
		allow(author, "source.cite", case, at_medical)
	}
	allow(juror, "source.cite", composed, at_medical)
	deny(author, "source.cite", issued, at_medical, "AVIS_IMMUTABLE")
	deny(juror, "source.cite", issued, at_medical, "AVIS_IMMUTABLE")
	deny(author, "source.cite", object.union(assigned, {"closed": true, "state": "SANS_SUITE"}), at_medical, "CASE_CLOSED")
	hide(stranger, "source.cite", composed, at_medical, "NOT_ASSIGNED")
	deny(clerk, "source.cite", composed, at_medical, "ROLE_NO_MEDICAL")
	hide(paris, "source.cite", composed, at_medical, "PREFECTURE_NO_MEDICAL")
}

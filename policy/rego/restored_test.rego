package cloison

test_a_head_of_service_closes_upon_an_opinion_that_left if {
	every dossier in {referred, assigned, composed} {
		allow(stranger, "opinion.left", headed(dossier), at_medical)
	}
	hide(stranger, "opinion.left", composed, at_medical, "NOT_COORDINATOR")
	deny(author, "opinion.left", composed, at_medical, "NOT_COORDINATOR")
	deny(clerk, "opinion.left", headed(composed), at_medical, "ROLE_NO_MEDICAL")
	deny(stranger, "opinion.left", headed(closed(composed)), at_medical, "CASE_CLOSED")
	deny(stranger, "opinion.left", headed(issued), at_medical, "AVIS_IMMUTABLE")
}

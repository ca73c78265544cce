package cloison

test_a_piece_is_moved_or_split_by_who_reads_it_before_the_opinion if {
	every action in ["document.move", "document.split"] {
		allow(author, action, piece(assigned), at_medical)
		allow(juror, action, opened(composed), at_medical)
		deny(author, action, piece(issued), at_medical, "AVIS_IMMUTABLE")
		deny(author, action, closed(piece(issued)), at_medical, "CASE_CLOSED")
		deny(author, action, excluded(assigned, "DOUBLON"), at_medical, "DOCUMENT_EXCLUDED")
		deny(author, action, excluded(assigned, "DOCUMENT_OTHER_PERSON"), at_medical, "DOCUMENT_OTHER_PERSON")
		hide(stranger, action, piece(composed), at_medical, "NOT_ASSIGNED")
		hide(juror, action, replaced(piece(composed)), at_medical, "NOT_ASSIGNED")
		deny(clerk, action, piece(composed), at_medical, "ROLE_NO_MEDICAL")
		hide(paris, action, piece(composed), at_medical, "PREFECTURE_NO_MEDICAL")
	}
}

test_the_dossier_that_takes_a_piece_has_its_own_say if {
	allow(author, "document.take", assigned, at_medical)
	allow(juror, "document.take", composed, at_medical)
	deny(author, "document.take", issued, at_medical, "AVIS_IMMUTABLE")
	deny(author, "document.take", closed(issued), at_medical, "CASE_CLOSED")
	hide(stranger, "document.take", composed, at_medical, "NOT_ASSIGNED")
	deny(clerk, "document.take", composed, at_medical, "ROLE_NO_MEDICAL")
}

package cloison

# A piece that sec-01 gave, which nobody has opened.
piece(dossier) := object.union(dossier, {"document": {"id": "p-1", "author": "sec-01", "opened": false, "excluded": ""}})

opened(dossier) := object.union(piece(dossier), {"document": {"opened": true}})

excluded(dossier, reason) := object.union(piece(dossier), {"document": {"excluded": reason}})

colleague := object.union(clerk, {"id": "sec-03"})

test_who_reads_the_list_of_documents if {
	allow(author, "document.list", assigned, opening("medical"))
	allow(juror, "document.list", composed, opening("medical"))
	deny(clerk, "document.list", composed, opening("medical"), "ROLE_NO_MEDICAL")
}

test_who_reads_a_document if {
	every action in ["document.read", "document.inspect"] {
		allow(author, action, piece(assigned), opening("medical"))
		allow(author, action, opened(issued), opening("medical"))
		allow(juror, action, piece(composed), opening("medical"))
		allow(author, action, closed(piece(issued)), opening("medical"))
		hide(stranger, action, piece(composed), opening("medical"), "NOT_ASSIGNED")
		hide(juror, action, replaced(piece(composed)), opening("medical"), "NOT_ASSIGNED")
		deny(clerk, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(clerk_elsewhere, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(nurse, action, piece(composed), opening("medical"), "PROFESSION_NOT_PHYSICIAN")
		hide(paris, action, piece(composed), opening("medical"), "PREFECTURE_NO_MEDICAL")
		hide(inspector, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(dpo, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(administrator, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(mission_agent, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(relay_itself, action, piece(composed), opening("medical"), "ROLE_NO_MEDICAL")
		hide(object.union(author, {"system": "sweep"}), action, piece(composed), opening("medical"), "ROLE_NOT_ALLOWED")
		deny(author, action, piece(composed), object.union(opening("medical"), {"purpose": ""}), "PURPOSE_REQUIRED")
	}
}

test_a_document_set_aside_is_read_by_nobody if {
	every action in ["document.read", "document.inspect"] {
		deny(author, action, excluded(assigned, "DOCUMENT_OTHER_PERSON"), opening("medical"), "DOCUMENT_OTHER_PERSON")
		deny(juror, action, excluded(composed, "DOCUMENT_OTHER_PERSON"), opening("medical"), "DOCUMENT_OTHER_PERSON")
		deny(author, action, excluded(assigned, "DOUBLON"), opening("medical"), "DOCUMENT_EXCLUDED")
		hide(stranger, action, excluded(composed, "DOCUMENT_OTHER_PERSON"), opening("medical"), "NOT_ASSIGNED")
	}
}

# A reading that was given no document to decide on is refused, whoever asks.
test_a_document_must_be_loaded if deny(author, "document.read", assigned, opening("medical"), "DOCUMENT_OTHER_PERSON")

# A college designated before the transmission cannot be; were it, its members would still read nothing.
test_members_read_no_document_before_transmission if {
	early := object.union(piece(composed), {"report_transmitted": false})
	deny(juror, "document.read", early, opening("medical"), "NOT_ASSIGNED")
}

# In a removal case there is no report to wait for.
test_the_single_physician_reads_documents_once_designated if {
	case := object.union(piece(removal), {"composition": object.union(college([], false, []), {"members": ["med-03"]})})
	allow(juror, "document.read", case, for_instruction)
}

test_who_adds_a_document if {
	every action in ["document.create", "document.upload"] {
		allow(clerk, action, piece(referred), at_medical)
		allow(clerk, action, piece(removal), at_medical)
		allow(author, action, piece(assigned), at_medical)
		allow(juror, action, piece(composed), at_medical)
		hide(stranger, action, piece(composed), at_medical, "NOT_ASSIGNED")
		hide(clerk_elsewhere, action, piece(composed), at_medical, "OTHER_TERRITORY")
		deny(clerk, action, closed(piece(issued)), at_medical, "CASE_CLOSED")
		deny(author, action, closed(piece(issued)), at_medical, "CASE_CLOSED")
		hide(inspector, action, piece(composed), at_medical, "ROLE_NO_MEDICAL")
	}
	allow(clerk, "document.create", referred, at_medical)
	deny(clerk, "document.upload", excluded(composed, "DOUBLON"), at_medical, "DOCUMENT_EXCLUDED")
}

test_who_asks_how_far_an_upload_came if {
	allow(clerk, "upload.get", piece(referred), at_medical)
	allow(clerk, "upload.get", closed(piece(issued)), at_medical)
	allow(author, "upload.get", piece(assigned), at_medical)
	hide(stranger, "upload.get", piece(composed), at_medical, "NOT_ASSIGNED")
	hide(clerk_elsewhere, "upload.get", piece(composed), at_medical, "OTHER_TERRITORY")
	hide(paris, "upload.get", piece(composed), at_medical, "PREFECTURE_NO_MEDICAL")
	hide(inspector, "upload.get", piece(composed), at_medical, "ROLE_NO_MEDICAL")
}

test_a_clerk_takes_back_only_his_own_unopened_piece if {
	allow(clerk, "document.withdraw", piece(referred), at_medical)
	allow(clerk, "document.withdraw", piece(composed), at_medical)
	deny(colleague, "document.withdraw", piece(composed), at_medical, "DOCUMENT_NOT_YOURS")
	deny(clerk, "document.withdraw", opened(composed), at_medical, "DOCUMENT_OPENED")
	deny(clerk, "document.withdraw", closed(piece(issued)), at_medical, "CASE_CLOSED")
	deny(clerk, "document.withdraw", excluded(composed, "DOUBLON"), at_medical, "DOCUMENT_EXCLUDED")
	deny(clerk, "document.withdraw", composed, at_medical, "DOCUMENT_NOT_YOURS")
	hide(clerk_elsewhere, "document.withdraw", piece(composed), at_medical, "OTHER_TERRITORY")
}

test_a_physician_in_charge_sets_any_piece_aside if {
	allow(author, "document.withdraw", piece(assigned), at_medical)
	allow(author, "document.withdraw", opened(assigned), at_medical)
	allow(juror, "document.withdraw", opened(composed), at_medical)
	hide(stranger, "document.withdraw", opened(composed), at_medical, "NOT_ASSIGNED")
	deny(author, "document.withdraw", closed(opened(issued)), at_medical, "CASE_CLOSED")
	deny(author, "document.withdraw", excluded(assigned, "DOUBLON"), at_medical, "DOCUMENT_EXCLUDED")
	hide(inspector, "document.withdraw", piece(composed), at_medical, "ROLE_NO_MEDICAL")
	hide(nurse, "document.withdraw", piece(composed), at_medical, "PROFESSION_NOT_PHYSICIAN")
}

package cloison

test_who_keeps_a_draft_of_the_report if {
	allow(author, "report.draft", assigned, opening("medical"))
	deny(author, "report.draft", signed_report, opening("medical"), "REPORT_ALREADY_SIGNED")
	deny(author, "report.draft", assigned, object.union(opening("medical"), {"purpose": ""}), "PURPOSE_REQUIRED")
	hide(stranger, "report.draft", assigned, opening("medical"), "NOT_ASSIGNED")
	hide(nurse, "report.draft", assigned, opening("medical"), "PROFESSION_NOT_PHYSICIAN")
	deny(clerk, "report.draft", assigned, opening("medical"), "ROLE_NO_MEDICAL")
	hide(paris, "report.draft", assigned, opening("medical"), "PREFECTURE_NO_MEDICAL")
	hide(inspector, "report.draft", assigned, opening("medical"), "ROLE_NO_MEDICAL")
}

test_who_keeps_a_draft_of_an_answer if {
	allow(juror, "answers.draft", composed, opening("medical"))
	deny(juror, "answers.draft", answered_by_one, opening("medical"), "ALREADY_ANSWERED")
	deny(author, "answers.draft", composed, opening("medical"), "RAPPORTEUR_IN_COLLEGE")
	hide(stranger, "answers.draft", composed, opening("medical"), "NOT_ASSIGNED")
	hide(juror, "answers.draft", replaced(composed), opening("medical"), "NOT_ASSIGNED")
	deny(clerk, "answers.draft", composed, opening("medical"), "ROLE_NO_MEDICAL")
}

package cloison

test_who_finds_a_dossier if {
	every who in [author, stranger, clerk, clerk_elsewhere] {
		allow(who, "dossier.search", portal("medical"), at_medical)
		allow(who, "dossier.names", portal("medical"), for_instruction)
	}
	every action in ["dossier.search", "dossier.names"] {
		deny(paris, action, portal("medical"), for_instruction, "PREFECTURE_NO_MEDICAL")
		deny(inspector, action, portal("medical"), for_instruction, "ROLE_NO_MEDICAL")
		deny(dpo, action, portal("medical"), for_instruction, "ROLE_NO_MEDICAL")
		deny(nurse, action, portal("medical"), for_instruction, "PROFESSION_NOT_PHYSICIAN")
		deny(former, action, portal("medical"), for_instruction, "NOT_HABILITATED")
		deny(relay_itself, action, portal("medical"), for_instruction, "ROLE_NO_MEDICAL")
	}
}

test_names_are_opened_for_a_purpose if {
	deny(clerk, "dossier.names", portal("medical"), at_medical, "PURPOSE_REQUIRED")
	deny(author, "dossier.names", portal("medical"), object.union(at_medical, {"purpose": "CURIOSITE"}), "PURPOSE_REQUIRED")
}

package cloison

grounds := ["CONTROLE", "PLAINTE", "DROITS", "INCIDENT", "ENQUETE", "JUSTICE"]

searches := ["audit.search", "audit.export", "audit.exposure"]

for_ground(surroundings, ground) := object.union(surroundings, {"purpose": ground})

test_auditors_search_for_a_ground if {
	every action in searches {
		every subject in [inspector, dpo] {
			every ground in grounds {
				allow(subject, action, portal("medical"), for_ground(at_medical, ground))
				allow(subject, action, portal("server"), for_ground(at_server, ground))
			}
			every ground in ["", "INSTRUCTION", "COLLEGE", "curiosité"] {
				deny(subject, action, portal("medical"), for_ground(at_medical, ground), "GROUND_REQUIRED")
			}
		}
	}
}

test_nobody_else_searches if {
	every action in searches {
		every subject in [author, clerk, administrator, relay_itself] {
			deny(subject, action, portal("medical"), for_ground(at_medical, "CONTROLE"), "ROLE_NOT_ALLOWED")
		}
		deny(paris, action, portal("server"), for_ground(at_server, "CONTROLE"), "ROLE_NOT_ALLOWED")
	}
}

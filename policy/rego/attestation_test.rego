package cloison

an_attestation := {
	"id": an_id, "referral": an_id, "request": 7, "on": "2026-07-04", "certificate_received_on": "2026-01-19", "rapporteur": "99790000012",
	"report_signed_on": "2026-02-20", "report_transmitted_on": "2026-02-20", "decision": an_opinion.decision, "composed_on": "2026-02-23",
	"signatures": [{"line": 1, "signed_on": "2026-03-12"}, {"line": 2, "signed_on": null}, {"line": 14, "signed_on": "2026-03-12"}],
	"opinion_version": 1, "issued_on": "2026-03-12", "sent_on": "2026-03-12",
	"steps": [{"stage": "RAPPORT", "step": "CONVOCATION", "on": "2026-02-02", "done": true}],
}

attested(changes) := {
	"seq": 7, "kind": "attestation", "notice": null, "opinion": null, "attestation": object.union(an_attestation, changes),
}

nothing_yet := {
	"certificate_received_on": null, "rapporteur": null, "report_signed_on": null, "report_transmitted_on": null, "decision": null,
	"composed_on": null, "signatures": [], "opinion_version": null, "issued_on": null, "sent_on": null, "steps": [],
}

test_an_attestation_leaves_in_its_exact_shape if {
	leaves(attested({}))
	leaves(attested(nothing_yet))
	every field in object.keys(an_attestation) {
		stays(attested({field: "Le patient est suivi"}))
	}
	stays(attested({"note": "x"}))
	stays(object.union(attested({}), {"notice": {}}))
	stays(object.union(attested({}), {"opinion": an_opinion}))
	stays(object.union(attested({}), {"kind": "notice"}))
	stays(object.union(opinion_with({}), {"attestation": an_attestation}))
	stays(object.union(notice("N0", {"technical_code": "ACCEPTEE"}), {"attestation": an_attestation}))
	stays(object.remove(attested({}), ["opinion"]))
}

test_each_part_of_an_attestation_is_closed if {
	every changes in [
		{"signatures": [{"line": 1, "signed_on": null}, {"line": 2, "signed_on": null}]},
		{"signatures": [{"line": 1000, "signed_on": null}]},
		{"signatures": [{"line": 1, "signed_on": "2026-03-12T10:00:00Z"}]},
		{"signatures": [{"line": 1, "signed_on": null, "name": "x"}]},
		{"steps": [{"stage": "RAPPORT", "step": "IRM", "on": "2026-02-02", "done": true}]},
		{"steps": [{"stage": "", "step": "EXAMENS", "on": "2026-02-02", "done": true}]},
		{"steps": [{"stage": "AVIS", "step": "EXAMENS", "on": "2026-02-02", "done": "fait"}]},
		{"steps": [{"stage": "AVIS", "step": "EXAMENS", "on": "2026-02-02", "done": null, "note": "x"}]},
		{"decision": {"name": "x"}}, {"decision": {"ref": "x"}}, {"decision": {"digest": "x"}}, {"rapporteur": "9979000001"},
		{"rapporteur": 99790000012}, {"request": 0}, {"opinion_version": 1.5}, {"on": null},
	] {
		stays(attested(changes))
	}
}

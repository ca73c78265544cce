package cloison

an_id := "6b0e7a52-3c1d-4f5e-9a77-0c2d41e0b6aa"

notice(code, fields) := {"seq": 7, "kind": "notice", "opinion": null, "attestation": null, "notice": {"id": an_id, "referral": an_id, "code": code, "on": "2026-03-02", "fields": fields}}

boxes := {"convocation": {"requested": true, "done": false}, "exams": {"requested": false, "done": null}, "identity": {"requested": true, "done": true}}

an_opinion := {
	"id": an_id, "referral": an_id, "referral_version": 1, "version": 1, "replaces": null, "receiver": "75", "kind": "SEJ_L4259_PREMIERE",
	"form": {"annexe": "C", "version": "C-2021"}, "country": {"role": "PAYS_ORIGINE", "country": "CIV"}, "stage_report": boxes,
	"stage_opinion": boxes, "care_needed": "NECESSITE", "exceptional_gravity": "PEUT_ENTRAINER", "treatment_available": "NE_PEUT_PAS_BENEFICIER",
	"duration_months": 12, "can_travel": null, "outcome": "FAVORABLE",
	"decision": {"ref": "DEC-2026-01", "digest": "0000000000000000000000000000000000000000000000000000000000000000"},
	"authors": [1, 2, 14], "issued_on": "2026-03-12",
	"seal": {"form": "CMS", "alg": "RSA-SHA256", "key": "00000000000000000000000000000000", "value": a_signature},
}

a_signature := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="

opinion_with(changes) := {"seq": 7, "kind": "opinion", "notice": null, "attestation": null, "opinion": object.union(an_opinion, changes)}

leaves(r) if allow(relay_itself, "release.deliver", r, at_medical)

stays(r) if deny(relay_itself, "release.deliver", r, at_medical, "RELEASE_SHAPE")

every_notice := [
	["N0", {"technical_code": "ACCEPTEE"}], ["N0", {"technical_code": "CORRECTION_AGDREF"}], ["N1", {"received_on": "2026-03-02"}],
	["N2", {"due_on": "2026-03-02"}], ["N3", {"transmitted_on": "2026-03-02"}], ["N4", {"convocation_on": "2026-03-02"}],
	["N5", {"due_on": "2026-03-02"}], ["N7", {"closure_code": "DECES"}],
]

test_only_the_relay_delivers if {
	every other in [author, clerk, paris, inspector, sweep] {
		deny(other, "release.deliver", opinion_with({}), at_medical, "ROLE_NOT_ALLOWED")
	}
	hide(relay_itself, "release.deliver", opinion_with({}), at_server, "UNKNOWN_ACTION")
	stays(portal("medical"))
	stays(null)
	stays({})
}

test_a_notice_leaves_with_the_field_of_its_code if {
	every one in every_notice {
		leaves(notice(one[0], one[1]))
		stays(notice(one[0], {}))
		stays(notice(one[0], object.union(one[1], {"note": "x"})))
		stays(notice(one[0], {"technical_code": "Le patient est suivi"}))
		stays(notice(one[0], {"due_on": "2026-03-02T10:00:00Z", "technical_code": "ACCEPTEE"}))
	}
	every other in ["N6", "N8", "", null, 0] {
		stays(notice(other, {"technical_code": "ACCEPTEE"}))
		stays(notice(other, {"due_on": "2026-03-02"}))
	}
	every date in ["2026-03-02T10:00:00Z", "1899-12-31", "2201-01-01", "2026-13-01", "2026-03-32", "0000-07-14", 20260302, null, ["2026-03-02"], "2026-03-02 "] {
		stays(notice("N1", {"received_on": date}))
	}
}

test_the_envelope_is_exact if {
	n := notice("N0", {"technical_code": "ACCEPTEE"})
	stays(object.union(n, {"note": "x"}))
	stays(object.union(n, {"kind": "opinion"}))
	stays(object.union(n, {"kind": "attestation"}))
	stays(object.union(n, {"opinion": an_opinion}))
	stays(object.union(opinion_with({}), {"notice": n.notice}))
	stays(object.union(opinion_with({}), {"kind": "notice"}))
	every seq in [0, -1, 1.5, "7", null, 9007199254740993] {
		stays(object.union(n, {"seq": seq}))
		stays(object.union(opinion_with({}), {"seq": seq}))
	}
	stays(object.remove(n, ["opinion"]))
	stays(object.union(n, {"notice": object.union(n.notice, {"note": "x"})}))
	stays(object.union(n, {"notice": "N0"}))
	stays(object.union(n, {"notice": object.union(n.notice, {"id": "Le patient est suivi pour une maladie"})}))
	stays(object.union(n, {"notice": object.union(n.notice, {"referral": 1})}))
}

test_an_opinion_leaves_in_its_form if {
	leaves(opinion_with({}))
	leaves(opinion_with({"stage_report": null, "can_travel": "PEUT_VOYAGER", "duration_months": null, "replaces": an_id, "version": 2}))
	leaves(opinion_with({"form": {"annexe": "D", "version": "D-2025"}, "authors": [3]}))
	leaves(opinion_with({"form": {"annexe": "E", "version": "E-2025"}, "kind": "ASR_L7314"}))
}

# Each field, changed alone, keeps the opinion in.
test_nothing_else_leaves_in_an_opinion if {
	wrong := {
		"id": ["x", null, 1], "referral": ["x", null], "referral_version": [0, 1000, 1.5, "1", null], "version": [0, 1000, "1"],
		"replaces": ["x", 1], "receiver": ["Paris", 75, null, "1234"], "kind": ["SEJ", null], "form": [null, {}, {"annexe": "C"}, {"annexe": "C", "version": "D-2025"}, {"annexe": "B", "version": "C-2021"}, {"annexe": "C", "version": "C-2021", "note": "x"}],
		"country": [null, {"role": "PAYS_ORIGINE", "country": "Mali"}, {"role": "PAYS", "country": "MLI"}, {"role": "PAYS_ORIGINE", "country": "MLI", "note": "x"}],
		"stage_report": ["x", [], {}, object.union(boxes, {"note": {"requested": true, "done": true}}), object.union(boxes, {"exams": {"requested": "VIH", "done": null}}), object.union(boxes, {"exams": {"requested": true, "done": "oui"}}), object.union(boxes, {"exams": {"requested": true, "done": true, "why": "x"}}), object.union(boxes, {"exams": true})],
		"stage_opinion": ["x", object.remove(boxes, ["exams"])], "care_needed": [null, "OUI", true], "exceptional_gravity": ["OUI", false],
		"treatment_available": ["OUI", 0], "duration_months": [0, 121, 1.5, "12", [12]], "can_travel": ["OUI", true], "outcome": [null, "REFUS"],
		"decision": [null, {"ref": "DEC-2026-01"}, {"ref": "la décision", "digest": an_opinion.decision.digest}, {"ref": "DEC-2026-01", "digest": "x"}, object.union(an_opinion.decision, {"note": "x"})],
		"authors": [null, "1,2,3", [], [1], [1, 2], [1, 2, 3, 4], [1, 3, 2], [1, 1, 2], [0, 1, 2], [1, 2, 1000], [1, 2, 2.5], ["1", "2", "3"], {"a": 1, "b": 2, "c": 3}],
		"issued_on": ["2026-03-12T10:02:00+01:00", null, "12 mars 2026"],
		"seal": [null, object.union(an_opinion.seal, {"form": "JSON"}), object.union(an_opinion.seal, {"alg": "Ed25519"}), object.union(an_opinion.seal, {"key": "x"}), object.union(an_opinion.seal, {"value": "x"}), object.union(an_opinion.seal, {"note": "x"})],
	}
	every key, _ in an_opinion {
		count(wrong[key]) > 0
		stays({"seq": 7, "kind": "opinion", "notice": null, "attestation": null, "opinion": object.remove(an_opinion, [key])})
		every value in wrong[key] {
			stays({"seq": 7, "kind": "opinion", "notice": null, "attestation": null, "opinion": object.union(object.remove(an_opinion, [key]), {key: value})})
		}
	}
	stays(opinion_with({"note": "x"}))
	stays(object.union(opinion_with({}), {"opinion": null}))
}

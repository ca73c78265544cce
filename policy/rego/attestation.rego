# The attestation of the procedure: dates, line numbers, and the number of the rapporteur in the public directory. Nothing else.
package cloison

lawful_attestation(a) if {
	has_exactly(a, {
		"id", "referral", "request", "on", "certificate_received_on", "rapporteur", "report_signed_on", "report_transmitted_on",
		"decision", "composed_on", "signatures", "opinion_version", "issued_on", "sent_on", "steps",
	})
	id(a.id)
	id(a.referral)
	whole(a.request, 1, 9007199254740991)
	day(a.on)
	rapporteur_number(a.rapporteur)
	whole_or_null(a.opinion_version, 1, 999)
	every field in ["certificate_received_on", "report_signed_on", "report_transmitted_on", "composed_on", "issued_on", "sent_on"] {
		day_or_null(a[field])
	}
	attested_decision(a.decision)
	is_array(a.signatures)
	count(a.signatures) in {0, 1, 3}
	every signature in a.signatures {
		has_exactly(signature, {"line", "signed_on"})
		whole(signature.line, 1, 999)
		day_or_null(signature.signed_on)
	}
	is_array(a.steps)
	count(a.steps) <= 20
	every step in a.steps {
		has_exactly(step, {"stage", "step", "on", "done"})
		step.stage in {"RAPPORT", "AVIS"}
		step.step in {"CONVOCATION", "EXAMENS", "IDENTITE"}
		day(step.on)
		step.done in {true, false, null}
	}
}

rapporteur_number(null)

rapporteur_number(n) if matches(`^[0-9]{11}$`, n)

day_or_null(null)

day_or_null(d) if day(d)

attested_decision(null)

attested_decision(d) if {
	has_exactly(d, {"ref", "digest"})
	matches(`^[A-Z]{3}-[0-9]{4}-[0-9]{2}$`, d.ref)
	matches(`^[0-9a-f]{64}$`, d.digest)
}

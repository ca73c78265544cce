# What leaves the medical zone. The resource is the release itself, decoded without any type: exact keys, closed codes, ids, dates without
# hours, small numbers. Whatever is not named here has no way out, whatever the Go types or the database let through; the two others are
# gates of their own. Consistency between fields (which answer opens which question) is the Go type's.
package cloison

zones["release.deliver"] := {"medical"}

conditions["release.deliver"] := [
	["ROLE_NOT_ALLOWED", relay],
	["RELEASE_SHAPE", lawful_release],
]

default lawful_release := false

lawful_release if {
	lawful_envelope
	input.resource.kind == "notice"
	input.resource.opinion == null
	input.resource.attestation == null
	lawful_notice(input.resource.notice)
}

lawful_release if {
	lawful_envelope
	input.resource.kind == "opinion"
	input.resource.notice == null
	input.resource.attestation == null
	lawful_opinion(input.resource.opinion)
}

lawful_release if {
	lawful_envelope
	input.resource.kind == "attestation"
	input.resource.notice == null
	input.resource.opinion == null
	lawful_attestation(input.resource.attestation)
}

lawful_envelope if {
	has_exactly(input.resource, {"seq", "kind", "notice", "opinion", "attestation"})
	whole(input.resource.seq, 1, 9007199254740991)
}

# A notice: its code, its day, and the one field of that code (REQ-4).
lawful_notice(n) if {
	has_exactly(n, {"id", "referral", "code", "on", "fields"})
	id(n.id)
	id(n.referral)
	day(n.on)
	lawful_fields(n.code, n.fields)
}

lawful_fields("N0", f) if {
	has_exactly(f, {"technical_code"})
	f.technical_code in {"ACCEPTEE", "CORRECTION_AGDREF"}
}

lawful_fields("N7", f) if {
	has_exactly(f, {"closure_code"})
	f.closure_code in {"RETRAIT", "DECES", "SAISINE_ANNULEE", "DOUBLON", "MAUVAISE_SAISINE", "PIECES_AUTRE_PERSONNE"}
}

lawful_fields(code, f) if {
	field := date_of_notice[code]
	has_exactly(f, {field})
	day(f[field])
}

date_of_notice := {"N1": "received_on", "N2": "due_on", "N3": "transmitted_on", "N4": "convocation_on", "N5": "due_on"}

# The opinion: what the legal form says, and its seal.
lawful_opinion(o) if {
	has_exactly(o, {
		"id", "referral", "referral_version", "version", "replaces", "receiver", "kind", "form", "country", "stage_report",
		"stage_opinion", "care_needed", "exceptional_gravity", "treatment_available", "duration_months", "can_travel", "outcome",
		"decision", "authors", "issued_on", "seal",
	})
	id(o.id)
	id(o.referral)
	id_or_null(o.replaces)
	whole(o.referral_version, 1, 999)
	whole(o.version, 1, 999)
	matches(`^([0-9]{2,3}|2[AB]|MI)$`, o.receiver)
	o.kind in {
		"SEJ_L4259_PREMIERE", "SEJ_L4259_RENOUV", "SEJ_R42514_APS", "SEJ_L42510_PARENT", "SEJ_ALG_67", "EXP_L6313_LIBRE",
		"EXP_L6313_DETENU", "OQTF_L7313_LIBRE", "OQTF_L7313_ASSIGNE", "OQTF_L7313_RETENU", "OQTF_L7313_DETENU", "ASR_L7314",
	}
	day(o.issued_on)
	lawful_answers(o)
	lawful_stage(o.stage_report)
	lawful_stage(o.stage_opinion)
	lawful_parts(o)
}

lawful_answers(o) if {
	o.care_needed in {"NECESSITE", "NE_NECESSITE_PAS"}
	o.exceptional_gravity in {"PEUT_ENTRAINER", "NE_DEVRAIT_PAS_ENTRAINER", null}
	o.treatment_available in {"NE_PEUT_PAS_BENEFICIER", "PEUT_BENEFICIER", null}
	whole_or_null(o.duration_months, 1, 120)
	o.can_travel in {"PEUT_VOYAGER", "NE_PEUT_PAS_VOYAGER", null}
	o.outcome in {"FAVORABLE", "DEFAV_PAS_DE_PRISE_EN_CHARGE", "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE", "DEFAV_TRAITEMENT_DISPONIBLE"}
}

lawful_parts(o) if {
	has_exactly(o.form, {"annexe", "version"})
	o.form.version in versions[o.form.annexe]
	has_exactly(o.country, {"role", "country"})
	o.country.role in {"PAYS_ORIGINE", "PAYS_RENVOI"}
	matches(`^[A-Z]{3}$`, o.country.country)
	has_exactly(o.decision, {"ref", "digest"})
	matches(`^[A-Z]{3}-[0-9]{4}-[0-9]{2}$`, o.decision.ref)
	matches(`^[0-9a-f]{64}$`, o.decision.digest)
	has_exactly(o.seal, {"form", "alg", "key", "value"})
	lawful_seal(o.seal)
	lawful_authors(o.authors, signatories[o.form.annexe])
}

# A CMS of at most 4096 bytes, in base64 (release.MaxSealBytes). What it is, the other zone checks to the byte.
lawful_seal(s) if {
	s.form == "CMS"
	s.alg == "RSA-SHA256"
	matches(`^[0-9a-f]{32}$`, s.key)
	matches(`^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$`, s.value)
	count(s.value) <= 5464
}

versions := {"C": {"C-2017", "C-2021"}, "D": {"D-2017", "D-2025"}, "E": {"E-2025"}}

signatories := {"C": 3, "D": 1, "E": 3}

# Line numbers, ascending: the order of signing would be a message.
lawful_authors(lines, n) if {
	is_array(lines)
	count(lines) == n
	every line in lines {
		whole(line, 1, 999)
	}
	every i, line in lines {
		every j, other in lines {
			in_order(i, j, line, other)
		}
	}
}

in_order(i, j, _, _) if i >= j

in_order(_, _, line, other) if line < other

lawful_stage(null)

lawful_stage(s) if {
	has_exactly(s, {"convocation", "exams", "identity"})
	every box in s {
		has_exactly(box, {"requested", "done"})
		box.requested in {true, false}
		box.done in {true, false, null}
	}
}

# An object with these keys and no other.
has_exactly(o, keys) if {
	is_object(o)
	{k | some k, _ in o} == keys
}

# Only a string is matched: a call on another type is a breakdown, not a refusal.
matches(pattern, s) if {
	is_string(s)
	regex.match(pattern, s)
}

id(s) if matches(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, s)

id_or_null(null)

id_or_null(s) if id(s)

# A day, never an hour.
day(s) if matches(`^(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, s)

whole(n, least, most) if {
	is_number(n)
	n >= least
	n <= most
	floor(n) == n
}

whole_or_null(null, _, _)

whole_or_null(n, least, most) if whole(n, least, most)

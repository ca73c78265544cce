package store_test

import "strings"

const (
	tagged = "INSERT INTO medical.care_tags (dossier, tag) SELECT id, decode(repeat('ab', 32), 'hex') FROM d RETURNING 1"
	closed = "INSERT INTO medical.composition_closures (dossier, composition, at, reason) VALUES ($1, 1, '2026-03-20T00:00:00Z', 'MEMBRE_INDISPONIBLE')"
	void   = "INSERT INTO medical.void_signatures (dossier, approval, at, reason) VALUES ($1, 'approval-0', '2026-03-20T00:00:00Z', 'CORPS_MODIFIE')"
	second = "INSERT INTO medical.rounds (dossier, composition, round, opened_at) VALUES ($1, 1, 2, '2026-03-20T00:00:00Z')"
	refuse = "INSERT INTO medical.signature_refusals (dossier, composition, round, member, at, reason) VALUES ($1, 1, 1, 'med-03', '2026-03-20T00:00:00Z', 'ELEMENT_NOUVEAU')"
	draw   = `INSERT INTO medical.draws (dossier, composition, drawn_on, drawn_at, drawn_by, decision_ref, seed, candidates, members)
		VALUES ($1, 1, '2026-02-26', '2026-02-26T10:00:00Z', 'sec-01', 'DEC-2026-01', decode(repeat('00', 32), 'hex'), '[]', '{med-01}')`
)

// after does one statement, then the other, which must see it.
func after(first, then string) string {
	into, values, _ := strings.Cut(then, "VALUES (")
	return "WITH x AS (" + first + " RETURNING 1) " + into + "SELECT " + strings.TrimSuffix(values, ")") + " FROM x"
}

// withFact is a college that would be right, but for a fact told in the same breath.
func withFact(fact string) string {
	college := withCollege(", " + member("3", "med-06", "6", "2026-01-01", "infinity"))
	return strings.Replace(college, "AS id), ", "AS id), f AS ("+fact+"), ", 1)
}

func collegeLies() []broken {
	return []broken{
		{"college_excludes_care", "transmission", withFact(tagged)}, // nobody's tag is known: nothing to compare with
		{"college_excludes_examiner", "transmission", withFact(`INSERT INTO medical.events (dossier, seq, at, type, actor, stage, data) SELECT id, 6, '2026-02-25T00:00:00Z', 'PRESENCE', 'med-06', 'RAPPORT', '{}' FROM d RETURNING 1`)},
		{"composition_open", "college", `INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur) VALUES ($1, 2, 'COLLEGE3', 'DEC-2026-01', '2026-04-26T10:00:00Z', '2026-04-26', 'med-12')`},
		{"closure_once", "college", after(closed, closed)},
		{"closure_reason", "college", strings.Replace(closed, "MEMBRE_INDISPONIBLE", "il est parti", 1)},
		{"closure_of_composition", "college", strings.Replace(closed, "($1, 1,", "($1, 2,", 1)},
		{"composition_in_progress", "college", after(closed, "INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-02', '2026-03-21T00:00:00Z')")},
		{"composition_in_progress", "answer med-06", after(closed, "INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-02', '2026-03-21T00:00:00Z')")},
		{"composition_in_progress", "settlement", after(closed, signature("med-02", "2026-03-12", "infinity", "approval-9"))},
		{"composition_in_progress", "settlement", after(closed, refuse)},
		{"round_once", "answer med-06", strings.Replace(second, "1, 2,", "1, 1,", 1)},
		{"round_follows", "answer med-02", second},
		{"round_follows", "answer med-06", strings.Replace(second, "1, 2,", "1, 3,", 1)},
		{"answer_round_open", "answer med-06", "INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, 1, 2, 'med-02', '2026-03-05T00:00:00Z')"},
		{"signature_attempt", "signature med-02", strings.Replace(signature("med-02", "2026-03-12", "infinity", "approval-9"), "Z', 1, repeat", "Z', 2, repeat", 1)},
		{"signature_frame", "settlement", strings.Replace(signature("med-02", "2026-03-12", "infinity", "approval-9"), "repeat('a', 64)", "'FAVORABLE'", 1)},
		{"void_of_signature", "settlement", void},
		{"void_once", "signature med-02", after(void, void)},
		{"void_reason", "signature med-02", strings.Replace(void, "CORPS_MODIFIE", "il hésite encore", 1)},
		{"opinion_immutable", "issue", void},
		{"opinion_immutable", "issue", second},
		{"opinion_immutable", "issue", refuse},
		{"refusal_member", "settlement", strings.Replace(refuse, "med-03", "med-12", 1)},
		{"refusal_settled", "answer med-06", refuse},
		{"refusal_reason", "settlement", strings.Replace(refuse, "ELEMENT_NOUVEAU", "la durée est trop longue", 1)},
		{"refusal_once", "settlement", after(refuse, refuse)},
		{"signature_after_refusal", "settlement", after(refuse, signature("med-02", "2026-03-12", "infinity", "approval-9"))},
		{"draw_once", "transmission", after(draw, draw)},
		{"draw_seed", "transmission", strings.Replace(draw, "32), 'hex'", "16), 'hex'", 1)},
		{"draw_candidates", "transmission", strings.Replace(draw, "'[]'", `'[{"note": "une phrase"}]'`, 1)},
		{"draw_members", "transmission", strings.Replace(draw, "'{med-01}'", `'{"une phrase"}'`, 1)},
		{"care_tag_size", "transmission", "INSERT INTO medical.care_tags (dossier, tag) VALUES ($1, '\\x00')"},
	}
}

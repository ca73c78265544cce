package store_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
)

// broken is one lie told to the database by SQL alone, as the program's role: no Go rule stands before it.
type broken struct {
	constraint string
	after      string // the last step done before
	sql        string // $1 is the dossier
}

const (
	seats = `INSERT INTO medical.college_members (dossier, composition, seat, member, line, decision_ref, designated_on, rapporteur, valid_from, valid_to) VALUES `
)

func member(seat, member, line, from, to string) string {
	return "($1, 1, " + seat + ", '" + member + "', " + line + ", 'DEC-2026-01', '2026-02-26', 'med-12', '" + from + "', '" + to + "')"
}

func withCollege(third string) string {
	return "WITH d AS (SELECT $1::uuid AS id), c AS (INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur) SELECT id, 1, 'COLLEGE3', 'DEC-2026-01', '2026-02-26T10:00:00Z', '2026-02-26', 'med-12' FROM d RETURNING 1) " +
		seats + member("1", "med-02", "2", "2026-01-01", "infinity") + ", " + member("2", "med-03", "3", "2026-01-01", "infinity") + third
}

const (
	notice = `WITH n AS (UPDATE medical.counters SET value = value + 1 WHERE name = 'release' RETURNING value)
		INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body)
		SELECT n.value, $1, '` + referral + `', 'notice', '`
	noticeBody = `"id":"11111111-1111-4111-8111-111111111111","referral":"` + referral + `","code":"`
)

func release3(code, body string) string {
	return notice + code + `', 0, '2026-03-01T10:00:00Z', replace('` + body + `', '#', n.value::text) FROM n`
}

func noticeOf(code, fields string) string {
	return `{"seq":#,"kind":"notice","notice":{` + noticeBody + code + `","on":"2026-03-01","fields":` + fields + `},"opinion":null,"attestation":null}`
}

func lies() []broken {
	return []broken{
		{"dossier_kind", "referral", "UPDATE medical.dossiers SET kind = 'AUTRE', version = version + 1 WHERE id = $1"},
		{"dossier_state", "referral", "UPDATE medical.dossiers SET state = 'Malade du cœur', version = version + 1 WHERE id = $1"},
		{"dossier_asylum", "referral", `UPDATE medical.dossiers SET asylum = '{"note": "une phrase avec des espaces"}', version = version + 1 WHERE id = $1`},
		{"dossier_origin_fixed", "referral", "UPDATE medical.dossiers SET group_id = 'x', version = version + 1 WHERE id = $1"},
		{"dossier_origin_fixed", "referral", "UPDATE medical.dossiers SET version = version WHERE id = $1"},
		{"dates_in_order", "transmission", "UPDATE medical.dossiers SET certificate_received_at = '2027-01-01T00:00:00Z', version = version + 1 WHERE id = $1"},
		{"dates_in_order", "transmission", "UPDATE medical.dossiers SET report_transmitted_at = '2026-01-17T00:00:00Z', version = version + 1 WHERE id = $1"},
		{"no_step_skipped", "certificate", "UPDATE medical.dossiers SET report_signed_at = '2026-03-01T00:00:00Z', version = version + 1 WHERE id = $1"},
		{"no_step_skipped", "college", "UPDATE medical.dossiers SET issued_at = '2026-03-30T00:00:00Z', version = version + 1 WHERE id = $1"},
		{"college_after_report", "certificate", "UPDATE medical.dossiers SET college_designated_at = '2026-03-01T00:00:00Z', version = version + 1 WHERE id = $1"},
		{"report_not_on_removal", "rapporteur", "UPDATE medical.dossiers SET kind = 'OQTF_L7313_LIBRE', pipeline = 'ELOIGNEMENT', version = version + 1 WHERE id = $1"},
		{"removal_on_certificate", "referral", "UPDATE medical.dossiers SET kind = 'OQTF_L7313_LIBRE', pipeline = 'ELOIGNEMENT', college_designated_at = '2026-03-01T00:00:00Z', version = version + 1 WHERE id = $1"},

		{"event_holds_codes", "referral", `INSERT INTO medical.events (dossier, seq, at, type, actor, data) VALUES ($1, 2, '2026-02-01T00:00:00Z', 'CERTIFICAT_ECARTE', 'sec-01', '{"reason_code": "illisible, voir le verso"}')`},
		{"event_type", "referral", `INSERT INTO medical.events (dossier, seq, at, type, actor, data) VALUES ($1, 2, '2026-02-01T00:00:00Z', 'AUTRE', 'sec-01', '{}')`},
		{"event_actor", "referral", `INSERT INTO medical.events (dossier, seq, at, type, actor, data) VALUES ($1, 2, '2026-02-01T00:00:00Z', 'DECES', 'Mme Nom', '{}')`},
		{"event_in_sequence", "referral", `INSERT INTO medical.events (dossier, seq, at, type, actor, data) VALUES ($1, 3, '2026-02-01T00:00:00Z', 'DECES', 'sec-01', '{}')`},

		{"college_excludes_rapporteur", "transmission", withCollege(", " + member("3", "med-12", "12", "2026-01-01", "infinity"))},
		{"college_members_distinct", "transmission", withCollege(", " + member("3", "med-03", "3", "2026-01-01", "infinity"))},
		{"college_member_listed", "transmission", withCollege(", " + member("3", "med-77", "7", "2026-01-01", "infinity"))},
		{"college_member_listed", "transmission", withCollege(", " + member("3", "med-99", "13", "2026-01-01", "infinity"))},
		{"college_member_listed_that_day", "transmission", withCollege(", " + member("3", "med-99", "13", "2026-01-01", "2026-01-31"))},
		{"college_member_seat", "transmission", withCollege(", " + member("4", "med-06", "6", "2026-01-01", "infinity"))},
		{"college_complete", "transmission", withCollege("")},
		{"composition_rapporteur", "transmission", `INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur) VALUES ($1, 1, 'COLLEGE3', 'DEC-2026-01', '2026-02-26T10:00:00Z', '2026-02-26', 'med-01')`},
		{"composition_rapporteur", "college", "UPDATE medical.dossiers SET rapporteur = 'med-02', version = version + 1 WHERE id = $1"},
		{"composition_decision", "transmission", `INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur) VALUES ($1, 1, 'COLLEGE3', 'DEC-2030-01', '2026-02-26T10:00:00Z', '2026-02-26', 'med-12')`},

		{"answer_member", "college", "INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-12', '2026-03-01T00:00:00Z')"},
		{"answer_once", "answer med-02", "INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-02', '2026-03-05T00:00:00Z')"},
		{"answer_before_settlement", "settlement", "INSERT INTO medical.answers_given (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-02', '2026-03-05T00:00:00Z')"},
		{"settlement_complete", "answer med-03", "INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-03', '2026-03-08T00:00:00Z')"},
		{"settlement_member", "answer med-06", "INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-12', '2026-03-08T00:00:00Z')"},
		{"settlement_once", "settlement", "INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, 1, 1, 'med-02', '2026-03-08T00:00:00Z')"},

		{"signature_after_settlement", "answer med-06", signature("med-02", "2026-03-12", "infinity", "approval-9")},
		{"signature_member", "settlement", signature("med-12", "2026-03-12", "infinity", "approval-9")},
		{"signature_member", "settlement", signature("med-02", "2026-03-12", "2027-12-31", "approval-9")},
		{"signature_listed_that_day", "settlement", signature("med-02", "2025-12-31", "infinity", "approval-9")},
		{"signature_once", "signature med-02", signature("med-02", "2026-03-12", "infinity", "approval-9")},
		{"signature_approval_once", "signature med-02", signature("med-03", "2026-03-12", "infinity", "approval-0")},
		{"opinion_signed_by_all", "signature med-03", "INSERT INTO medical.opinions (dossier, version, composition, issued_at, issued_on) VALUES ($1, 1, 1, '2026-03-12T00:00:00Z', '2026-03-12')"},
		{"opinion_once", "issue", "INSERT INTO medical.opinions (dossier, version, composition, issued_at, issued_on) VALUES ($1, 1, 1, '2026-03-12T00:00:00Z', '2026-03-12')"},
		{"opinion_immutable", "issue", `INSERT INTO medical.compositions (dossier, version, author_kind, decision_ref, designated_at, designated_on, rapporteur) VALUES ($1, 2, 'COLLEGE3', 'DEC-2026-01', '2026-04-26T10:00:00Z', '2026-04-26', 'med-12')`},
		{"opinion_immutable", "issue", seats + member("1", "med-01", "1", "2026-01-01", "infinity")},
		{"opinion_immutable", "issue", "INSERT INTO medical.settlements (dossier, composition, round, member, at) VALUES ($1, 1, 2, 'med-02', '2026-03-08T00:00:00Z')"},
		{"opinion_immutable", "issue", signature("med-02", "2026-03-12", "infinity", "approval-9")},

		{"release_numbered", "referral", `INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body) VALUES (9, $1, '` + referral + `', 'notice', 'N3', 0, '2026-03-01T10:00:00Z', replace('` + noticeOf("N3", `{"transmitted_on":"2026-03-01"}`) + `', '#', '9'))`},
		{"n3_once", "transmission", release3("N3", noticeOf("N3", `{"transmitted_on":"2026-03-01"}`))},
		{"release_body_keys", "transmission", release3("N1", noticeOf("N1", `{"received_on":"2026-03-01","note":"x"}`))},
		{"release_body_keys", "transmission", release3("N1", noticeOf("N1", `{"due_on":"2026-03-01"}`))},
		{"release_body_is_its_row", "transmission", release3("N1", `{"seq":#,"kind":"notice","notice":null,"opinion":null,"attestation":null}`)},
		{"release_body_keys", "transmission", release3("N1", `{"seq":#,"kind":"notice","notice":{`+noticeBody+`N1","on":"2026-03-01","fields":{"received_on":"2026-03-01"},"more":1},"opinion":null,"attestation":null}`)},
		{"release_body_codes", "transmission", release3("N1", noticeOf("N1", `{"received_on":"le premier mars"}`))},
		{"release_body_is_its_row", "transmission", release3("N1", `{"seq":7,"kind":"notice","notice":{`+noticeBody+`N1","on":"2026-03-01","fields":{"received_on":"2026-03-01"}},"opinion":null,"attestation":null}`)},
		{"opinion_released_once", "issue", again(`o.body::jsonb`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,note}', '"x"')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,stage_report,note}', '"x"')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,stage_report,exams,note}', '"x"')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,outcome}', '{"a": "b"}')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,authors}', '["x"]')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,outcome}', '["FAVORABLE", "VIH"]')`)},
		{"release_body_keys", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,decision,note}', '"x"')`)},
		{"release_body_codes", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,outcome}', '"une phrase"')`)},
		{"release_body_codes", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,seal,value}', '"une phrase"')`)},
		{"release_body_codes", "issue", again(`jsonb_set(o.body::jsonb, '{opinion,seal,value}', to_jsonb(repeat('ABCD', 1367)))`)},
		{"delivery_in_order", "transmission", "INSERT INTO medical.deliveries (seq, delivered_at) SELECT 2, d.received_at FROM medical.dossiers d WHERE d.id = $1"},
		{"cursor_without_gap", "referral", "UPDATE medical.relay_cursors SET seq = seq + 2 WHERE name = 'referrals' AND $1::uuid IS NOT NULL"},
		{"counter_without_gap", "referral", "UPDATE medical.counters SET value = value + 2 WHERE $1::uuid IS NOT NULL"},
		{"acknowledgement_release", "issue", `INSERT INTO medical.acknowledgements (seq, dossier, referral, release, version, acknowledged_on, acknowledged_at, body, received_at) VALUES (1, $1, '` + referral + `', 99, 1, '2026-03-13', '2026-03-13T00:00:00Z', '{}', '2026-03-13T00:00:00Z')`},
		{"record_compartment", "referral", `INSERT INTO medical.records (dossier, compartment, kind, id, version, author, written_at, header_digest, sealed) VALUES ($1, 'civil', 'report', 'report', 1, 'med-12', '2026-03-13T00:00:00Z', decode(repeat('00', 32), 'hex'), '\x00')`},
		{"dossier_per_group", "referral", `INSERT INTO medical.dossiers (id, group_id, kind, pipeline, renewal, linked, channel, prefecture, direction, country_role, country, received_at, version, state)
			SELECT gen_random_uuid(), d.group_id, d.kind, d.pipeline, false, false, d.channel, d.prefecture, d.direction, d.country_role, d.country, d.received_at, 0, d.state FROM medical.dossiers d WHERE d.id = $1`},
	}
}

func signature(who, on, to, approval string) string {
	return `INSERT INTO medical.signatures (dossier, composition, version, member, at, signed_on, valid_from, valid_to, approval, step_up, step_up_at, attempt, frame)
		VALUES ($1, 1, 1, '` + who + `', '2026-03-12T10:00:00Z', '` + on + `', '2026-01-01', '` + to + `', '` + approval + `', 'step-up-9', '2026-03-12T09:59:00Z', 1, repeat('a', 64))`
}

// again releases the opinion once more under the next number, its body changed.
func again(body string) string {
	return `WITH n AS (UPDATE medical.counters SET value = value + 1 WHERE name = 'release' RETURNING value),
		o AS (SELECT r.dossier, r.body FROM medical.releases r WHERE r.kind = 'opinion' AND r.dossier = $1)
		INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body)
		SELECT n.value, o.dossier, '` + referral + `', 'opinion', 'N6', 1, '2026-03-30T00:00:00Z', jsonb_set(` + body + `, '{seq}', to_jsonb(n.value))::text FROM n, o`
}

// TestEachConstraintAloneRefuses tells each lie on a dossier that is right in all the rest: the constraint named refuses even the owner of
// the table, and no other does; the program is refused too, by the constraint or for want of the right.
func TestEachConstraintAloneRefuses(t *testing.T) {
	t.Parallel()
	byStep := map[string][]broken{}
	for _, b := range slices.Concat(lies(), collegeLies()) {
		byStep[b.after] = append(byStep[b.after], b)
	}
	for after, list := range byStep {
		t.Run("after "+after, func(t *testing.T) {
			t.Parallel()
			owner, app := ownedWorld(t)
			id := play(t, app, after)
			lie := func(pool *pgxpool.Pool, sql string) error {
				return db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
					_, err := tx.Exec(t.Context(), sql, id)
					return err
				})
			}
			for _, b := range list {
				if lie(app, b.sql) == nil {
					t.Errorf("%s: the program is not refused\n%s", b.constraint, b.sql)
				}
				err := lie(owner, b.sql)
				if got, _ := db.Constraint(err); got != b.constraint {
					t.Errorf("%s: refused by %q: %v\n%s", b.constraint, got, err, b.sql)
				}
			}
		})
	}
}

// TestRulesComeThroughEvents breaks rules through AppendEvents: the gate sees the name of the constraint, and Constraints its rule.
func TestRulesComeThroughEvents(t *testing.T) {
	t.Parallel()
	app := world(t)
	college := func(members ...string) medical.Event {
		return event(41, "sec-01", medical.StageOpinion, medical.CollegeDesigne{Composition: 1, DecisionRef: decision, Members: members})
	}
	id := play(t, app, "transmission")
	for name, c := range map[string]struct {
		event medical.Event
		rule  string
	}{
		"rapporteur sits":     {college("med-02", "med-03", rapporteur), "RAPPORTEUR_IN_COLLEGE"},
		"twice the same":      {college("med-02", "med-03", "med-03"), "DUPLICATE_MEMBER"},
		"not in the decision": {college("med-02", "med-03", "med-77"), "MEMBER_NOT_IN_DECISION"},
		"listing ended":       {college("med-02", "med-03", "med-99"), "MEMBER_DECISION_EXPIRED"},
		"transmitted again":   {event(42, rapporteur, medical.StageReport, medical.RapportTransmis{}), "N3_ALREADY_SENT"},
		"answer too early":    {event(41, "med-02", medical.StageOpinion, medical.ReponseMembre{Composition: 1, Round: 1}), "OPINION_ON_INVALID_STATE"},
	} {
		err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			_, err := store.AppendEvents(t.Context(), tx, id, []medical.Event{c.event}, store.With{})
			return err
		})
		broke, _ := db.Constraint(err)
		if store.Constraints[broke] != c.rule {
			t.Errorf("%s: constraint %q, rule %q, want %q (%v)", name, broke, store.Constraints[broke], c.rule, err)
		}
	}
}

// TestConstraintsExist: a name that the catalogue does not know would never be mapped, a rule without a sentence never be shown.
func TestConstraintsExist(t *testing.T) {
	t.Parallel()
	app := world(t)
	for name, rule := range store.Constraints {
		var known bool
		err := app.QueryRow(context.WithoutCancel(t.Context()), `
			SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.conname = $1)
			    OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.relname = $1 AND c.relkind = 'i')
			    OR EXISTS (SELECT 1 FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'medical' AND p.prosrc LIKE '%' || $1 || '%')`, name).Scan(&known)
		if err != nil || !known {
			t.Errorf("constraint %s is in no catalogue: %v", name, err)
		}
		if _, ok := policy.Rule(rule); !ok {
			t.Errorf("rule %s of constraint %s has no sentence", rule, name)
		}
	}
}

// TestWhatHappenedIsNotRewritten: the program's role cannot update or delete what is recorded.
func TestWhatHappenedIsNotRewritten(t *testing.T) {
	t.Parallel()
	app := world(t)
	play(t, app, "")
	for _, table := range []string{"events", "records", "document_parts", "documents", "uploads", "dossier_keys", "compositions", "college_members", "answers_given",
		"settlements", "signatures", "opinions", "releases", "deliveries", "acknowledgements", "decision_lines", "dossier_referrals", "liberty_periods", "search_tags"} {
		var update, remove bool
		err := app.QueryRow(t.Context(), "SELECT has_table_privilege('medical.'||$1, 'UPDATE'), has_table_privilege('medical.'||$1, 'DELETE') OR has_table_privilege('medical.'||$1, 'TRUNCATE')", table).Scan(&update, &remove)
		if err != nil || update || remove {
			t.Errorf("%s: update %t, delete %t, %v", table, update, remove, err)
		}
	}
}

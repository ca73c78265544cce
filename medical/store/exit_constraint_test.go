package store_test

import (
	"strings"
	"testing"

	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// TestTheDatabaseLetsNoFileLeaveForAPrefecture: what no Go rule stands before, refused by the constraint named, even to the owner.
func TestTheDatabaseLetsNoFileLeaveForAPrefecture(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	id := play(t, app, "issue")
	const document = "22222222-2222-4222-8222-222222222222"
	if _, err := owner.Exec(t.Context(), `INSERT INTO medical.documents (id, dossier, compartment, author, size, begun_at)
		VALUES ('`+document+`', $1, 'medical', 'med-12', 1, '2026-07-17T09:00:00Z')`, id); err != nil {
		t.Fatal(err)
	}
	left := func(bundle, requester, ref string) string {
		return `INSERT INTO medical.disclosures (document, dossier, bundle, requester, ref, approval, created_at, created_by)
			VALUES ('` + document + `', $1, '` + bundle + `', '` + requester + `', '` + ref + `', 'a-1', '2026-07-17T09:00:00Z', 'med-12')`
	}
	signalled := func(kind, code, at string) string {
		return `INSERT INTO medical.referral_events (seq, dossier, referral, type, code, at, received_at)
			VALUES (2, $1, '` + referral + `', '` + kind + `', '` + code + `', '` + at + `', '2026-07-17T09:00:00Z')`
	}
	const past = "2026-07-16T09:00:00Z"
	for _, lie := range []struct{ constraint, sql string }{
		{"disclosure_recipient", left("L2", "pref-75", "")}, {"disclosure_recipient", left("L2", "patient", "")},
		{"disclosure_recipient", left("L4", "pref-75", "acc-1")}, {"disclosure_recipient", left("L4", "ext:juridiction", "acc-1")},
		{"disclosure_recipient", left("L1", "patient", "")}, {"disclosure_bundle", left("L5", "ext:juridiction", "")}, {"disclosure_recipient", left("L3", "pref-75", "")},
		{"disclosure_ref", left("L4", "patient", "")}, {"disclosure_ref", left("L2", "ext:juridiction", "acc-1")},
		{"disclosure_requester", left("L1", "pref-75 et autres", "")},
		{"referral_event_code", signalled("LIBERTY", "RETRAIT", past)}, {"referral_event_code", signalled("DECISION", "REFUS", past)},
		{"referral_event_past", signalled("LIBERTY", "RETENTION", "2026-07-18T09:00:00Z")},
	} {
		err := db.InTx(t.Context(), owner, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), lie.sql, id)
			return err
		})
		if name, _ := db.Constraint(err); name != lie.constraint {
			t.Errorf("%s: got %v from %s", lie.constraint, err, lie.sql)
		}
	}
	for _, right := range []string{left("L2", "ext:juridiction", ""), signalled("LIBERTY", "RETENTION", past)} {
		if _, err := app.Exec(t.Context(), right, id); err != nil {
			t.Errorf("%v from %s", err, right)
		}
	}
}

// TestOnlyTheShapeOfAnAttestationIsQueued: the third gate of the door, without the two others.
func TestOnlyTheShapeOfAnAttestationIsQueued(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	id := play(t, app, "issue")
	const lawful = `{"seq":#,"kind":"attestation","notice":null,"opinion":null,"attestation":{"id":"a-1","referral":"` + referral + `","request":7,"on":"2026-07-04",
		"certificate_received_on":null,"rapporteur":"99790000012","report_signed_on":"2026-02-20","report_transmitted_on":null,"decision":{"ref":"DEC-2026-01","digest":"00"},
		"composed_on":"2026-02-20","signatures":[{"line":1,"signed_on":"2026-02-20"}],"opinion_version":1,"issued_on":"2026-02-20","sent_on":null,
		"steps":[{"stage":"AVIS","step":"EXAMENS","on":"2026-02-20","done":null}]}}`
	queue := func(body string) error {
		return db.InTx(t.Context(), owner, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `WITH n AS (UPDATE medical.counters SET value = value + 1 WHERE name = 'release' RETURNING value)
				INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body)
				SELECT n.value, $1, '`+referral+`', 'attestation', 'L1', 0, '2026-07-04T09:00:00Z', replace($2, '#', n.value::text) FROM n`, id, body)
			return err
		})
	}
	if err := queue(lawful); err != nil {
		t.Fatal(err)
	}
	for _, lie := range [][3]string{
		{"release_body_keys", `"sent_on":null`, `"sent_on":null,"note":"x"`}, {"release_body_keys", `"sent_on":null,`, ``},
		{"release_body_keys", `"line":1`, `"line":1,"name":"x"`}, {"release_body_keys", `"done":null`, `"done":null,"what":"IRM"`},
		{"release_body_keys", `"digest":"00"`, `"digest":"00","name":"x"`}, {"release_body_keys", `"request":7`, `"request":{"a":"b"}`},
		{"release_body_keys", `"request":7`, `"request":["a"]`}, {"release_body_keys", `"line":1`, `"line":{"a":"b"}`},
		{"release_body_keys", `"opinion":null`, `"opinion":{}`}, {"release_body_codes", `"99790000012"`, `"le docteur"`},
		{"release_body_is_its_row", `"referral":"` + referral + `"`, `"referral":"another"`},
	} {
		body := strings.Replace(lawful, lie[1], lie[2], 1)
		if body == lawful {
			t.Fatalf("nothing to change: %s", lie[1])
		}
		if name, _ := db.Constraint(queue(body)); name != lie[0] {
			t.Errorf("%s: got %q", lie[2], name)
		}
	}
}

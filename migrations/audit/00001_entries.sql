-- +goose Up
CREATE SCHEMA audit;

-- Order of arrival, for pages. Not a proof of order: positions in the log are given by the integrator.
CREATE SEQUENCE audit.entries_seq AS bigint;

-- Append-only: the program's role has INSERT and SELECT, on the parent only. Codes, opaque ids and hashes; every text column has a CHECK, so that no
-- free text and no name can enter.
CREATE TABLE audit.entries (
	seq bigint NOT NULL DEFAULT pg_catalog.nextval('audit.entries_seq'::pg_catalog.regclass),
	xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(), -- the integrator takes entries of transactions that are all over
	id uuid NOT NULL,
	at timestamptz NOT NULL,
	subject text NOT NULL,
	session text NOT NULL,
	role text NOT NULL,
	purpose text NOT NULL,
	action text NOT NULL,
	object_kind text NOT NULL,
	object text NOT NULL,
	item text NOT NULL,
	decision text NOT NULL,
	rule text NOT NULL,
	policy text NOT NULL,
	outcome text NOT NULL,
	intent text NOT NULL,
	request_id text NOT NULL,
	digests bytea[] NOT NULL,
	bytes bigint NOT NULL,
	retention text NOT NULL,
	CONSTRAINT entries_key PRIMARY KEY (retention, at, id),
	CONSTRAINT entries_subject_is_reference CHECK (subject ~ '^([0-9a-f-]{36}|[a-z]{1,16})$'),
	CONSTRAINT entries_session_is_opaque CHECK (session ~ '^[A-Za-z0-9._:-]{0,64}$'),
	CONSTRAINT entries_role_is_code CHECK (role ~ '^[A-Z_]{0,32}$'),
	CONSTRAINT entries_purpose_is_code CHECK (purpose ~ '^[A-Z]{0,16}$'),
	CONSTRAINT entries_action_is_code CHECK (action ~ '^[a-z][a-z_]{0,31}(\.[a-z][a-z_]{0,31}){1,3}$'),
	CONSTRAINT entries_object_kind_is_code CHECK (object_kind ~ '^[a-z_]{0,32}$'),
	CONSTRAINT entries_object_is_opaque CHECK (object ~ '^[A-Za-z0-9._:-]{0,64}$'),
	CONSTRAINT entries_item_is_opaque CHECK (item ~ '^[A-Za-z0-9._:-]{0,64}$'),
	CONSTRAINT entries_decision_is_known CHECK (decision IN ('ALLOW', 'DENY', 'NONE')),
	CONSTRAINT entries_rule_is_code CHECK (rule ~ '^[A-Z0-9_]{0,64}$'),
	CONSTRAINT entries_policy_is_digest CHECK (policy ~ '^[0-9a-f]{64}$'),
	CONSTRAINT entries_outcome_is_known CHECK (outcome IN ('DONE', 'REFUSED', 'FAILED', 'INTENT', 'SERVED', 'BROKEN', 'REPLAYED')),
	CONSTRAINT entries_intent_only_ends_a_reading CHECK ((outcome IN ('SERVED', 'BROKEN')) = (intent ~ '^[0-9a-f-]{36}$') AND (intent = '' OR outcome IN ('SERVED', 'BROKEN'))),
	CONSTRAINT entries_done_was_allowed CHECK (outcome NOT IN ('DONE', 'INTENT', 'SERVED', 'BROKEN') OR decision = 'ALLOW'),
	CONSTRAINT entries_request_id_is_opaque CHECK (request_id ~ '^[A-Za-z0-9._:-]{0,64}$'),
	CONSTRAINT entries_bytes_is_positive CHECK (bytes >= 0),
	CONSTRAINT entries_retention_is_known CHECK (retention IN ('ACCESS', 'PROCEDURE'))
) PARTITION BY LIST (retention);

CREATE TABLE audit.entries_access PARTITION OF audit.entries FOR VALUES IN ('ACCESS') PARTITION BY RANGE (at);
CREATE TABLE audit.entries_procedure PARTITION OF audit.entries FOR VALUES IN ('PROCEDURE') PARTITION BY RANGE (at);

-- A year is dropped whole when its retention is over. The default partitions mean that a missing year never refuses an entry.
-- +goose StatementBegin
DO $$
DECLARE
	kept text;
	year int;
BEGIN
	FOREACH kept IN ARRAY ARRAY['access', 'procedure'] LOOP
		FOR year IN 2026..2032 LOOP
			EXECUTE pg_catalog.format('create table audit.entries_%s_%s partition of audit.entries_%s for values from (%L) to (%L)', kept, year, kept,
				pg_catalog.make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), pg_catalog.make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
		END LOOP;
		EXECUTE pg_catalog.format('create table audit.entries_%s_other partition of audit.entries_%s default', kept, kept);
	END LOOP;
END
$$;
-- +goose StatementEnd

CREATE INDEX entries_by_seq ON audit.entries (seq);
CREATE INDEX entries_by_request ON audit.entries (request_id);
CREATE INDEX entries_by_object ON audit.entries (object, seq);
CREATE INDEX entries_by_subject ON audit.entries (subject, seq);
CREATE INDEX entries_by_id ON audit.entries (id);

GRANT USAGE ON SCHEMA audit TO {{app}};
GRANT USAGE ON SEQUENCE audit.entries_seq TO {{app}};
GRANT SELECT ON audit.entries TO {{app}};
-- Not seq and not xid: the database gives them, and the integrator trusts them.
GRANT INSERT (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id, digests,
	bytes, retention) ON audit.entries TO {{app}};

-- +goose Up

-- What an auditor found of an alarm, by a code. An alarm is computed from entries and stands in no table: it is named by its rule and its first entry.
CREATE TABLE audit.reviews (
	entry uuid NOT NULL,
	alarm text NOT NULL,
	finding text NOT NULL,
	reviewer text NOT NULL,
	at timestamptz NOT NULL,
	CONSTRAINT reviews_key PRIMARY KEY (entry, alarm, at),
	CONSTRAINT reviews_alarm_is_code CHECK (alarm ~ '^[A-Z_]{1,32}$'),
	CONSTRAINT reviews_finding_is_known CHECK (finding IN ('EXPLIQUEE', 'A_SUIVRE', 'INCIDENT')),
	CONSTRAINT reviews_reviewer_is_reference CHECK (reviewer ~ '^[0-9a-f-]{36}$')
);
GRANT SELECT, INSERT ON audit.reviews TO {{app}};

-- The draw of a month: which accesses their authors are to justify. The seed is derived from a signed head, so that anybody can draw again.
CREATE TABLE audit.samples (
	month text NOT NULL,
	size bigint NOT NULL,
	seed bytea NOT NULL,
	population bigint NOT NULL,
	at timestamptz NOT NULL,
	CONSTRAINT samples_key PRIMARY KEY (month),
	CONSTRAINT samples_month_is_one CHECK (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
	CONSTRAINT samples_seed_is_sha256 CHECK (pg_catalog.octet_length(seed) = 32)
);
CREATE TABLE audit.sampled (
	month text NOT NULL,
	rank bigint NOT NULL,
	entry uuid NOT NULL,
	subject text NOT NULL,
	CONSTRAINT sampled_key PRIMARY KEY (entry),
	CONSTRAINT sampled_of_a_draw FOREIGN KEY (month) REFERENCES audit.samples (month),
	CONSTRAINT sampled_once_a_rank UNIQUE (month, rank)
);
CREATE INDEX sampled_by_subject ON audit.sampled (subject, month);
-- What its author says of a drawn access, by a code, once.
CREATE TABLE audit.justifications (
	entry uuid NOT NULL,
	reason text NOT NULL,
	at timestamptz NOT NULL,
	CONSTRAINT justifications_key PRIMARY KEY (entry),
	CONSTRAINT justifications_of_a_drawn_access FOREIGN KEY (entry) REFERENCES audit.sampled (entry),
	CONSTRAINT justifications_reason_is_known CHECK (reason IN ('RAPPORTEUR', 'COLLEGE', 'SECRETARIAT', 'ASTREINTE', 'REMPLACEMENT', 'DROITS', 'ERREUR', 'PAS_MOI'))
);
GRANT SELECT, INSERT ON audit.samples, audit.sampled, audit.justifications TO {{app}};

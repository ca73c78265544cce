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

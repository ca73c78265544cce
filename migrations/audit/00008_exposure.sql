-- +goose Up

-- What an incident asks: what an account, a session, or everybody within a period, opened. Answered from these indexes alone, whatever the size of the log
-- (TestAnExposureReadsAnIndexAlone). The condition is that of audit.Opened, word for word.
CREATE INDEX entries_opened_by_subject ON audit.entries (subject, at) INCLUDE (session, object_kind, object, item, action)
	WHERE outcome = 'INTENT' AND action <> 'document.upload' OR outcome = 'DONE' AND retention = 'ACCESS';
CREATE INDEX entries_opened_by_time ON audit.entries (at) INCLUDE (subject, session, object_kind, object, item, action)
	WHERE outcome = 'INTENT' AND action <> 'document.upload' OR outcome = 'DONE' AND retention = 'ACCESS';
CREATE INDEX entries_opened_by_session ON audit.entries (session, at) INCLUDE (object_kind, object, item, action)
	WHERE outcome = 'INTENT' AND action <> 'document.upload' OR outcome = 'DONE' AND retention = 'ACCESS';

-- A reading that opens several objects at once, such as the names of a list: its entry is one, and its digest is that of these rows (act.Loaded.Shows).
-- Append-only, as entries are.
CREATE TABLE audit.shown (
	entry uuid NOT NULL,
	object text NOT NULL,
	object_kind text NOT NULL,
	at timestamptz NOT NULL,
	subject text NOT NULL,
	session text NOT NULL,
	action text NOT NULL,
	CONSTRAINT shown_key PRIMARY KEY (entry, object),
	CONSTRAINT shown_object_is_opaque CHECK (object ~ '^[A-Za-z0-9._:-]{1,64}$'),
	CONSTRAINT shown_object_kind_is_code CHECK (object_kind ~ '^[a-z_]{1,32}$'),
	CONSTRAINT shown_subject_is_reference CHECK (subject ~ '^([0-9a-f-]{36}|[a-z]{1,16})$'),
	CONSTRAINT shown_session_is_opaque CHECK (session ~ '^[A-Za-z0-9._:-]{0,64}$'),
	CONSTRAINT shown_action_is_code CHECK (action ~ '^[a-z][a-z_]{0,31}(\.[a-z][a-z_]{0,31}){1,3}$')
);
CREATE INDEX shown_by_object ON audit.shown (object, at);
CREATE INDEX shown_by_subject ON audit.shown (subject, at) INCLUDE (session, object_kind, object, action);
CREATE INDEX shown_by_session ON audit.shown (session, at) INCLUDE (object_kind, object, action);
CREATE INDEX shown_by_time ON audit.shown (at) INCLUDE (subject, session, object_kind, object, action);
GRANT SELECT, INSERT ON audit.shown TO {{app}};

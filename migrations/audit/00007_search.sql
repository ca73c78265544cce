-- +goose Up

-- What an auditor asks for, newest first: by dossier, by account, by act, by refusing rule, by period. Each is a range of one index, whatever the size of
-- the log (TestWhoOpenedADossierReadsAnIndex). The two that were there were in the order of arrival, which nobody asks for.
DROP INDEX audit.entries_by_object;
DROP INDEX audit.entries_by_subject;
CREATE INDEX entries_by_object ON audit.entries (object, at, seq);
CREATE INDEX entries_by_subject ON audit.entries (subject, at, seq);
CREATE INDEX entries_by_action ON audit.entries (action, at, seq);
CREATE INDEX entries_by_time ON audit.entries (at, seq);
CREATE INDEX entries_by_refusal ON audit.entries (rule, at, seq) WHERE outcome = 'REFUSED';

-- +goose Up

-- What a physician consulted on care in a country (REQ-22): a sealed record of one more kind, beside those that the constraint has already.
-- +goose StatementBegin
DO $$
DECLARE rule text := (SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '^CHECK ', '') FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = 'medical.records'::regclass AND k.conname = 'record_kind');
BEGIN
    ALTER TABLE medical.records DROP CONSTRAINT record_kind;
    EXECUTE pg_catalog.format('ALTER TABLE medical.records ADD CONSTRAINT record_kind CHECK (kind = ''source'' OR %s)', rule);
END $$;
-- +goose StatementEnd

-- +goose Up

-- A fourth exit: country information, public and with its sources, for a court or for who asks for himself.
ALTER TABLE medical.disclosures DROP CONSTRAINT disclosure_bundle;
ALTER TABLE medical.disclosures ADD CONSTRAINT disclosure_bundle CHECK (bundle IN ('L1', 'L2', 'L3', 'L4'));
ALTER TABLE medical.disclosures DROP CONSTRAINT disclosure_recipient;
ALTER TABLE medical.disclosures ADD CONSTRAINT disclosure_recipient CHECK (CASE bundle WHEN 'L2' THEN requester = 'ext:juridiction'
    WHEN 'L3' THEN requester !~ '^pref-' WHEN 'L4' THEN requester !~ '^pref-' AND requester <> 'ext:juridiction'
    ELSE requester ~ '^pref-' OR requester = 'ext:juridiction' END);

-- The physician's written observations for the judge: a sealed record of one more kind, beside those that the constraint has already.
-- +goose StatementBegin
DO $$
DECLARE rule text := (SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '^CHECK ', '') FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = 'medical.records'::regclass AND k.conname = 'record_kind');
BEGIN
    ALTER TABLE medical.records DROP CONSTRAINT record_kind;
    EXECUTE pg_catalog.format('ALTER TABLE medical.records ADD CONSTRAINT record_kind CHECK (kind = ''observations'' OR %s)', rule);
END $$;
-- +goose StatementEnd

-- What a destruction leaves for its report: when, and under which yearly epochs the keys were wrapped. Written by the schema's owner when the
-- event is, while the keys still stand; the program reads it.
CREATE TABLE medical.destructions (
    dossier      uuid        NOT NULL,
    destroyed_at timestamptz NOT NULL,
    epochs       text[]      NOT NULL,
    CONSTRAINT destructions_pkey PRIMARY KEY (dossier),
    CONSTRAINT destruction_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id)
);
GRANT SELECT ON medical.destructions TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.destruction_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO medical.destructions (dossier, destroyed_at, epochs)
    VALUES (NEW.dossier, NEW.at, ARRAY(SELECT DISTINCT k.epoch FROM medical.dossier_keys k WHERE k.dossier = NEW.dossier ORDER BY k.epoch));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER destruction_recorded AFTER INSERT ON medical.events FOR EACH ROW
    WHEN (NEW.type = 'PURGE_EXECUTEE') EXECUTE FUNCTION medical.destruction_recorded();

-- The program may record both the assessment that authorises a purge and the purge. What it cannot do is to authorise one that its own events
-- forbid: under a hold, with an appeal that nothing has judged since, or within five years of the opinion, or of the closing where there is no
-- opinion (arrêté of 27 December 2016, art. 12). It can still lie about the date, in a row that it cannot take back.
-- +goose StatementBegin
CREATE FUNCTION medical.purge_has_its_term() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE kept_from timestamptz := COALESCE(
    (SELECT max(e.at) FROM medical.events e WHERE e.dossier = NEW.dossier AND e.type = 'AVIS_EMIS'),
    (SELECT max(e.at) FROM medical.events e WHERE e.dossier = NEW.dossier AND e.type = 'CLOTURE'));
BEGIN
    IF kept_from IS NULL OR NEW.at < kept_from + interval '5 years' THEN
        RAISE EXCEPTION 'the retention is not over' USING ERRCODE = 'check_violation', CONSTRAINT = 'purge_after_its_term';
    END IF;
    IF COALESCE((SELECT e.type = 'GEL_CONSERVATION' FROM medical.events e
            WHERE e.dossier = NEW.dossier AND e.type IN ('GEL_CONSERVATION', 'LEVEE_GEL') ORDER BY e.seq DESC LIMIT 1), false)
        OR COALESCE((SELECT e.type = 'RECOURS_DEPOSE' FROM medical.events e
            WHERE e.dossier = NEW.dossier AND e.type IN ('RECOURS_DEPOSE', 'JUGEMENT') ORDER BY e.seq DESC LIMIT 1), false) THEN
        RAISE EXCEPTION 'the dossier is held' USING ERRCODE = 'check_violation', CONSTRAINT = 'purge_not_held';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER purge_has_its_term BEFORE INSERT ON medical.events FOR EACH ROW
    WHEN (NEW.type = 'PURGE_EXECUTEE' OR NEW.type = 'PURGE_EVALUEE' AND NEW.data ->> 'purge_decision' = 'AUTORISEE')
    EXECUTE FUNCTION medical.purge_has_its_term();

-- +goose Down
DROP TRIGGER purge_has_its_term ON medical.events;
DROP FUNCTION medical.purge_has_its_term();
DROP TRIGGER destruction_recorded ON medical.events;
DROP FUNCTION medical.destruction_recorded();
DROP TABLE medical.destructions;
ALTER TABLE medical.disclosures DROP CONSTRAINT disclosure_bundle;
ALTER TABLE medical.disclosures ADD CONSTRAINT disclosure_bundle CHECK (bundle IN ('L1', 'L2', 'L4'));

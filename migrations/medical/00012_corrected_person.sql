-- +goose Up

-- A correction of the person may change whether a minor is one, until when, and who is written to for him.
GRANT UPDATE (minor, majority_on, representatives) ON medical.dossiers TO {{app}};

-- Nothing happens to a dossier after it was destroyed.
-- +goose StatementBegin
CREATE FUNCTION medical.nothing_after_the_purge() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.events e WHERE e.dossier = NEW.dossier AND e.type = 'PURGE_EXECUTEE' AND e.seq < NEW.seq) THEN
        RAISE EXCEPTION 'the dossier is destroyed' USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_after_the_purge';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER nothing_after_the_purge BEFORE INSERT ON medical.events FOR EACH ROW EXECUTE FUNCTION medical.nothing_after_the_purge();

-- +goose Down
DROP TRIGGER nothing_after_the_purge ON medical.events;
DROP FUNCTION medical.nothing_after_the_purge();
REVOKE UPDATE (minor, majority_on, representatives) ON medical.dossiers FROM {{app}};

-- +goose Up

-- What time causes. Deadlines are a projection of the events; a task is raised once for a person when a day has come, and done by the act
-- that answers it. No day changes a state.

-- The day on which a minor comes of age, written by the relay when the referral comes, for minors alone: the birth date itself is sealed.
ALTER TABLE medical.dossiers
    ADD COLUMN majority_on    date,
    ADD COLUMN purge_from  timestamptz,                    -- from when on it need no longer be kept; NULL until it is closed
    ADD COLUMN held           boolean NOT NULL DEFAULT false, -- a hold or a pending appeal suspends the purge
    ADD COLUMN purge_decision text    NOT NULL DEFAULT '',
    ADD CONSTRAINT dossier_purge_decision CHECK (purge_decision IN ('', 'REFUSEE_GEL', 'AUTORISEE'));
GRANT UPDATE (purge_from, held, purge_decision) ON medical.dossiers TO {{app}};
CREATE INDEX dossiers_by_majority ON medical.dossiers (majority_on) WHERE majority_on IS NOT NULL;
CREATE INDEX dossiers_by_retention ON medical.dossiers (purge_from) WHERE state <> 'PURGE';

-- Rewritten whole with the events. The status is that of the last event; what depends on today is computed when it is read.
CREATE TABLE medical.deadlines (
    dossier      uuid        NOT NULL,
    rank         integer     NOT NULL,
    code         text        NOT NULL,
    ref          text        NOT NULL,
    start_event  text        NOT NULL,
    start_on     date,
    start_at     timestamptz,
    duration     text        NOT NULL,
    due_on       date,
    due_at       timestamptz,
    over_at      timestamptz NOT NULL,                        -- the first instant that is too late, at the place
    fulfilled_on date,
    fulfilled_at timestamptz,
    status       text        NOT NULL,
    task         text        NOT NULL,                        -- what its end asks of a person; '' when nothing, or no longer
    raise_at     timestamptz,
    CONSTRAINT deadlines_pkey PRIMARY KEY (dossier, rank),
    CONSTRAINT deadline_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT deadline_code CHECK (code ~ '^DL[0-9]{1,2}$'),
    CONSTRAINT deadline_ref CHECK (ref ~ '^[A-Za-z0-9:._-]{0,64}$'),
    CONSTRAINT deadline_start_event CHECK (start_event ~ '^[A-Z_]{1,40}$'),
    CONSTRAINT deadline_duration CHECK (duration ~ '^P(T[0-9]{1,4}H|[0-9]{1,3}[DMY])$'),
    CONSTRAINT deadline_days_or_hours CHECK ((start_on IS NULL) <> (start_at IS NULL) AND (due_on IS NULL) <> (due_at IS NULL)
        AND (start_on IS NULL) = (due_on IS NULL) AND (fulfilled_on IS NULL OR due_on IS NOT NULL) AND (fulfilled_at IS NULL OR due_at IS NOT NULL)),
    CONSTRAINT deadline_status CHECK (status IN
        ('EN_COURS', 'RESPECTEE', 'DEPASSEE', 'SANS_OBJET', 'NON_RENSEIGNEE', 'GELEE', 'ECHUE', 'PURGE_FAITE')),
    CONSTRAINT deadline_task CHECK (task ~ '^[A-Z0-9_]{0,40}$' AND (task = '') = (raise_at IS NULL))
);
CREATE INDEX deadlines_to_raise ON medical.deadlines (raise_at) WHERE task <> '';
GRANT SELECT, INSERT, DELETE ON medical.deadlines TO {{app}};

CREATE TABLE medical.tasks (
    dossier   uuid        NOT NULL,
    code      text        NOT NULL,
    ref       text        NOT NULL,
    position  bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    due_on    date,
    raised_at timestamptz NOT NULL,
    done_at   timestamptz,
    done_by   text,
    done_code text,                                           -- the event that answered it
    CONSTRAINT task_once PRIMARY KEY (dossier, code, ref),
    CONSTRAINT task_position UNIQUE (position),
    CONSTRAINT task_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT task_code CHECK (code IN ('CERTIFICAT_NON_RECU', 'SANS_REPONSE_RAPPORT', 'SANS_REPONSE_AVIS', 'AVIS_EN_RETARD',
        'AVIS_URGENT_EN_RETARD', 'ACCES_EN_RETARD', 'DROITS_EN_RETARD', 'MAJORITE_ATTEINTE', 'MEMBRE_NON_INSCRIT', 'GEL_A_REVOIR',
        'DESTRUCTION_A_FAIRE')),
    CONSTRAINT task_ref CHECK (ref ~ '^[A-Za-z0-9:._-]{0,80}$'),
    CONSTRAINT task_done_whole CHECK ((done_at IS NULL) = (done_by IS NULL) AND (done_at IS NULL) = (done_code IS NULL)),
    CONSTRAINT task_done_by CHECK (done_by ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT task_done_code CHECK (done_code ~ '^[A-Z0-9_]{1,40}$')
);
CREATE INDEX tasks_open ON medical.tasks (position) WHERE done_at IS NULL;
GRANT SELECT, INSERT ON medical.tasks TO {{app}};
GRANT UPDATE (done_at, done_by, done_code) ON medical.tasks TO {{app}};

-- What was done stays done.
-- +goose StatementBegin
CREATE FUNCTION medical.task_done_once() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF OLD.done_at IS NOT NULL THEN
        RAISE EXCEPTION 'the task is done' USING ERRCODE = 'check_violation', CONSTRAINT = 'task_done_once';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER task_done_once BEFORE UPDATE ON medical.tasks FOR EACH ROW EXECUTE FUNCTION medical.task_done_once();

-- Invariant 11: a dossier is purged only when the last assessment authorised it and no hold was set since.
-- +goose StatementBegin
CREATE FUNCTION medical.purge_authorised() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE last record;
BEGIN
    SELECT e.type, e.data INTO last FROM medical.events e
    WHERE e.dossier = NEW.dossier AND e.type IN ('PURGE_EVALUEE', 'GEL_CONSERVATION', 'RECOURS_DEPOSE', 'CLOTURE')
    ORDER BY e.seq DESC LIMIT 1;
    IF last.type IS DISTINCT FROM 'PURGE_EVALUEE' OR last.data ->> 'purge_decision' IS DISTINCT FROM 'AUTORISEE' THEN
        RAISE EXCEPTION 'the purge is not authorised' USING ERRCODE = 'check_violation', CONSTRAINT = 'purge_authorised';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER purge_authorised BEFORE INSERT ON medical.events
    FOR EACH ROW WHEN (NEW.type = 'PURGE_EXECUTEE') EXECUTE FUNCTION medical.purge_authorised();

-- Stored uploads of purged dossiers whose files are still to be removed: they go after the commit, and are found again after a crash.
CREATE TABLE medical.uploads_to_remove (
    upload  text NOT NULL,
    dossier uuid NOT NULL,
    CONSTRAINT uploads_to_remove_pkey PRIMARY KEY (upload),
    CONSTRAINT upload_to_remove_shape CHECK (upload ~ '^[0-9a-f]{48}$')
);
GRANT SELECT, DELETE ON medical.uploads_to_remove TO {{app}};

-- An opinion of a purged dossier is an empty body: its number, its date and its delivery stay. Nothing enters the outbox empty.
-- +goose StatementBegin
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid) AS rule FROM pg_catalog.pg_constraint k
        WHERE k.conrelid = 'medical.releases'::regclass AND k.conname IN ('release_body_keys', 'release_body_codes', 'release_body_is_its_row')
    LOOP
        EXECUTE pg_catalog.format('ALTER TABLE medical.releases DROP CONSTRAINT %I', c.conname);
        EXECUTE pg_catalog.format('ALTER TABLE medical.releases ADD CONSTRAINT %I CHECK (CASE WHEN body = ''{}'' THEN kind = ''opinion'' ELSE %s END)',
            c.conname, pg_catalog.regexp_replace(c.rule, '^CHECK ', ''));
    END LOOP;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION medical.release_not_empty() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.body = '{}' THEN
        RAISE EXCEPTION 'a release says something' USING ERRCODE = 'check_violation', CONSTRAINT = 'release_not_empty';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER release_not_empty BEFORE INSERT ON medical.releases FOR EACH ROW EXECUTE FUNCTION medical.release_not_empty();

-- The one way to take anything out of this schema. The program has no DELETE on sealed rows: it calls this, which refuses unless
-- PURGE_EXECUTEE stands. What stays is clear, without a name.
-- +goose StatementBegin
CREATE FUNCTION medical.destroy(target uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM medical.events e WHERE e.dossier = target AND e.type = 'PURGE_EXECUTEE') THEN
        RAISE EXCEPTION 'the dossier is not purged' USING ERRCODE = 'check_violation', CONSTRAINT = 'destroy_purged_only';
    END IF;
    INSERT INTO medical.uploads_to_remove (upload, dossier)
        SELECT DISTINCT pg_catalog.left(p.object, 48), p.dossier FROM medical.document_parts p WHERE p.dossier = target
        ON CONFLICT DO NOTHING;
    INSERT INTO medical.uploads_to_remove (upload, dossier)
        SELECT DISTINCT pg_catalog.left(p.object, 48), p.dossier FROM medical.received_parts p WHERE p.dossier = target
        ON CONFLICT DO NOTHING;
    DELETE FROM medical.document_parts p WHERE p.dossier = target;
    DELETE FROM medical.received_parts p WHERE p.dossier = target;
    DELETE FROM medical.upload_calls u WHERE u.dossier = target;
    DELETE FROM medical.uploads u WHERE u.dossier = target;
    DELETE FROM medical.inspections i WHERE i.dossier = target;
    DELETE FROM medical.exclusions x WHERE x.dossier = target;
    DELETE FROM medical.disclosures x WHERE x.dossier = target;
    DELETE FROM medical.documents d WHERE d.dossier = target;
    DELETE FROM medical.records r WHERE r.dossier = target;
    DELETE FROM medical.search_tags t WHERE t.dossier = target;
    DELETE FROM medical.care_tags t WHERE t.dossier = target;
    UPDATE medical.college_members m SET care_tag = NULL WHERE m.dossier = target;
    DELETE FROM medical.draws w WHERE w.dossier = target;
    DELETE FROM medical.dossier_keys k WHERE k.dossier = target;
    DELETE FROM identity.step_ups s WHERE s.dossier = target::text;
    UPDATE medical.releases r SET body = '{}' WHERE r.dossier = target AND r.kind = 'opinion'
        AND EXISTS (SELECT 1 FROM medical.deliveries d WHERE d.seq = r.seq);
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION medical.destroy(uuid) TO {{app}};

-- +goose Down
DROP FUNCTION medical.destroy(uuid);
DROP TABLE medical.uploads_to_remove, medical.tasks, medical.deadlines;

-- +goose Up

-- What a physician has typed into a form and not sent. One per form and author, rewritten as it is typed: nobody rests anything on it, so
-- unlike a record it has one version at a time. Sealed to the dossier as a record is; gone with the act that the form is for.
CREATE TABLE medical.drafts (
    dossier       uuid        NOT NULL,
    form          text        NOT NULL,
    author        text        NOT NULL,
    version       integer     NOT NULL,
    saved_at      timestamptz NOT NULL,
    header_digest bytea       NOT NULL,
    sealed        bytea       NOT NULL,
    CONSTRAINT drafts_pkey PRIMARY KEY (dossier, form, author),
    CONSTRAINT draft_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT draft_form CHECK (form IN ('report', 'answers')),
    CONSTRAINT draft_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT draft_version CHECK (version >= 1),
    CONSTRAINT draft_header_digest CHECK (octet_length(header_digest) = 32),
    CONSTRAINT draft_size CHECK (octet_length(sealed) <= 2097152)
);
ALTER TABLE medical.drafts ALTER COLUMN sealed SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE (version, saved_at, header_digest, sealed), DELETE ON medical.drafts TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.drafts_end_with_their_dossier() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM medical.drafts d WHERE d.dossier = NEW.dossier;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER drafts_end_with_their_dossier AFTER INSERT ON medical.events FOR EACH ROW
    WHEN (NEW.type = 'CLOTURE') EXECUTE FUNCTION medical.drafts_end_with_their_dossier();

-- Everything of a destroyed dossier that is sealed goes, drafts as well.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.destroy(target uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
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
    DELETE FROM medical.drafts d WHERE d.dossier = target;
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

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.destroy(target uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
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
DROP TRIGGER drafts_end_with_their_dossier ON medical.events;
DROP FUNCTION medical.drafts_end_with_their_dossier();
DROP TABLE medical.drafts;

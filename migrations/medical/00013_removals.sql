-- +goose Up

-- R. 631-2, R. 731-2: the opinion on a removal is given on the certificate. Nobody is designated before it has come.
ALTER TABLE medical.dossiers ADD CONSTRAINT removal_on_certificate CHECK (
    pipeline = 'SEJOUR' OR college_designated_at IS NULL OR certificate_received_at IS NOT NULL);

-- R. 4127-105 CSP binds the single physician as it binds the college: where there is a tag to compare with, a member without one does not sit.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.without_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE one text := to_jsonb(NEW) ->> 'member'; -- an opinion has none: all
BEGIN
    IF EXISTS (SELECT 1 FROM medical.college_members m
        JOIN medical.care_tags t ON t.dossier = m.dossier AND (t.tag = m.care_tag OR m.care_tag IS NULL)
        WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition AND (one IS NULL OR m.member = one)) THEN
        RAISE EXCEPTION 'a member treats the person' USING ERRCODE = 'check_violation', CONSTRAINT = 'college_excludes_care';
    END IF;
    IF EXISTS (SELECT 1 FROM medical.college_members m
        JOIN medical.events e ON e.dossier = m.dossier AND e.actor = m.member AND e.stage = 'RAPPORT'
            AND e.type IN ('PRESENCE', 'IDENTITE_VERIFIEE', 'EXAMENS_DEMANDES', 'EXAMENS_PRODUITS')
        WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition AND (one IS NULL OR m.member = one)) THEN
        RAISE EXCEPTION 'a member has examined the person' USING ERRCODE = 'check_violation', CONSTRAINT = 'college_excludes_examiner';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE medical.dossiers DROP CONSTRAINT removal_on_certificate;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.without_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE one text := to_jsonb(NEW) ->> 'member';
BEGIN
    IF EXISTS (SELECT 1 FROM medical.college_members m
        JOIN medical.compositions c ON c.dossier = m.dossier AND c.version = m.composition
        JOIN medical.care_tags t ON t.dossier = m.dossier AND (t.tag = m.care_tag OR m.care_tag IS NULL AND c.author_kind = 'COLLEGE3')
        WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition AND (one IS NULL OR m.member = one)) THEN
        RAISE EXCEPTION 'a member treats the person' USING ERRCODE = 'check_violation', CONSTRAINT = 'college_excludes_care';
    END IF;
    IF EXISTS (SELECT 1 FROM medical.college_members m
        JOIN medical.events e ON e.dossier = m.dossier AND e.actor = m.member AND e.stage = 'RAPPORT'
            AND e.type IN ('PRESENCE', 'IDENTITE_VERIFIEE', 'EXAMENS_DEMANDES', 'EXAMENS_PRODUITS')
        WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition AND (one IS NULL OR m.member = one)) THEN
        RAISE EXCEPTION 'a member has examined the person' USING ERRCODE = 'check_violation', CONSTRAINT = 'college_excludes_examiner';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

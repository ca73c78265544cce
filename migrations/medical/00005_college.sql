-- +goose Up

-- The life of a college (R. 425-13): rounds, replaced compositions, refused and void signatures, exclusions, the draw.

ALTER TABLE medical.events DROP CONSTRAINT event_type;
ALTER TABLE medical.events ADD CONSTRAINT event_type CHECK (type IN (
    'SAISINE_RECUE', 'SAISINE_REFUSEE', 'CERTIFICAT_MIS_A_DISPOSITION', 'CERTIFICAT_RECU', 'CERTIFICAT_ECARTE',
    'CONSTAT_NON_RECEPTION', 'COMPLETUDE_DEMANDEE', 'COMPLETUDE_RECUE', 'RAPPORTEUR_DESIGNE', 'COMPLEMENT_DEMANDE',
    'COMPLEMENT_RECU', 'COMPLEMENT_REFUSE', 'CONVOCATION_ENVOYEE', 'CONVOCATION_ANNULEE', 'COURRIER_RETOURNE_NPAI',
    'ADRESSE_VERIFIEE', 'PRESENCE', 'ABSENCE', 'EXAMENS_DEMANDES', 'EXAMENS_PRODUITS', 'IDENTITE_VERIFIEE',
    'DEFAUT_CONSTATE', 'RAPPORT_SIGNE', 'RAPPORT_TRANSMIS', 'COLLEGE_DESIGNE', 'MED1_DESIGNE', 'COMPOSITION_CLOSE',
    'REPONSE_MEMBRE', 'SYNTHESE', 'SIGNATURE', 'AVIS_EMIS', 'AVIS_TRANSMIS', 'ACCUSE_PREFECTURE',
    'CHANGEMENT_LIBERTE', 'CHANGEMENT_PREFECTURE', 'RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'CLOTURE_SANS_AVIS',
    'CLOTURE', 'LEVEE_SECRET', 'RECOURS_DEPOSE', 'DEMANDE_JURIDICTION', 'EXPORT_REALISE', 'DEMANDE_ACCES',
    'ACCES_REMIS', 'GEL_CONSERVATION', 'LEVEE_GEL', 'PURGE_EVALUEE', 'PURGE_EXECUTEE', 'AGDREF_CORRIGE',
    'CONSENTEMENT_RETIRE', 'DECISION_PREFET', 'JUGEMENT', 'PIECE_ECARTEE', 'PIECE_RECUE', 'INFORMATION_DEMANDEUR',
    'FIN_INSCRIPTION_MEMBRE', 'MAJORITE_ATTEINTE', 'ACHEMINEMENT', 'TOUR_OUVERT', 'SIGNATURE_REFUSEE',
    'SIGNATURE_ANNULEE'));

ALTER TABLE medical.records DROP CONSTRAINT record_kind;
ALTER TABLE medical.records ADD CONSTRAINT record_kind CHECK (kind IN ('applicant', 'referral', 'certificate', 'report', 'supplement',
    'draft', 'answers', 'settlement', 'document', 'manifest', 'approval', 'request', 'reply', 'letter', 'contact'));

-- Who treats the person: keyholder's tag of the certificate's author, for this dossier alone. No value, and no tag that two dossiers share.
CREATE TABLE medical.care_tags (
    dossier uuid  NOT NULL,
    tag     bytea NOT NULL,
    CONSTRAINT care_tag_once PRIMARY KEY (dossier, tag),
    CONSTRAINT care_tag_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT care_tag_size CHECK (octet_length(tag) = 32)
);
GRANT SELECT, INSERT ON medical.care_tags TO {{app}};

-- The tag of each member for this dossier. A single physician may have none; a college may not, where there is one to compare with.
ALTER TABLE medical.college_members ADD COLUMN care_tag bytea,
    ADD CONSTRAINT college_member_care_tag CHECK (octet_length(care_tag) = 32);

-- Whether the members are those that the draw proposed.
ALTER TABLE medical.compositions ADD COLUMN drawn boolean NOT NULL DEFAULT false;

-- R. 4127-105 CSP: whoever treats or has examined the person does not sit. Looked at when a member is designated, again when he acts, and
-- for all of them when the opinion is issued: what excludes may have been recorded since.
-- +goose StatementBegin
CREATE FUNCTION medical.without_conflict() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE one text := to_jsonb(NEW) ->> 'member'; -- an opinion has none: all
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
CREATE TRIGGER without_conflict AFTER INSERT ON medical.college_members FOR EACH ROW EXECUTE FUNCTION medical.without_conflict();
CREATE TRIGGER without_conflict AFTER INSERT ON medical.answers_given FOR EACH ROW EXECUTE FUNCTION medical.without_conflict();
CREATE TRIGGER without_conflict AFTER INSERT ON medical.settlements FOR EACH ROW EXECUTE FUNCTION medical.without_conflict();
CREATE TRIGGER without_conflict AFTER INSERT ON medical.signatures FOR EACH ROW EXECUTE FUNCTION medical.without_conflict();
CREATE TRIGGER without_conflict AFTER INSERT ON medical.opinions FOR EACH ROW EXECUTE FUNCTION medical.without_conflict();

-- A composition that ended without its opinion. Its answers stay sealed, its signatures count no more.
CREATE TABLE medical.composition_closures (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    at          timestamptz NOT NULL,
    reason      text        NOT NULL,
    CONSTRAINT closure_once PRIMARY KEY (dossier, composition),
    CONSTRAINT closure_of_composition FOREIGN KEY (dossier, composition) REFERENCES medical.compositions (dossier, version),
    CONSTRAINT closure_reason CHECK (reason IN ('MEMBRE_INDISPONIBLE', 'FIN_INSCRIPTION_MEMBRE', 'CONFLIT_INTERETS', 'REFUS_SIGNATURE',
        'RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'CHANGEMENT_LIBERTE', 'AVIS_RECTIFICATIF'))
);
GRANT SELECT, INSERT ON medical.composition_closures TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.previous_composition_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.compositions c WHERE c.dossier = NEW.dossier AND NOT EXISTS (
            SELECT 1 FROM medical.composition_closures x WHERE x.dossier = c.dossier AND x.composition = c.version)) THEN
        RAISE EXCEPTION 'a composition is open' USING ERRCODE = 'check_violation', CONSTRAINT = 'composition_open';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER previous_composition_closed BEFORE INSERT ON medical.compositions
    FOR EACH ROW EXECUTE FUNCTION medical.previous_composition_closed();

-- +goose StatementBegin
CREATE FUNCTION medical.composition_in_progress() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.composition_closures x WHERE x.dossier = NEW.dossier AND x.composition = NEW.composition) THEN
        RAISE EXCEPTION 'the composition was closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'composition_in_progress';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER composition_in_progress BEFORE INSERT ON medical.answers_given FOR EACH ROW EXECUTE FUNCTION medical.composition_in_progress();
CREATE TRIGGER composition_in_progress BEFORE INSERT ON medical.settlements FOR EACH ROW EXECUTE FUNCTION medical.composition_in_progress();
CREATE TRIGGER composition_in_progress BEFORE INSERT ON medical.signatures FOR EACH ROW EXECUTE FUNCTION medical.composition_in_progress();

-- Rounds of answers of one composition: the first opens with it, another when the one before gave no opinion.
CREATE TABLE medical.rounds (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    round       integer     NOT NULL,
    opened_at   timestamptz NOT NULL,
    CONSTRAINT round_once PRIMARY KEY (dossier, composition, round),
    CONSTRAINT round_of_composition FOREIGN KEY (dossier, composition) REFERENCES medical.compositions (dossier, version),
    CONSTRAINT round_number CHECK (round >= 1)
);
GRANT SELECT, INSERT ON medical.rounds TO {{app}};
INSERT INTO medical.rounds (dossier, composition, round, opened_at)
    SELECT c.dossier, c.version, 1, c.designated_at FROM medical.compositions c;
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.rounds FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();

-- +goose StatementBegin
CREATE FUNCTION medical.round_follows() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.round > 1 AND (
        NOT EXISTS (SELECT 1 FROM medical.rounds r WHERE r.dossier = NEW.dossier AND r.composition = NEW.composition AND r.round = NEW.round - 1)
        OR EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition
            AND NOT EXISTS (SELECT 1 FROM medical.answers_given a WHERE a.dossier = m.dossier AND a.composition = m.composition
                AND a.round = NEW.round - 1 AND a.member = m.member))) THEN
        RAISE EXCEPTION 'the round before is not complete' USING ERRCODE = 'check_violation', CONSTRAINT = 'round_follows';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER round_follows BEFORE INSERT ON medical.rounds FOR EACH ROW EXECUTE FUNCTION medical.round_follows();

ALTER TABLE medical.answers_given ADD CONSTRAINT answer_round_open FOREIGN KEY (dossier, composition, round)
    REFERENCES medical.rounds (dossier, composition, round);
ALTER TABLE medical.settlements DROP CONSTRAINT settlement_once,
    ADD CONSTRAINT settlement_once PRIMARY KEY (dossier, composition, round),
    ADD CONSTRAINT settlement_round_open FOREIGN KEY (dossier, composition, round) REFERENCES medical.rounds (dossier, composition, round);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.answer_before_settlement() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.settlements s WHERE s.dossier = NEW.dossier AND s.composition = NEW.composition
        AND s.round >= NEW.round) THEN
        RAISE EXCEPTION 'the answers were settled' USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_before_settlement';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- A member who refuses to sign says why by a code; nobody signs that settlement any more.
CREATE TABLE medical.signature_refusals (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    round       integer     NOT NULL,
    member      text        NOT NULL,
    at          timestamptz NOT NULL,
    reason      text        NOT NULL,
    CONSTRAINT refusal_once PRIMARY KEY (dossier, composition, round, member),
    CONSTRAINT refusal_member FOREIGN KEY (dossier, composition, member)
        REFERENCES medical.college_members (dossier, composition, member),
    CONSTRAINT refusal_settled FOREIGN KEY (dossier, composition, round) REFERENCES medical.settlements (dossier, composition, round),
    CONSTRAINT refusal_reason CHECK (reason IN ('SYNTHESE_NON_CONFORME', 'DUREE_NON_ACCEPTEE', 'PROCEDURE_INEXACTE', 'ELEMENT_NOUVEAU',
        'IMPARTIALITE'))
);
GRANT SELECT, INSERT ON medical.signature_refusals TO {{app}};
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.signature_refusals FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();
CREATE TRIGGER composition_in_progress BEFORE INSERT ON medical.signature_refusals
    FOR EACH ROW EXECUTE FUNCTION medical.composition_in_progress();

-- A signature covers the body as it stood. frame is a digest of the part of the body that stands in clear in this schema (referrals,
-- boxes, form, decision, authors): no answer is in it. When it changes the signature is void and is given again: one more attempt.
ALTER TABLE medical.signatures ADD COLUMN attempt integer NOT NULL DEFAULT 1, ADD COLUMN frame text NOT NULL DEFAULT repeat('0', 64);
ALTER TABLE medical.signatures ALTER COLUMN attempt DROP DEFAULT, ALTER COLUMN frame DROP DEFAULT,
    DROP CONSTRAINT signature_once,
    ADD CONSTRAINT signature_once PRIMARY KEY (dossier, composition, version, member, attempt),
    ADD CONSTRAINT signature_of_dossier UNIQUE (dossier, approval),
    ADD CONSTRAINT signature_frame CHECK (frame ~ '^[0-9a-f]{64}$');

CREATE TABLE medical.void_signatures (
    dossier  uuid        NOT NULL,
    approval text        NOT NULL,
    at       timestamptz NOT NULL,
    reason   text        NOT NULL,
    CONSTRAINT void_once PRIMARY KEY (approval),
    CONSTRAINT void_of_signature FOREIGN KEY (dossier, approval) REFERENCES medical.signatures (dossier, approval),
    CONSTRAINT void_reason CHECK (reason IN ('CORPS_MODIFIE', 'NOUVEAU_TOUR'))
);
CREATE INDEX void_signatures_by_dossier ON medical.void_signatures (dossier);
GRANT SELECT, INSERT ON medical.void_signatures TO {{app}};
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.void_signatures FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();

-- +goose StatementBegin
CREATE FUNCTION medical.signature_attempt() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.attempt > 1 + (SELECT count(*) FROM medical.signatures s JOIN medical.void_signatures v ON v.approval = s.approval
        WHERE s.dossier = NEW.dossier AND s.composition = NEW.composition AND s.version = NEW.version AND s.member = NEW.member) THEN
        RAISE EXCEPTION 'the signature before stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_attempt';
    END IF;
    IF EXISTS (SELECT 1 FROM medical.signature_refusals r WHERE r.dossier = NEW.dossier AND r.composition = NEW.composition
        AND r.round = (SELECT max(o.round) FROM medical.rounds o WHERE o.dossier = NEW.dossier AND o.composition = NEW.composition)) THEN
        RAISE EXCEPTION 'a member refused to sign' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_after_refusal';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER signature_attempt BEFORE INSERT ON medical.signatures FOR EACH ROW EXECUTE FUNCTION medical.signature_attempt();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.signature_after_settlement() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM medical.settlements s WHERE s.dossier = NEW.dossier AND s.composition = NEW.composition
        AND s.round = (SELECT max(r.round) FROM medical.rounds r WHERE r.dossier = NEW.dossier AND r.composition = NEW.composition)) THEN
        RAISE EXCEPTION 'nothing to sign' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_after_settlement';
    END IF;
    IF NEW.composition <> (SELECT max(c.version) FROM medical.compositions c WHERE c.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'an older composition' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_current_composition';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- Only a signature that stands counts, and every listing is looked at again on the day of issue (SC7).
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION medical.opinion_signed_by_all() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition)
        OR EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition
            AND NOT EXISTS (SELECT 1 FROM medical.signatures s WHERE s.dossier = m.dossier AND s.composition = m.composition
                AND s.version = NEW.version AND s.member = m.member
                AND NOT EXISTS (SELECT 1 FROM medical.void_signatures v WHERE v.approval = s.approval))) THEN
        RAISE EXCEPTION 'a signature is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_signed_by_all';
    END IF;
    IF EXISTS (SELECT 1 FROM medical.college_members m JOIN medical.decisions d ON d.ref = m.decision_ref
        WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition
            AND NEW.issued_on NOT BETWEEN greatest(m.valid_from, d.valid_from) AND least(m.valid_to, d.valid_to)) THEN
        RAISE EXCEPTION 'a listing has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_listed_that_day';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd

-- The draw that a proposal came from, so that it can be done again: seed and candidates as they were. One a day for one composition:
-- asking again does not draw again.
CREATE TABLE medical.draws (
    dossier      uuid        NOT NULL,
    composition  integer     NOT NULL,
    drawn_on     date        NOT NULL,
    drawn_at     timestamptz NOT NULL,
    drawn_by     text        NOT NULL,
    decision_ref text        NOT NULL,
    seed         bytea       NOT NULL,
    candidates   jsonb       NOT NULL,
    members      text[]      NOT NULL,
    CONSTRAINT draw_once PRIMARY KEY (dossier, composition, drawn_on),
    CONSTRAINT draw_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT draw_decision FOREIGN KEY (decision_ref) REFERENCES medical.decisions (ref),
    CONSTRAINT draw_by CHECK (drawn_by ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT draw_seed CHECK (octet_length(seed) = 32),
    CONSTRAINT draw_candidates CHECK (jsonb_typeof(candidates) = 'array' AND octet_length(candidates::text) <= 40000
        AND NOT jsonb_path_exists(candidates, '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9-]{1,64}$"))')),
    CONSTRAINT draw_members CHECK (array_to_string(members, ',') ~ '^[A-Za-z0-9,-]{0,200}$')
);
GRANT SELECT, INSERT ON medical.draws TO {{app}};

-- +goose Down
DROP TABLE medical.draws, medical.void_signatures, medical.signature_refusals, medical.composition_closures, medical.care_tags;

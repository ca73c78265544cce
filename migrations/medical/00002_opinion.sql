-- +goose Up

-- The college of one dossier. decision_ref, designated_on and rapporteur are carried down to the members, so that
-- each rule about a member is a constraint on that member's own row.
CREATE TABLE medical.compositions (
    dossier       uuid        NOT NULL,
    version       integer     NOT NULL,
    author_kind   text        NOT NULL,
    decision_ref  text        NOT NULL,
    decision_kind text        NOT NULL GENERATED ALWAYS AS (CASE author_kind WHEN 'COLLEGE3' THEN 'COLLEGE' ELSE 'MED1' END) STORED,
    designated_at timestamptz NOT NULL,
    designated_on date        NOT NULL,
    rapporteur    text        NOT NULL,
    CONSTRAINT compositions_pkey PRIMARY KEY (dossier, version),
    CONSTRAINT composition_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    -- The rapporteur excluded is the dossier's: neither can move without the other.
    CONSTRAINT composition_rapporteur FOREIGN KEY (dossier, rapporteur) REFERENCES medical.dossiers (id, rapporteur),
    -- A college under a decision that designates single physicians, or the reverse, is no author (R. 425-13, R. 731-1).
    CONSTRAINT composition_decision FOREIGN KEY (decision_ref, decision_kind) REFERENCES medical.decisions (ref, kind),
    CONSTRAINT composition_author CHECK (author_kind IN ('COLLEGE3', 'MED1')),
    CONSTRAINT composition_version CHECK (version >= 1),
    CONSTRAINT composition_carried UNIQUE (dossier, version, decision_ref, designated_on, rapporteur)
);
GRANT SELECT, INSERT ON medical.compositions TO {{app}};

CREATE TABLE medical.college_members (
    dossier       uuid     NOT NULL,
    composition   integer  NOT NULL,
    seat          smallint NOT NULL,
    member        text     NOT NULL,
    line          integer  NOT NULL,
    decision_ref  text     NOT NULL,
    designated_on date     NOT NULL,
    rapporteur    text     NOT NULL,
    valid_from    date     NOT NULL,
    valid_to      date     NOT NULL,
    CONSTRAINT college_members_pkey PRIMARY KEY (dossier, composition, seat),
    CONSTRAINT college_member_seat CHECK (seat BETWEEN 1 AND 3),
    -- Invariant 1; R. 425-13: three distinct members, listed that day, and the author of the report does not sit.
    CONSTRAINT college_members_distinct UNIQUE (dossier, composition, member),
    CONSTRAINT college_excludes_rapporteur CHECK (member <> rapporteur),
    CONSTRAINT college_member_composition FOREIGN KEY (dossier, composition, decision_ref, designated_on, rapporteur)
        REFERENCES medical.compositions (dossier, version, decision_ref, designated_on, rapporteur),
    CONSTRAINT college_member_listed FOREIGN KEY (decision_ref, line, member, valid_from, valid_to)
        REFERENCES medical.decision_lines (ref, line, person, valid_from, valid_to),
    CONSTRAINT college_member_listed_that_day CHECK (designated_on BETWEEN valid_from AND valid_to),
    CONSTRAINT college_member_listing UNIQUE (dossier, composition, member, valid_from, valid_to)
);
CREATE INDEX college_members_by_member ON medical.college_members (member, dossier);
GRANT SELECT, INSERT ON medical.college_members TO {{app}};

-- At commit, a college has three members and a single physician one.
-- +goose StatementBegin
CREATE FUNCTION medical.college_complete() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (SELECT count(*) FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.version)
        <> (CASE NEW.author_kind WHEN 'COLLEGE3' THEN 3 ELSE 1 END) THEN
        RAISE EXCEPTION 'a college has three members' USING ERRCODE = 'check_violation', CONSTRAINT = 'college_complete';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER college_complete AFTER INSERT ON medical.compositions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION medical.college_complete();

-- Who answered and when; what was answered is a sealed record.
CREATE TABLE medical.answers_given (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    round       integer     NOT NULL,
    member      text        NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT answer_once PRIMARY KEY (dossier, composition, round, member),
    CONSTRAINT answer_member FOREIGN KEY (dossier, composition, member)
        REFERENCES medical.college_members (dossier, composition, member),
    CONSTRAINT answer_round CHECK (round >= 1)
);
GRANT SELECT, INSERT ON medical.answers_given TO {{app}};

CREATE TABLE medical.settlements (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    round       integer     NOT NULL,
    member      text        NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT settlement_once PRIMARY KEY (dossier, composition),
    CONSTRAINT settlement_member FOREIGN KEY (dossier, composition, member)
        REFERENCES medical.college_members (dossier, composition, member)
);
GRANT SELECT, INSERT ON medical.settlements TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.settlement_complete() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition
        AND NOT EXISTS (SELECT 1 FROM medical.answers_given a WHERE a.dossier = m.dossier AND a.composition = m.composition
            AND a.round = NEW.round AND a.member = m.member)) THEN
        RAISE EXCEPTION 'a member has not answered' USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_complete';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER settlement_complete BEFORE INSERT ON medical.settlements
    FOR EACH ROW EXECUTE FUNCTION medical.settlement_complete();

-- +goose StatementBegin
CREATE FUNCTION medical.answer_before_settlement() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.settlements s WHERE s.dossier = NEW.dossier AND s.composition = NEW.composition) THEN
        RAISE EXCEPTION 'the answers were settled' USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_before_settlement';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER answer_before_settlement BEFORE INSERT ON medical.answers_given
    FOR EACH ROW EXECUTE FUNCTION medical.answer_before_settlement();

-- A signature names the approval that keyholder kept; nothing of the opinion stands here, not even a digest.
CREATE TABLE medical.signatures (
    dossier     uuid        NOT NULL,
    composition integer     NOT NULL,
    version     integer     NOT NULL,
    member      text        NOT NULL,
    at          timestamptz NOT NULL,
    signed_on   date        NOT NULL,
    valid_from  date        NOT NULL,
    valid_to    date        NOT NULL,
    approval    text        NOT NULL,
    step_up     text        NOT NULL,
    step_up_at  timestamptz NOT NULL,
    CONSTRAINT signature_once PRIMARY KEY (dossier, composition, version, member),
    CONSTRAINT signature_member FOREIGN KEY (dossier, composition, member, valid_from, valid_to)
        REFERENCES medical.college_members (dossier, composition, member, valid_from, valid_to),
    -- The listing is checked again on the day of signature (SC7).
    CONSTRAINT signature_listed_that_day CHECK (signed_on BETWEEN valid_from AND valid_to),
    CONSTRAINT signature_approval_once UNIQUE (approval),
    CONSTRAINT signature_approval CHECK (approval ~ '^[A-Za-z0-9_=-]{8,128}$'),
    CONSTRAINT signature_step_up CHECK (step_up ~ '^[A-Za-z0-9_=-]{8,128}$' AND step_up_at <= at)
);
GRANT SELECT, INSERT ON medical.signatures TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.signature_after_settlement() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM medical.settlements s WHERE s.dossier = NEW.dossier AND s.composition = NEW.composition) THEN
        RAISE EXCEPTION 'nothing to sign' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_after_settlement';
    END IF;
    IF NEW.composition <> (SELECT max(c.version) FROM medical.compositions c WHERE c.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'an older composition' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_current_composition';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER signature_after_settlement BEFORE INSERT ON medical.signatures
    FOR EACH ROW EXECUTE FUNCTION medical.signature_after_settlement();

-- An issued opinion. Its body stands in the outbox only.
CREATE TABLE medical.opinions (
    dossier     uuid        NOT NULL,
    version     integer     NOT NULL,
    composition integer     NOT NULL,
    issued_at   timestamptz NOT NULL,
    issued_on   date        NOT NULL,
    CONSTRAINT opinion_once PRIMARY KEY (dossier, version),
    CONSTRAINT opinion_composition FOREIGN KEY (dossier, composition) REFERENCES medical.compositions (dossier, version),
    CONSTRAINT opinion_composition_once UNIQUE (dossier, composition),
    CONSTRAINT opinion_version CHECK (version >= 1)
);
GRANT SELECT, INSERT ON medical.opinions TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.opinion_signed_by_all() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition)
        OR EXISTS (SELECT 1 FROM medical.college_members m WHERE m.dossier = NEW.dossier AND m.composition = NEW.composition
            AND NOT EXISTS (SELECT 1 FROM medical.signatures s WHERE s.dossier = m.dossier AND s.composition = m.composition
                AND s.version = NEW.version AND s.member = m.member)) THEN
        RAISE EXCEPTION 'a signature is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_signed_by_all';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER opinion_signed_by_all BEFORE INSERT ON medical.opinions
    FOR EACH ROW EXECUTE FUNCTION medical.opinion_signed_by_all();

-- Invariant 4: after the last signature nothing of that opinion moves. A corrected opinion is a new version of
-- a new composition and comes with its own rule.
-- +goose StatementBegin
CREATE FUNCTION medical.opinion_immutable() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM medical.opinions o WHERE o.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'the opinion was issued' USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_immutable';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.compositions FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.college_members FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.answers_given FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.settlements FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();
CREATE TRIGGER opinion_immutable BEFORE INSERT ON medical.signatures FOR EACH ROW EXECUTE FUNCTION medical.opinion_immutable();

-- +goose Down
DROP TABLE medical.opinions, medical.signatures, medical.settlements, medical.answers_given, medical.college_members, medical.compositions;

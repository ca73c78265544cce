-- +goose Up

-- Schema of the administrative zone's part of the procedure: what a prefecture referred, and what came through the
-- door. The mere existence of a referral says something of a person's health (RGPD art. 4(15)): no mission's role
-- has any right here, and names stand in this schema only.
--
-- {{app}} is the application role of the zone. It owns nothing; tables that record what happened are insert-only.
CREATE SCHEMA server;
GRANT USAGE ON SCHEMA server TO {{app}};

-- One row per thing that is numbered without a gap. The row is locked by the act that takes a number, so numbers
-- follow commit order. `release` is the last number received from the medical zone.
CREATE TABLE server.counters (
    name  text   NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT counters_pkey PRIMARY KEY (name),
    CONSTRAINT counter_name CHECK (name IN ('referral_event', 'acknowledgement', 'release')),
    CONSTRAINT counter_not_negative CHECK (value >= 0)
);
INSERT INTO server.counters (name, value) VALUES ('referral_event', 0), ('acknowledgement', 0), ('release', 0);
GRANT SELECT ON server.counters TO {{app}};
GRANT UPDATE (value) ON server.counters TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION server.advance_by_one() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.name IS DISTINCT FROM OLD.name OR NEW.value <> OLD.value + 1 THEN
        RAISE EXCEPTION 'a number is taken in order' USING ERRCODE = 'check_violation', CONSTRAINT = 'counter_without_gap';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER counter_without_gap BEFORE UPDATE ON server.counters
    FOR EACH ROW EXECUTE FUNCTION server.advance_by_one();

-- Composition decisions of the director general, as published (R. 425-13): the copy that gives names to line numbers.
CREATE TABLE server.decisions (
    ref          text NOT NULL,
    kind         text NOT NULL,
    signed_on    date NOT NULL,
    published_on date NOT NULL,
    valid_from   date NOT NULL,
    valid_to     date,
    CONSTRAINT decisions_pkey PRIMARY KEY (ref),
    CONSTRAINT decision_kind CHECK (kind IN ('COLLEGE', 'MED1')),
    CONSTRAINT decision_ref CHECK (ref ~ '^[A-Z]{3}-[0-9]{4}-[0-9]{2}$'),
    CONSTRAINT decision_dates CHECK (signed_on <= published_on AND (valid_to IS NULL OR valid_from <= valid_to))
);
-- Entered by the owner (reference load): the program reads them, and a taken-over program cannot name other authors.
GRANT SELECT ON server.decisions TO {{app}};

CREATE TABLE server.decision_lines (
    ref         text    NOT NULL,
    line        integer NOT NULL,
    rpps        text    NOT NULL,
    family_name text    NOT NULL,
    given_name  text    NOT NULL,
    valid_from  date    NOT NULL,
    valid_to    date,
    CONSTRAINT decision_lines_pkey PRIMARY KEY (ref, line),
    CONSTRAINT decision_line_of_decision FOREIGN KEY (ref) REFERENCES server.decisions (ref),
    CONSTRAINT decision_line_number CHECK (line >= 1),
    CONSTRAINT decision_line_once UNIQUE (ref, rpps),
    CONSTRAINT decision_line_rpps CHECK (rpps ~ '^[0-9]{11}$'),
    CONSTRAINT decision_line_dates CHECK (valid_to IS NULL OR valid_from <= valid_to)
);
GRANT SELECT ON server.decision_lines TO {{app}};

-- A decision may be completed by later lines; each state keeps its digest, and the last one is the copy in force.
CREATE TABLE server.decision_digests (
    ref    text    NOT NULL,
    lines  integer NOT NULL,
    digest text    NOT NULL,
    CONSTRAINT decision_digests_pkey PRIMARY KEY (ref, lines),
    CONSTRAINT decision_digest_of_lines FOREIGN KEY (ref, lines) REFERENCES server.decision_lines (ref, line),
    CONSTRAINT decision_digest_once UNIQUE (ref, digest),
    CONSTRAINT decision_digest CHECK (digest ~ '^[0-9a-f]{64}$')
);
GRANT SELECT ON server.decision_digests TO {{app}};

-- What one createReferral gave: one patient, one dossier on the other side.
CREATE TABLE server.referral_groups (
    id                       uuid        NOT NULL,
    kind                     text        NOT NULL,
    channel                  text        NOT NULL,
    prefecture               text        NOT NULL,
    direction                text        NOT NULL,
    request_registered_on    date,
    certificate_available_on date,
    asylum                   jsonb,
    removal_decision         jsonb,
    country_role             text        NOT NULL,
    country                  text        NOT NULL,
    previous_case            jsonb,
    liberty_history          jsonb       NOT NULL,
    civil                    jsonb       NOT NULL,
    opened_at                timestamptz NOT NULL,
    opened_by                text        NOT NULL,
    CONSTRAINT referral_groups_pkey PRIMARY KEY (id),
    CONSTRAINT referral_group_prefecture UNIQUE (id, prefecture),
    CONSTRAINT referral_kind CHECK (kind IN (
        'SEJ_L4259_PREMIERE', 'SEJ_L4259_RENOUV', 'SEJ_R42514_APS', 'SEJ_L42510_PARENT', 'SEJ_ALG_67',
        'EXP_L6313_LIBRE', 'EXP_L6313_DETENU', 'OQTF_L7313_LIBRE', 'OQTF_L7313_ASSIGNE', 'OQTF_L7313_RETENU',
        'OQTF_L7313_DETENU', 'ASR_L7314')),
    CONSTRAINT referral_channel CHECK (channel IN ('ANEF', 'GUICHET', 'COURRIER', 'ELOIGNEMENT')),
    CONSTRAINT referral_prefecture CHECK (prefecture ~ '^[0-9]{2,3}$'),
    CONSTRAINT referral_direction CHECK (direction ~ '^DT-[A-Z]{2,30}$'),
    CONSTRAINT referral_country CHECK (country ~ '^[A-Z]{3}$' AND country_role =
        CASE WHEN kind LIKE 'SEJ\_%' THEN 'PAYS_ORIGINE' ELSE 'PAYS_RENVOI' END),
    CONSTRAINT referral_liberty CHECK (jsonb_typeof(liberty_history) = 'array' AND jsonb_array_length(liberty_history) >= 1),
    CONSTRAINT referral_civil CHECK (jsonb_typeof(civil) = 'object' AND civil ? 'patient' AND civil ? 'legal_representatives'),
    -- Invariant 14: a minor has a legal representative.
    CONSTRAINT referral_minor_represented CHECK (
        jsonb_array_length(civil -> 'legal_representatives') > 0
        OR (civil #>> '{patient,birth_date}')::date + interval '18 years' <= opened_at AT TIME ZONE 'UTC' + interval '1 day'),
    CONSTRAINT referral_opened_by CHECK (opened_by ~ '^[A-Za-z0-9-]{1,64}$')
);
GRANT SELECT, INSERT ON server.referral_groups TO {{app}};

-- One referral per administrative file: what a prefecture follows, and what an opinion is released to.
CREATE TABLE server.referrals (
    id         uuid    NOT NULL,
    position   bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id   uuid    NOT NULL,
    file       integer NOT NULL,
    version    integer NOT NULL,
    agdref     text    NOT NULL,
    requester  text    NOT NULL,
    prefecture text    NOT NULL,
    CONSTRAINT referrals_pkey PRIMARY KEY (id),
    CONSTRAINT referral_position UNIQUE (position),
    CONSTRAINT referral_file_once UNIQUE (group_id, file),
    CONSTRAINT referral_agdref_once UNIQUE (group_id, agdref),
    CONSTRAINT referral_of_group FOREIGN KEY (group_id, prefecture) REFERENCES server.referral_groups (id, prefecture),
    CONSTRAINT referral_file CHECK (file >= 1),
    CONSTRAINT referral_version CHECK (version >= 1),
    CONSTRAINT referral_agdref CHECK (agdref ~ '^[0-9]{10}$'),
    CONSTRAINT referral_requester CHECK (requester ~ '^(patient|rep-[1-9][0-9]?)$')
);
CREATE INDEX referrals_by_prefecture ON server.referrals (prefecture, position);
GRANT SELECT, INSERT ON server.referrals TO {{app}};

-- What the medical zone is to be told, numbered. body is the canonical JSON that crosses.
CREATE TABLE server.referral_events (
    seq      bigint      NOT NULL,
    referral uuid        NOT NULL,
    type     text        NOT NULL,
    at       timestamptz NOT NULL,
    body     text        NOT NULL,
    CONSTRAINT referral_events_pkey PRIMARY KEY (seq),
    CONSTRAINT referral_event_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT referral_event_seq CHECK (seq >= 1),
    CONSTRAINT referral_event_type CHECK (type IN ('REFERRAL')),
    CONSTRAINT referral_event_body CHECK (octet_length(body) <= 65536 AND (body::jsonb ->> 'seq')::bigint = seq
        AND body::jsonb ->> 'type' = type)
);
GRANT SELECT, INSERT ON server.referral_events TO {{app}};

-- What came through the door, in its order and in its own bytes.
CREATE TABLE server.releases (
    seq         bigint      NOT NULL,
    referral    uuid        NOT NULL,
    kind        text        NOT NULL,
    code        text        NOT NULL,
    dated       date        NOT NULL,
    body        text        NOT NULL,
    seal_digest bytea,
    received_at timestamptz NOT NULL,
    CONSTRAINT releases_pkey PRIMARY KEY (seq),
    CONSTRAINT release_referral UNIQUE (seq, referral),
    CONSTRAINT release_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT release_seq CHECK (seq >= 1),
    CONSTRAINT release_kind CHECK (kind IN ('notice', 'opinion')),
    CONSTRAINT release_code CHECK (code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7') AND (kind = 'opinion') = (code = 'N6')),
    CONSTRAINT release_sealed CHECK ((kind = 'opinion') = (seal_digest IS NOT NULL) AND octet_length(seal_digest) = 32),
    CONSTRAINT release_body CHECK (octet_length(body) <= 65536 AND (body::jsonb ->> 'seq')::bigint = seq
        AND body::jsonb ->> 'kind' = kind AND body::jsonb -> kind ->> 'referral' = referral::text)
);
CREATE INDEX releases_by_referral ON server.releases (referral, seq);
GRANT SELECT, INSERT ON server.releases TO {{app}};

CREATE TABLE server.opinions (
    id              uuid      NOT NULL,
    referral        uuid      NOT NULL,
    version         integer   NOT NULL,
    release         bigint    NOT NULL,
    replaces        uuid,
    issued_on       date      NOT NULL,
    decision_ref    text      NOT NULL,
    decision_digest text      NOT NULL,
    authors         integer[] NOT NULL,
    CONSTRAINT opinions_pkey PRIMARY KEY (id),
    CONSTRAINT opinion_version_once UNIQUE (referral, version),
    CONSTRAINT opinion_release_once UNIQUE (release),
    CONSTRAINT opinion_of_release FOREIGN KEY (release, referral) REFERENCES server.releases (seq, referral),
    CONSTRAINT opinion_replaces FOREIGN KEY (replaces) REFERENCES server.opinions (id),
    CONSTRAINT opinion_decision FOREIGN KEY (decision_ref, decision_digest) REFERENCES server.decision_digests (ref, digest),
    CONSTRAINT opinion_version CHECK (version >= 1 AND (version = 1) = (replaces IS NULL)),
    CONSTRAINT opinion_authors CHECK (cardinality(authors) IN (1, 3))
);
GRANT SELECT, INSERT ON server.opinions TO {{app}};

-- The prefecture has the opinion. Numbered, signed, once.
CREATE TABLE server.acknowledgements (
    seq       bigint      NOT NULL,
    release   bigint      NOT NULL,
    referral  uuid        NOT NULL,
    version   integer     NOT NULL,
    dated     date        NOT NULL,
    at        timestamptz NOT NULL,
    author    text        NOT NULL,
    body      text        NOT NULL,
    CONSTRAINT acknowledgements_pkey PRIMARY KEY (seq),
    CONSTRAINT acknowledged_once UNIQUE (release),
    CONSTRAINT acknowledgement_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release),
    CONSTRAINT acknowledgement_seq CHECK (seq >= 1),
    CONSTRAINT acknowledgement_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT acknowledgement_body CHECK (octet_length(body) <= 4096 AND (body::jsonb ->> 'seq')::bigint = seq
        AND (body::jsonb ->> 'release')::bigint = release)
);
GRANT SELECT, INSERT ON server.acknowledgements TO {{app}};

-- +goose Down
DROP SCHEMA server CASCADE;

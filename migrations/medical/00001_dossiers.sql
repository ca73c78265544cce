-- +goose Up

-- Schema of the medical zone. What stands here in clear is what may: opaque ids, kinds, prefectures,
-- directions, liberty, country, dates, states and codes of events. Names, labels, file names, media types, answers,
-- reports and certificates are sealed bytes, and no plain digest of any of them stands beside.
--
-- {{app}} is the application role of the zone. It owns nothing; tables that record what happened are insert-only.
CREATE SCHEMA medical;
GRANT USAGE ON SCHEMA medical TO {{app}};

-- One row per thing that is numbered without a gap. The row is locked by the act that takes a number, so numbers
-- follow commit order.
CREATE TABLE medical.counters (
    name  text   NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT counters_pkey PRIMARY KEY (name),
    CONSTRAINT counter_name CHECK (name IN ('release')),
    CONSTRAINT counter_not_negative CHECK (value >= 0)
);
INSERT INTO medical.counters (name, value) VALUES ('release', 0);
GRANT SELECT, UPDATE ON medical.counters TO {{app}};

-- How far the relay has applied what the other zone numbered.
CREATE TABLE medical.relay_cursors (
    name text   NOT NULL,
    seq  bigint NOT NULL,
    CONSTRAINT relay_cursors_pkey PRIMARY KEY (name),
    CONSTRAINT relay_cursor_name CHECK (name IN ('referrals', 'acknowledgements'))
);
INSERT INTO medical.relay_cursors (name, seq) VALUES ('referrals', 0), ('acknowledgements', 0);
GRANT SELECT, UPDATE ON medical.relay_cursors TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.advance_by_one() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE before bigint; after bigint;
BEGIN
    IF TG_TABLE_NAME = 'counters' THEN before := OLD.value; after := NEW.value;
    ELSE before := OLD.seq; after := NEW.seq; END IF;
    IF NEW.name IS DISTINCT FROM OLD.name OR after <> before + 1 THEN
        RAISE EXCEPTION 'a number is taken in order' USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER counter_without_gap BEFORE UPDATE ON medical.counters
    FOR EACH ROW EXECUTE FUNCTION medical.advance_by_one('counter_without_gap');
CREATE TRIGGER cursor_without_gap BEFORE UPDATE ON medical.relay_cursors
    FOR EACH ROW EXECUTE FUNCTION medical.advance_by_one('cursor_without_gap');

-- Decisions of the director general that list the physicians who may sit (R. 425-13), as published.
CREATE TABLE medical.decisions (
    ref          text NOT NULL,
    kind         text NOT NULL,
    signed_on    date NOT NULL,
    published_on date NOT NULL,
    valid_from   date NOT NULL,
    valid_to     date NOT NULL DEFAULT 'infinity',
    digest       text NOT NULL,
    CONSTRAINT decisions_pkey PRIMARY KEY (ref),
    CONSTRAINT decision_of_kind UNIQUE (ref, kind),
    CONSTRAINT decision_kind CHECK (kind IN ('COLLEGE', 'MED1')),
    CONSTRAINT decision_ref CHECK (ref ~ '^[A-Z0-9][A-Z0-9-]{1,39}$'),
    CONSTRAINT decision_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT decision_dates CHECK (valid_from <= valid_to)
);
-- Decisions are entered by the owner: a program that could write here could list anybody.
GRANT SELECT ON medical.decisions TO {{app}};

CREATE TABLE medical.decision_lines (
    ref         text NOT NULL,
    line        integer NOT NULL,
    person      text NOT NULL,
    national_id text NOT NULL,
    family_name text NOT NULL,
    given_name  text NOT NULL,
    valid_from  date NOT NULL,
    valid_to    date NOT NULL DEFAULT 'infinity',
    CONSTRAINT decision_lines_pkey PRIMARY KEY (ref, line),
    CONSTRAINT decision_line_of_decision FOREIGN KEY (ref) REFERENCES medical.decisions (ref),
    CONSTRAINT decision_line_number CHECK (line >= 1),
    CONSTRAINT decision_line_person_once UNIQUE (ref, person),
    CONSTRAINT decision_line_dates CHECK (valid_from <= valid_to),
    CONSTRAINT decision_line_listing UNIQUE (ref, line, person, valid_from, valid_to)
);
GRANT SELECT ON medical.decision_lines TO {{app}};

-- A dossier is its events; this row is their projection, rewritten in the transaction that appends them.
CREATE TABLE medical.dossiers (
    id                        uuid        NOT NULL,
    position                  bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id                  text        NOT NULL,
    kind                      text        NOT NULL,
    pipeline                  text        NOT NULL,
    renewal                   boolean     NOT NULL,
    linked                    boolean     NOT NULL,
    channel                   text        NOT NULL,
    prefecture                text        NOT NULL,
    direction                 text        NOT NULL,
    country_role              text        NOT NULL,
    country                   text        NOT NULL,
    request_registered_on     date,
    certificate_available_on  date,
    asylum                    jsonb,
    removal                   jsonb,
    received_at               timestamptz NOT NULL,
    version                   integer     NOT NULL,
    state                     text        NOT NULL,
    rapporteur                text        NOT NULL DEFAULT '',
    composition               integer     NOT NULL DEFAULT 0,
    round                     integer     NOT NULL DEFAULT 0,
    certificate_sent_on       date,
    certificate_received_at   timestamptz,
    report_signed_at          timestamptz,
    report_transmitted_at     timestamptz,
    college_designated_at     timestamptz,
    first_answer_at           timestamptz,
    last_answer_at            timestamptz,
    settled_at                timestamptz,
    issued_at                 timestamptz,
    sent_at                   timestamptz,
    closed_at                 timestamptz,
    CONSTRAINT dossiers_pkey PRIMARY KEY (id),
    CONSTRAINT dossier_position UNIQUE (position),
    CONSTRAINT dossier_per_group UNIQUE (group_id),
    CONSTRAINT dossier_rapporteur UNIQUE (id, rapporteur),
    CONSTRAINT dossier_kind CHECK (kind IN (
        'SEJ_L4259_PREMIERE', 'SEJ_L4259_RENOUV', 'SEJ_R42514_APS', 'SEJ_L42510_PARENT', 'SEJ_ALG_67',
        'EXP_L6313_LIBRE', 'EXP_L6313_DETENU', 'OQTF_L7313_LIBRE', 'OQTF_L7313_ASSIGNE', 'OQTF_L7313_RETENU',
        'OQTF_L7313_DETENU', 'ASR_L7314')),
    CONSTRAINT dossier_pipeline CHECK (pipeline = CASE WHEN kind LIKE 'SEJ\_%' THEN 'SEJOUR' ELSE 'ELOIGNEMENT' END),
    CONSTRAINT dossier_channel CHECK (channel IN ('ANEF', 'GUICHET', 'COURRIER', 'ELOIGNEMENT')),
    CONSTRAINT dossier_prefecture CHECK (prefecture ~ '^[0-9AB]{2,3}$'),
    CONSTRAINT dossier_direction CHECK (direction ~ '^DT-[A-Z-]{2,30}$'),
    CONSTRAINT dossier_country CHECK (country_role IN ('PAYS_ORIGINE', 'PAYS_RENVOI') AND country ~ '^[A-Z]{3}$'),
    CONSTRAINT dossier_state CHECK (state IN (
        'DEMANDE_DEPOSEE', 'CERTIFICAT_VIERGE_REMIS', 'CERTIFICAT_NON_RECU', 'CERTIFICAT_RECU', 'A_AFFECTER',
        'RAPPORTEUR_DESIGNE', 'RAPPORT_EN_COURS', 'RAPPORT_SIGNE', 'RAPPORT_TRANSMIS', 'COLLEGE_DESIGNE',
        'AVIS_EN_COURS', 'AVIS_EMIS', 'AVIS_TRANSMIS', 'CLOS', 'SANS_SUITE', 'CONTENTIEUX', 'REOUVERT', 'PURGE',
        'SIGNALEMENT', 'AUTEUR_DESIGNE', 'COMPLEMENT')),
    CONSTRAINT dossier_asylum CHECK (asylum IS NULL OR (jsonb_typeof(asylum) = 'object' AND octet_length(asylum::text) <= 400
        AND NOT jsonb_path_exists(asylum, '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9:.+_-]{0,64}$"))'))),
    CONSTRAINT dossier_removal CHECK (removal IS NULL OR (jsonb_typeof(removal) = 'object' AND octet_length(removal::text) <= 400
        AND NOT jsonb_path_exists(removal, '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9:.+_-]{0,64}$"))'))),
    CONSTRAINT dossier_version CHECK (version >= 0),
    -- Invariant 3: certificate <= report <= transmission <= each answer <= opinion <= sending.
    CONSTRAINT dates_in_order CHECK (
        certificate_received_at <= report_signed_at AND report_signed_at <= report_transmitted_at
        AND report_transmitted_at <= college_designated_at AND college_designated_at <= first_answer_at
        AND certificate_received_at <= first_answer_at AND first_answer_at <= last_answer_at
        AND last_answer_at <= settled_at AND settled_at <= issued_at AND issued_at <= sent_at),
    -- A step is never skipped: a null would let the comparison above pass.
    CONSTRAINT no_step_skipped CHECK (
        (report_signed_at IS NULL OR (certificate_received_at IS NOT NULL AND rapporteur <> ''))
        AND (report_transmitted_at IS NULL OR report_signed_at IS NOT NULL)
        AND (first_answer_at IS NULL OR college_designated_at IS NOT NULL)
        AND (settled_at IS NULL OR last_answer_at IS NOT NULL)
        AND (issued_at IS NULL OR settled_at IS NOT NULL)
        AND (sent_at IS NULL OR issued_at IS NOT NULL)),
    -- Invariant 2: no college of a residence dossier before a report signed and transmitted; no report on a removal.
    CONSTRAINT college_after_report CHECK (pipeline <> 'SEJOUR' OR college_designated_at IS NULL OR report_transmitted_at IS NOT NULL),
    CONSTRAINT report_not_on_removal CHECK (pipeline = 'SEJOUR' OR (report_signed_at IS NULL AND report_transmitted_at IS NULL AND rapporteur = ''))
);
CREATE INDEX dossiers_by_direction ON medical.dossiers (direction, position);
CREATE INDEX dossiers_by_rapporteur ON medical.dossiers (rapporteur, position);
GRANT SELECT, INSERT ON medical.dossiers TO {{app}};
-- Only the projection is ever rewritten: what the referral gave stays.
GRANT UPDATE (version, state, rapporteur, composition, round, certificate_sent_on, certificate_received_at, report_signed_at,
    report_transmitted_at, college_designated_at, first_answer_at, last_answer_at, settled_at, issued_at, sent_at, closed_at)
    ON medical.dossiers TO {{app}};

-- What a referral gave is never rewritten, and a version never goes back.
-- +goose StatementBegin
CREATE FUNCTION medical.dossier_origin_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF (NEW.id, NEW.group_id, NEW.received_at) IS DISTINCT FROM (OLD.id, OLD.group_id, OLD.received_at)
        OR NEW.version <= OLD.version THEN
        RAISE EXCEPTION 'the origin of a dossier is fixed' USING ERRCODE = 'check_violation', CONSTRAINT = 'dossier_origin_fixed';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER dossier_origin_fixed BEFORE UPDATE ON medical.dossiers
    FOR EACH ROW EXECUTE FUNCTION medical.dossier_origin_fixed();

-- The other zone's referrals that this dossier answers: one per administrative file.
CREATE TABLE medical.dossier_referrals (
    referral   text    NOT NULL,
    dossier    uuid    NOT NULL,
    rank       integer NOT NULL,
    requester  text    NOT NULL,
    prefecture text    NOT NULL,
    CONSTRAINT dossier_referrals_pkey PRIMARY KEY (referral),
    CONSTRAINT referral_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT referral_rank UNIQUE (dossier, rank),
    CONSTRAINT referral_opaque CHECK (referral ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT referral_requester CHECK (requester ~ '^(patient|rep-[0-9]{1,3})$'),
    CONSTRAINT referral_prefecture CHECK (prefecture ~ '^[0-9AB]{2,3}$'),
    CONSTRAINT referral_dossier UNIQUE (dossier, referral)
);
GRANT SELECT, INSERT ON medical.dossier_referrals TO {{app}};

CREATE TABLE medical.liberty_periods (
    dossier uuid        NOT NULL,
    rank    integer     NOT NULL,
    status  text        NOT NULL,
    from_at timestamptz,
    CONSTRAINT liberty_periods_pkey PRIMARY KEY (dossier, rank),
    CONSTRAINT liberty_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT liberty_status CHECK (status IN ('LIBRE', 'ASSIGNE_EXECUTION', 'RETENTION', 'DETENU'))
);
GRANT SELECT, INSERT ON medical.liberty_periods TO {{app}};

-- The events themselves: codes, dates and opaque ids; nothing sealed, no free text.
CREATE TABLE medical.events (
    dossier uuid        NOT NULL,
    seq     integer     NOT NULL,
    at      timestamptz NOT NULL,
    type    text        NOT NULL,
    actor   text        NOT NULL,
    stage   text        NOT NULL DEFAULT '',
    data    jsonb       NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (dossier, seq),
    CONSTRAINT event_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT event_type CHECK (type IN (
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
        'FIN_INSCRIPTION_MEMBRE', 'MAJORITE_ATTEINTE')),
    CONSTRAINT event_stage CHECK (stage IN ('', 'RAPPORT', 'AVIS')),
    CONSTRAINT event_actor CHECK (actor ~ '^[A-Za-z0-9-]{1,64}$'),
    -- No string with a space or an accent can stand in an event: a sentence does not fit.
    CONSTRAINT event_holds_codes CHECK (jsonb_typeof(data) = 'object' AND octet_length(data::text) <= 4000
        AND NOT jsonb_path_exists(data, '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9:.+_-]{0,64}$"))'))
);
GRANT SELECT, INSERT ON medical.events TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.event_in_sequence() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.seq <> 1 + (SELECT count(*) FROM medical.events e WHERE e.dossier = NEW.dossier) THEN
        RAISE EXCEPTION 'events are numbered in order' USING ERRCODE = 'check_violation', CONSTRAINT = 'event_in_sequence';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER event_in_sequence BEFORE INSERT ON medical.events
    FOR EACH ROW EXECUTE FUNCTION medical.event_in_sequence();

-- The dossier's identities, wrapped by the zone identity of an epoch: only keyholder unwraps them.
CREATE TABLE medical.dossier_keys (
    dossier     uuid        NOT NULL,
    compartment text        NOT NULL,
    epoch       text        NOT NULL,
    recipient   text        NOT NULL,
    signature   bytea       NOT NULL,
    wrapped     bytea       NOT NULL,
    written_at  timestamptz NOT NULL,
    CONSTRAINT dossier_keys_pkey PRIMARY KEY (dossier, compartment, epoch),
    CONSTRAINT key_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT key_compartment CHECK (compartment IN ('civil', 'medical'))
);
ALTER TABLE medical.dossier_keys ALTER COLUMN wrapped SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON medical.dossier_keys TO {{app}};

-- Sealed records. A digest is that of an age header, which is random: it says nothing of the content.
CREATE TABLE medical.records (
    dossier       uuid        NOT NULL,
    compartment   text        NOT NULL,
    kind          text        NOT NULL,
    id            text        NOT NULL,
    version       integer     NOT NULL,
    author        text        NOT NULL,
    written_at    timestamptz NOT NULL,
    header_digest bytea       NOT NULL,
    sealed        bytea       NOT NULL,
    CONSTRAINT records_pkey PRIMARY KEY (dossier, kind, id, version),
    CONSTRAINT record_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT record_header_once UNIQUE (header_digest),
    CONSTRAINT record_header_digest CHECK (octet_length(header_digest) = 32),
    CONSTRAINT record_compartment CHECK (compartment = CASE WHEN kind IN ('applicant') THEN 'civil' ELSE 'medical' END),
    CONSTRAINT record_kind CHECK (kind IN ('applicant', 'referral', 'certificate', 'report', 'draft', 'answers', 'settlement', 'document', 'manifest', 'approval')),
    CONSTRAINT record_id CHECK (id ~ '^[A-Za-z0-9:_-]{1,80}$'),
    CONSTRAINT record_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT record_version CHECK (version >= 1)
);
ALTER TABLE medical.records ALTER COLUMN sealed SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON medical.records TO {{app}};

-- A document that was begun. What it is, its name and its type stand in its sealed record and manifest.
CREATE TABLE medical.documents (
    id          uuid        NOT NULL,
    dossier     uuid        NOT NULL,
    compartment text        NOT NULL,
    author      text        NOT NULL,
    size        bigint      NOT NULL,
    begun_at    timestamptz NOT NULL,
    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT document_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT document_dossier UNIQUE (id, dossier),
    CONSTRAINT document_compartment CHECK (compartment IN ('civil', 'medical')),
    CONSTRAINT document_size CHECK (size >= 0)
);
CREATE INDEX documents_by_dossier ON medical.documents (dossier);
GRANT SELECT, INSERT ON medical.documents TO {{app}};

-- A document whose content is whole: its parts and its sealed manifest (records) are in the same transaction.
CREATE TABLE medical.uploads (
    document     uuid        NOT NULL,
    dossier      uuid        NOT NULL,
    parts        integer     NOT NULL,
    completed_at timestamptz NOT NULL,
    author       text        NOT NULL,
    CONSTRAINT uploads_pkey PRIMARY KEY (document),
    CONSTRAINT upload_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT upload_has_parts CHECK (parts >= 1)
);
GRANT SELECT, INSERT ON medical.uploads TO {{app}};

CREATE TABLE medical.document_parts (
    document      uuid    NOT NULL,
    dossier       uuid    NOT NULL,
    part          integer NOT NULL,
    size          bigint  NOT NULL,
    stored        bigint  NOT NULL,
    object        text    NOT NULL,
    header_digest bytea   NOT NULL,
    CONSTRAINT document_parts_pkey PRIMARY KEY (document, part),
    CONSTRAINT part_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT part_object_once UNIQUE (object),
    CONSTRAINT part_header_once UNIQUE (header_digest),
    CONSTRAINT part_object CHECK (object ~ '^[0-9a-f]{64}$'),
    CONSTRAINT part_header_digest CHECK (octet_length(header_digest) = 32),
    CONSTRAINT part_size CHECK (part >= 0 AND size BETWEEN 0 AND 16777216 AND stored > size)
);
GRANT SELECT, INSERT ON medical.document_parts TO {{app}};

-- Exact search: tags that keyholder computes at a bounded rate, never a value.
CREATE TABLE medical.search_tags (
    dossier uuid  NOT NULL,
    class   text  NOT NULL,
    tag     bytea NOT NULL,
    CONSTRAINT search_tags_pkey PRIMARY KEY (dossier, class, tag),
    CONSTRAINT tag_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT tag_class CHECK (class IN ('agdref', 'name_birth'))
);
CREATE INDEX search_tags_by_tag ON medical.search_tags (class, tag);
GRANT SELECT, INSERT ON medical.search_tags TO {{app}};

-- +goose Down
DROP SCHEMA medical CASCADE;

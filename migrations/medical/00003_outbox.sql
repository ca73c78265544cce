-- +goose Up

-- Everything that leaves the zone, as the canonical bytes that cross. Third gate of the door, after the Go type and the
-- release policy: the exact set of keys of each kind and code, and no text that could be a sentence.
-- Numbers come from medical.counters under its row lock: no gap, commit order.
CREATE TABLE medical.releases (
    seq       bigint      NOT NULL,
    dossier   uuid        NOT NULL,
    referral  text        NOT NULL,
    kind      text        NOT NULL,
    code      text        NOT NULL,
    version   integer     NOT NULL,
    queued_at timestamptz NOT NULL,
    body      text        NOT NULL,
    CONSTRAINT releases_pkey PRIMARY KEY (seq),
    CONSTRAINT release_referral FOREIGN KEY (dossier, referral) REFERENCES medical.dossier_referrals (dossier, referral),
    CONSTRAINT release_kind CHECK ((kind = 'notice' AND code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N7') AND version = 0)
        OR (kind = 'opinion' AND code = 'N6' AND version >= 1)),
    CONSTRAINT release_body_small CHECK (octet_length(body) <= 8192),
    CONSTRAINT release_body_keys CHECK ((
        body::jsonb ?& ARRAY['seq', 'kind', 'notice', 'opinion'] AND body::jsonb - ARRAY['seq', 'kind', 'notice', 'opinion'] = '{}'
        AND CASE kind WHEN 'notice' THEN
            jsonb_typeof(body::jsonb -> 'opinion') = 'null'
            AND body::jsonb -> 'notice' ?& ARRAY['id', 'referral', 'code', 'on', 'fields']
            AND (body::jsonb -> 'notice') - ARRAY['id', 'referral', 'code', 'on', 'fields'] = '{}'
            AND body::jsonb #> '{notice,fields}' ? CASE code WHEN 'N0' THEN 'technical_code' WHEN 'N1' THEN 'received_on'
                WHEN 'N2' THEN 'due_on' WHEN 'N3' THEN 'transmitted_on' WHEN 'N4' THEN 'convocation_on' WHEN 'N5' THEN 'due_on'
                WHEN 'N7' THEN 'closure_code' END
            AND (body::jsonb #> '{notice,fields}') - CASE code WHEN 'N0' THEN 'technical_code' WHEN 'N1' THEN 'received_on'
                WHEN 'N2' THEN 'due_on' WHEN 'N3' THEN 'transmitted_on' WHEN 'N4' THEN 'convocation_on' WHEN 'N5' THEN 'due_on'
                WHEN 'N7' THEN 'closure_code' END = '{}'
        ELSE
            jsonb_typeof(body::jsonb -> 'notice') = 'null'
            AND body::jsonb -> 'opinion' ?& ARRAY['id', 'referral', 'referral_version', 'version', 'replaces', 'receiver', 'kind', 'form',
                'country', 'stage_report', 'stage_opinion', 'care_needed', 'exceptional_gravity', 'treatment_available',
                'duration_months', 'can_travel', 'outcome', 'decision', 'authors', 'issued_on', 'seal']
            AND (body::jsonb -> 'opinion') - ARRAY['id', 'referral', 'referral_version', 'version', 'replaces', 'receiver', 'kind', 'form',
                'country', 'stage_report', 'stage_opinion', 'care_needed', 'exceptional_gravity', 'treatment_available',
                'duration_months', 'can_travel', 'outcome', 'decision', 'authors', 'issued_on', 'seal'] = '{}'
            AND (body::jsonb #> '{opinion,form}') - ARRAY['annexe', 'version'] = '{}'
            AND (body::jsonb #> '{opinion,country}') - ARRAY['role', 'country'] = '{}'
            AND (body::jsonb #> '{opinion,decision}') - ARRAY['ref', 'digest'] = '{}'
            AND (body::jsonb #> '{opinion,seal}') - ARRAY['form', 'alg', 'key', 'value'] = '{}'
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.keyvalue() ? (@.value.type() == "object" && !(@.key == "form" || @.key == "country"
                || @.key == "stage_report" || @.key == "stage_opinion" || @.key == "decision" || @.key == "seal"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.keyvalue() ? (@.key != "authors").value ? (@.type() == "array")')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.stage_report ? (@.type() == "object").keyvalue()
                ? (!(@.key == "convocation" || @.key == "exams" || @.key == "identity"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.stage_opinion ? (@.type() == "object").keyvalue()
                ? (!(@.key == "convocation" || @.key == "exams" || @.key == "identity"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.*.* ? (@.type() == "object").keyvalue() ? (!(@.key == "requested" || @.key == "done"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.*.*.* ? (@.type() == "object" || @.type() == "string")')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.authors[*] ? (@.type() != "number")')
        END) IS TRUE),
    -- A space, an accent or a long run of text fits nowhere; the seal alone is long.
    CONSTRAINT release_body_codes CHECK (
        NOT jsonb_path_exists(body::jsonb #- '{opinion,seal,value}', '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9_-]{1,64}$"))')
        AND coalesce(body::jsonb #>> '{opinion,seal,value}', 'A') ~ '^[A-Za-z0-9+/]{1,128}=*$'),
    CONSTRAINT release_body_is_its_row CHECK ((
        (body::jsonb ->> 'seq')::bigint = seq AND body::jsonb ->> 'kind' = kind
        AND CASE kind WHEN 'notice' THEN body::jsonb #>> '{notice,code}' = code AND body::jsonb #>> '{notice,referral}' = referral
            ELSE (body::jsonb #>> '{opinion,version}')::integer = version AND body::jsonb #>> '{opinion,referral}' = referral END) IS TRUE)
);
-- Invariant 9: N3 exactly once per referral, ever. One opinion per referral and version.
CREATE UNIQUE INDEX n3_once ON medical.releases (referral) WHERE code = 'N3';
CREATE UNIQUE INDEX opinion_released_once ON medical.releases (referral, version) WHERE kind = 'opinion';
CREATE INDEX releases_by_dossier ON medical.releases (dossier, seq);
GRANT SELECT, INSERT ON medical.releases TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.release_numbered() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.seq <> (SELECT c.value FROM medical.counters c WHERE c.name = 'release') THEN
        RAISE EXCEPTION 'a release takes the next number' USING ERRCODE = 'check_violation', CONSTRAINT = 'release_numbered';
    END IF;
    IF NEW.kind = 'opinion' AND NOT EXISTS (SELECT 1 FROM medical.opinions o WHERE o.dossier = NEW.dossier AND o.version = NEW.version) THEN
        RAISE EXCEPTION 'no such opinion was issued' USING ERRCODE = 'check_violation', CONSTRAINT = 'release_of_issued_opinion';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER release_numbered BEFORE INSERT ON medical.releases
    FOR EACH ROW EXECUTE FUNCTION medical.release_numbered();

-- What the other zone has taken, in order.
CREATE TABLE medical.deliveries (
    seq          bigint      NOT NULL,
    delivered_at timestamptz NOT NULL,
    CONSTRAINT deliveries_pkey PRIMARY KEY (seq),
    CONSTRAINT delivery_of_release FOREIGN KEY (seq) REFERENCES medical.releases (seq)
);
GRANT SELECT, INSERT ON medical.deliveries TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.delivery_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.seq <> 1 + coalesce((SELECT max(d.seq) FROM medical.deliveries d), 0) THEN
        RAISE EXCEPTION 'releases are delivered in order' USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_in_order';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER delivery_in_order BEFORE INSERT ON medical.deliveries
    FOR EACH ROW EXECUTE FUNCTION medical.delivery_in_order();

-- Acknowledgements as the administrative zone signed them.
CREATE TABLE medical.acknowledgements (
    seq         bigint      NOT NULL,
    dossier     uuid        NOT NULL,
    referral    text        NOT NULL,
    release     bigint      NOT NULL,
    version     integer     NOT NULL,
    acknowledged_on date    NOT NULL,
    acknowledged_at timestamptz NOT NULL,
    body        text        NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT acknowledgements_pkey PRIMARY KEY (seq),
    CONSTRAINT acknowledgement_once UNIQUE (referral, version),
    CONSTRAINT acknowledgement_referral FOREIGN KEY (dossier, referral) REFERENCES medical.dossier_referrals (dossier, referral),
    CONSTRAINT acknowledgement_release FOREIGN KEY (release) REFERENCES medical.releases (seq)
);
CREATE INDEX acknowledgements_by_dossier ON medical.acknowledgements (dossier);
GRANT SELECT, INSERT ON medical.acknowledgements TO {{app}};

-- +goose Down
DROP TABLE medical.acknowledgements, medical.deliveries, medical.releases;

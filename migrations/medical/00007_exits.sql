-- +goose Up

-- What a prefecture signalled and that changes the author of the opinion or ends a case: kept until a person of the medical service
-- confirms it (architecture, section 6). Insert-only, both.
CREATE TABLE medical.referral_events (
    seq         bigint      NOT NULL,
    dossier     uuid        NOT NULL,
    referral    text        NOT NULL,
    type        text        NOT NULL,
    code        text        NOT NULL,
    at          timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT referral_events_pkey PRIMARY KEY (seq),
    CONSTRAINT referral_event_of_dossier FOREIGN KEY (dossier, referral) REFERENCES medical.dossier_referrals (dossier, referral),
    CONSTRAINT referral_event_dossier UNIQUE (seq, dossier),
    CONSTRAINT referral_event_code CHECK (CASE type WHEN 'LIBERTY' THEN code IN ('LIBRE', 'ASSIGNE_EXECUTION', 'RETENTION', 'DETENU')
        WHEN 'WITHDRAWAL' THEN code IN ('RETRAIT', 'DECES', 'SAISINE_ANNULEE', 'DOUBLON', 'MAUVAISE_SAISINE') ELSE false END),
    CONSTRAINT referral_event_past CHECK (at <= received_at)
);
CREATE INDEX referral_events_by_dossier ON medical.referral_events (dossier, seq);
GRANT SELECT, INSERT ON medical.referral_events TO {{app}};

CREATE TABLE medical.referral_event_confirmations (
    seq          bigint      NOT NULL,
    dossier      uuid        NOT NULL,
    confirmed_at timestamptz NOT NULL,
    confirmed_by text        NOT NULL,
    CONSTRAINT referral_event_confirmed_once PRIMARY KEY (seq),
    CONSTRAINT confirmation_of_event FOREIGN KEY (seq, dossier) REFERENCES medical.referral_events (seq, dossier),
    CONSTRAINT confirmation_by CHECK (confirmed_by ~ '^[A-Za-z0-9-]{1,64}$')
);
GRANT SELECT, INSERT ON medical.referral_event_confirmations TO {{app}};

-- Sealed records of two more kinds: what a prefecture corrected (a number or a name, so civil) and the proof that secrecy was lifted. A
-- manifest is in the compartment of its document: that of an attestation is civil.
ALTER TABLE medical.records DROP CONSTRAINT record_compartment;
ALTER TABLE medical.records ADD CONSTRAINT record_compartment CHECK (CASE WHEN kind IN ('applicant', 'letter', 'contact', 'correction') THEN compartment = 'civil'
    WHEN kind = 'manifest' THEN compartment IN ('civil', 'medical') ELSE compartment = 'medical' END);
ALTER TABLE medical.records DROP CONSTRAINT record_kind;
ALTER TABLE medical.records ADD CONSTRAINT record_kind CHECK (kind IN ('applicant', 'referral', 'certificate', 'report', 'supplement', 'draft', 'answers',
    'settlement', 'document', 'manifest', 'approval', 'request', 'reply', 'letter', 'contact', 'correction', 'secrecy_lifting'));

-- What left by a lawful exit (medical/exit): the frozen archive is a document of the dossier that no list of pieces shows.
CREATE TABLE medical.disclosures (
    document   uuid        NOT NULL,
    dossier    uuid        NOT NULL,
    bundle     text        NOT NULL,
    requester  text        NOT NULL,
    ref        text        NOT NULL DEFAULT '',
    approval   text        NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    CONSTRAINT disclosures_pkey PRIMARY KEY (document),
    CONSTRAINT disclosure_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT disclosure_bundle CHECK (bundle IN ('L1', 'L2', 'L4')),
    CONSTRAINT disclosure_requester CHECK (requester ~ '^[a-z][a-z0-9:-]{0,63}$'),
    -- The medical file goes to a judge or to the person (CE, 28 July 2022, n° 441481): never to a prefecture.
    CONSTRAINT disclosure_recipient CHECK (CASE bundle WHEN 'L2' THEN requester = 'ext:juridiction' WHEN 'L4' THEN requester !~ '^pref-'
        AND requester <> 'ext:juridiction' ELSE requester ~ '^pref-' OR requester = 'ext:juridiction' END),
    CONSTRAINT disclosure_ref CHECK (ref ~ '^[A-Za-z0-9_:.-]{0,64}$' AND (bundle = 'L4') = (ref <> '')),
    CONSTRAINT disclosure_approval_once UNIQUE (approval),
    CONSTRAINT disclosure_by CHECK (created_by ~ '^[A-Za-z0-9-]{1,64}$')
);
CREATE INDEX disclosures_by_dossier ON medical.disclosures (dossier);
GRANT SELECT, INSERT ON medical.disclosures TO {{app}};

-- A third kind leaves: the attestation of the procedure. Third gate of the door for it: its exact keys, and codes alone. For an opinion the
-- gate is as it was but for one thing: a filter on an array looks at its elements, so that a list in place of a value passed; no longer.
ALTER TABLE medical.releases DROP CONSTRAINT release_kind;
ALTER TABLE medical.releases ADD CONSTRAINT release_kind CHECK ((kind = 'notice' AND code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N7') AND version = 0)
    OR (kind = 'opinion' AND code = 'N6' AND version >= 1) OR (kind = 'attestation' AND code = 'L1' AND version = 0));
ALTER TABLE medical.releases DROP CONSTRAINT release_body_keys;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_keys CHECK ((
        body::jsonb ?& ARRAY['seq', 'kind', 'notice', 'opinion', 'attestation'] AND body::jsonb - ARRAY['seq', 'kind', 'notice', 'opinion', 'attestation'] = '{}'
        AND CASE kind WHEN 'notice' THEN
            jsonb_typeof(body::jsonb -> 'opinion') = 'null' AND jsonb_typeof(body::jsonb -> 'attestation') = 'null'
            AND body::jsonb -> 'notice' ?& ARRAY['id', 'referral', 'code', 'on', 'fields']
            AND (body::jsonb -> 'notice') - ARRAY['id', 'referral', 'code', 'on', 'fields'] = '{}'
            AND body::jsonb #> '{notice,fields}' ? CASE code WHEN 'N0' THEN 'technical_code' WHEN 'N1' THEN 'received_on'
                WHEN 'N2' THEN 'due_on' WHEN 'N3' THEN 'transmitted_on' WHEN 'N4' THEN 'convocation_on' WHEN 'N5' THEN 'due_on'
                WHEN 'N7' THEN 'closure_code' END
            AND (body::jsonb #> '{notice,fields}') - CASE code WHEN 'N0' THEN 'technical_code' WHEN 'N1' THEN 'received_on'
                WHEN 'N2' THEN 'due_on' WHEN 'N3' THEN 'transmitted_on' WHEN 'N4' THEN 'convocation_on' WHEN 'N5' THEN 'due_on'
                WHEN 'N7' THEN 'closure_code' END = '{}'
        WHEN 'attestation' THEN
            jsonb_typeof(body::jsonb -> 'notice') = 'null' AND jsonb_typeof(body::jsonb -> 'opinion') = 'null'
            AND body::jsonb -> 'attestation' ?& ARRAY['id', 'referral', 'request', 'on', 'certificate_received_on', 'rapporteur', 'report_signed_on',
                'report_transmitted_on', 'decision', 'composed_on', 'signatures', 'opinion_version', 'issued_on', 'sent_on', 'steps']
            AND (body::jsonb -> 'attestation') - ARRAY['id', 'referral', 'request', 'on', 'certificate_received_on', 'rapporteur', 'report_signed_on',
                'report_transmitted_on', 'decision', 'composed_on', 'signatures', 'opinion_version', 'issued_on', 'sent_on', 'steps'] = '{}'
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.keyvalue() ? (@.value.type() == "object" && @.key != "decision")')
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.decision ? (@.type() == "object").keyvalue() ? (!(@.key == "ref" || @.key == "digest"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.keyvalue() ? (@.key != "signatures" && @.key != "steps" && @.value.type() == "array")')
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.signatures[*].keyvalue() ? (!(@.key == "line" || @.key == "signed_on"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.steps[*].keyvalue() ? (!(@.key == "stage" || @.key == "step" || @.key == "on" || @.key == "done"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.attestation.*[*].* ? (@.type() == "object" || @.type() == "array")')
        ELSE
            jsonb_typeof(body::jsonb -> 'notice') = 'null' AND jsonb_typeof(body::jsonb -> 'attestation') = 'null'
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
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.keyvalue() ? (@.key != "authors" && @.value.type() == "array")')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.stage_report ? (@.type() == "object").keyvalue()
                ? (!(@.key == "convocation" || @.key == "exams" || @.key == "identity"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.stage_opinion ? (@.type() == "object").keyvalue()
                ? (!(@.key == "convocation" || @.key == "exams" || @.key == "identity"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.*.* ? (@.type() == "object").keyvalue() ? (!(@.key == "requested" || @.key == "done"))')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.*.*.* ? (@.type() == "object" || @.type() == "string")')
            AND NOT jsonb_path_exists(body::jsonb, '$.opinion.authors[*] ? (@.type() != "number")')
        END) IS TRUE);
ALTER TABLE medical.releases DROP CONSTRAINT release_body_is_its_row;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_is_its_row CHECK ((
        (body::jsonb ->> 'seq')::bigint = seq AND body::jsonb ->> 'kind' = kind
        AND CASE kind WHEN 'notice' THEN body::jsonb #>> '{notice,code}' = code AND body::jsonb #>> '{notice,referral}' = referral
            WHEN 'attestation' THEN body::jsonb #>> '{attestation,referral}' = referral
            ELSE (body::jsonb #>> '{opinion,version}')::integer = version AND body::jsonb #>> '{opinion,referral}' = referral END) IS TRUE);

-- +goose Down
DELETE FROM medical.releases WHERE kind = 'attestation';
ALTER TABLE medical.releases DROP CONSTRAINT release_kind;
ALTER TABLE medical.releases ADD CONSTRAINT release_kind CHECK ((kind = 'notice' AND code IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N7') AND version = 0)
    OR (kind = 'opinion' AND code = 'N6' AND version >= 1));
ALTER TABLE medical.releases DROP CONSTRAINT release_body_keys;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_keys CHECK ((
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
        END) IS TRUE);
ALTER TABLE medical.releases DROP CONSTRAINT release_body_is_its_row;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_is_its_row CHECK ((
        (body::jsonb ->> 'seq')::bigint = seq AND body::jsonb ->> 'kind' = kind
        AND CASE kind WHEN 'notice' THEN body::jsonb #>> '{notice,code}' = code AND body::jsonb #>> '{notice,referral}' = referral
            ELSE (body::jsonb #>> '{opinion,version}')::integer = version AND body::jsonb #>> '{opinion,referral}' = referral END) IS TRUE);
DROP TABLE medical.disclosures, medical.referral_event_confirmations, medical.referral_events;

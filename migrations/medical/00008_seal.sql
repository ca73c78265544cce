-- +goose Up

-- The seal of an opinion is a CMS over its document: at most 4096 bytes, in base64 (release.MaxSealBytes). It alone is long; a space, an
-- accent or a long run of text still fits nowhere else.
ALTER TABLE medical.releases DROP CONSTRAINT release_body_codes;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_codes CHECK (
    NOT jsonb_path_exists(body::jsonb #- '{opinion,seal,value}', '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9_-]{1,64}$"))')
    AND coalesce(body::jsonb #>> '{opinion,seal,value}', 'AAAA') ~ '^[A-Za-z0-9+/]+={0,2}$'
    AND length(coalesce(body::jsonb #>> '{opinion,seal,value}', 'AAAA')) <= 5464);

-- A release that the other zone took and set aside, because its seal does not verify there; and that it took after all, offered again once
-- the cause was mended. Beside medical.deliveries: the order of deliveries does not wait for it.
CREATE TABLE medical.quarantines (
    seq            bigint      NOT NULL,
    quarantined_at timestamptz NOT NULL,
    CONSTRAINT quarantines_pkey PRIMARY KEY (seq),
    CONSTRAINT quarantine_of_delivery FOREIGN KEY (seq) REFERENCES medical.deliveries (seq)
);
GRANT SELECT, INSERT ON medical.quarantines TO {{app}};

CREATE TABLE medical.quarantine_ends (
    seq      bigint      NOT NULL,
    taken_at timestamptz NOT NULL,
    CONSTRAINT quarantine_ends_pkey PRIMARY KEY (seq),
    CONSTRAINT quarantine_end_of_quarantine FOREIGN KEY (seq) REFERENCES medical.quarantines (seq)
);
GRANT SELECT, INSERT ON medical.quarantine_ends TO {{app}};

-- +goose Down
DROP TABLE medical.quarantine_ends, medical.quarantines;
ALTER TABLE medical.releases DROP CONSTRAINT release_body_codes;
ALTER TABLE medical.releases ADD CONSTRAINT release_body_codes CHECK (
    NOT jsonb_path_exists(body::jsonb #- '{opinion,seal,value}', '$.** ? (@.type() == "string" && !(@ like_regex "^[A-Za-z0-9_-]{1,64}$"))')
    AND coalesce(body::jsonb #>> '{opinion,seal,value}', 'A') ~ '^[A-Za-z0-9+/]{1,128}=*$');

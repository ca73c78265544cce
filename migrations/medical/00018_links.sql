-- +goose Up

-- Two dossiers of one person, linked and unlinked: each row is what somebody said of a pair, and the last one stands. A link gives no right, and is
-- kept when a dossier is destroyed: it holds opaque ids alone.
CREATE TABLE medical.dossier_links (
    dossier uuid        NOT NULL,
    other   uuid        NOT NULL,
    seq     bigint      NOT NULL,
    at      timestamptz NOT NULL,
    author  text        NOT NULL,
    reason  text        NOT NULL,
    CONSTRAINT dossier_links_pkey PRIMARY KEY (dossier, other, seq),
    CONSTRAINT link_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT link_to_dossier FOREIGN KEY (other) REFERENCES medical.dossiers (id),
    CONSTRAINT link_is_of_two CHECK (dossier < other),
    CONSTRAINT link_reason CHECK (reason IN ('MEME_PERSONNE', 'SUITE', 'SEPARATION')),
    CONSTRAINT link_author CHECK (author ~ '^[0-9a-z-]{1,36}$')
);
CREATE INDEX links_by_other ON medical.dossier_links (other);
GRANT SELECT, INSERT ON medical.dossier_links TO {{app}};

-- +goose Down
DROP TABLE medical.dossier_links;

-- +goose Up

-- What the medical zone said that it destroyed, by a digest of its own reference of a dossier: nothing here says which referral it was.
CREATE TABLE server.shreddings (
    digest  bytea       NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT shreddings_pkey PRIMARY KEY (digest),
    CONSTRAINT shredding_digest CHECK (octet_length(digest) = 32)
);
GRANT SELECT, INSERT ON server.shreddings TO {{app}};

-- +goose Down
DROP TABLE server.shreddings;

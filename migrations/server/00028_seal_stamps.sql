-- +goose Up

-- What a time-stamp authority said of the seal of an opinion (RFC 3161): `at` is its time, not ours. It came to this zone from outside, and never
-- through the door; the document is given to a reader with it, and verifies without it.
CREATE TABLE server.seal_stamps (
    release bigint      NOT NULL,
    at      timestamptz NOT NULL,
    token   bytea       NOT NULL,
    CONSTRAINT seal_stamps_pkey PRIMARY KEY (release),
    CONSTRAINT seal_stamp_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release),
    CONSTRAINT seal_stamp_is_short CHECK (octet_length(token) BETWEEN 1 AND 12288)
);
GRANT SELECT, INSERT ON server.seal_stamps TO {{app}};

-- +goose Down
DROP TABLE server.seal_stamps;

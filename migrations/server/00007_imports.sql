-- +goose Up

-- The lines of files of referrals that were taken: a file that is sent again makes nothing twice, however late. The key is the prefecture's
-- own; the digest is of the line, so that a key used for two different lines is seen.
CREATE TABLE server.imported_lines (
    prefecture text        NOT NULL,
    key        text        NOT NULL,
    digest     bytea       NOT NULL,
    referral   uuid        NOT NULL,
    at         timestamptz NOT NULL,
    CONSTRAINT imported_once PRIMARY KEY (prefecture, key),
    CONSTRAINT imported_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT imported_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$'),
    CONSTRAINT imported_key CHECK (key ~ '^[A-Za-z0-9._-]{1,64}$'),
    CONSTRAINT imported_digest CHECK (octet_length(digest) = 32)
);
GRANT SELECT, INSERT ON server.imported_lines TO {{app}};

-- Referrals of one administrative number, for the duplicates that a prefecture is told of within its territory.
CREATE INDEX referrals_by_agdref ON server.referrals (prefecture, agdref);

-- +goose Down
DROP INDEX server.referrals_by_agdref;
DROP TABLE server.imported_lines;

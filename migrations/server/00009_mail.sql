-- +goose Up

-- Up to which message the people of a prefecture were told by mail that something waits for them. No address stands here: they are
-- configuration.
CREATE TABLE server.mail_notices (
    prefecture text        NOT NULL,
    release    bigint      NOT NULL,
    at         timestamptz NOT NULL,
    CONSTRAINT mail_notices_pkey PRIMARY KEY (prefecture),
    CONSTRAINT mail_notice_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$'),
    CONSTRAINT mail_notice_release CHECK (release >= 0)
);
GRANT SELECT, INSERT ON server.mail_notices TO {{app}};
GRANT UPDATE (release, at) ON server.mail_notices TO {{app}};

-- +goose Down
DROP TABLE server.mail_notices;

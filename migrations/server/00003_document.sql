-- +goose Up

-- What an opinion's document was rendered with when it was taken: the names, as this zone then had them, and the digest of the sealed file.
-- A name that is corrected later changes no document; rendered again from here, it is the same file for ever.
CREATE TABLE server.opinion_documents (
    release  bigint NOT NULL,
    names    text   NOT NULL,
    digest   bytea  NOT NULL,
    CONSTRAINT opinion_documents_pkey PRIMARY KEY (release),
    CONSTRAINT opinion_document_of_opinion FOREIGN KEY (release) REFERENCES server.opinions (release),
    CONSTRAINT opinion_document_names CHECK (octet_length(names) <= 65536 AND jsonb_typeof(names::jsonb) = 'object'),
    CONSTRAINT opinion_document_digest CHECK (octet_length(digest) = 32)
);
GRANT SELECT, INSERT ON server.opinion_documents TO {{app}};

-- A release that was taken by its number and set aside, because its seal does not verify over the document rendered here. Its bytes stay in
-- the medical zone: what nobody could verify is kept nowhere on this side. Offered again, it must be the same bytes.
CREATE TABLE server.quarantined_releases (
    seq            bigint      NOT NULL,
    referral       uuid        NOT NULL,
    body_digest    bytea       NOT NULL,
    quarantined_at timestamptz NOT NULL,
    CONSTRAINT quarantined_releases_pkey PRIMARY KEY (seq),
    CONSTRAINT quarantined_release_of_referral FOREIGN KEY (referral) REFERENCES server.referrals (id),
    CONSTRAINT quarantined_release_digest CHECK (octet_length(body_digest) = 32)
);
GRANT SELECT, INSERT ON server.quarantined_releases TO {{app}};

-- +goose Down
DROP TABLE server.quarantined_releases, server.opinion_documents;

-- +goose Up

-- What a physician has typed into a form and not sent. One per form and author, rewritten as it is typed: nobody rests anything on it, so
-- unlike a record it has one version at a time. Sealed to the dossier as a record is; gone with the act that the form is for.
CREATE TABLE medical.drafts (
    dossier       uuid        NOT NULL,
    form          text        NOT NULL,
    author        text        NOT NULL,
    version       integer     NOT NULL,
    saved_at      timestamptz NOT NULL,
    header_digest bytea       NOT NULL,
    sealed        bytea       NOT NULL,
    CONSTRAINT drafts_pkey PRIMARY KEY (dossier, form, author),
    CONSTRAINT draft_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id),
    CONSTRAINT draft_form CHECK (form IN ('report', 'answers')),
    CONSTRAINT draft_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT draft_version CHECK (version >= 1),
    CONSTRAINT draft_header_digest CHECK (octet_length(header_digest) = 32),
    CONSTRAINT draft_size CHECK (octet_length(sealed) <= 2097152)
);
ALTER TABLE medical.drafts ALTER COLUMN sealed SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE (version, saved_at, header_digest, sealed), DELETE ON medical.drafts TO {{app}};

-- +goose StatementBegin
CREATE FUNCTION medical.drafts_end_with_their_dossier() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM medical.drafts d WHERE d.dossier = NEW.dossier;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER drafts_end_with_their_dossier AFTER INSERT ON medical.events FOR EACH ROW
    WHEN (NEW.type IN ('CLOTURE', 'PURGE_EXECUTEE')) EXECUTE FUNCTION medical.drafts_end_with_their_dossier();

-- +goose Down
DROP TRIGGER drafts_end_with_their_dossier ON medical.events;
DROP FUNCTION medical.drafts_end_with_their_dossier();
DROP TABLE medical.drafts;

-- +goose Up

-- Destructions that the other zone is to be told of, by a digest: its log then says what a restore of this one may not bring back. A row comes with
-- PURGE_EXECUTEE, in its transaction, and goes once the other zone has it.
CREATE TABLE medical.shreddings_to_tell (
    dossier uuid NOT NULL,
    CONSTRAINT shreddings_to_tell_pkey PRIMARY KEY (dossier),
    CONSTRAINT shredding_of_dossier FOREIGN KEY (dossier) REFERENCES medical.dossiers (id)
);
INSERT INTO medical.shreddings_to_tell (dossier) SELECT DISTINCT e.dossier FROM medical.events e WHERE e.type = 'PURGE_EXECUTEE';
GRANT SELECT, INSERT, DELETE ON medical.shreddings_to_tell TO {{app}};

-- +goose Down
DROP TABLE medical.shreddings_to_tell;

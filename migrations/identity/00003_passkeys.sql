-- +goose Up

-- Passkeys that people of the directory made for themselves: proposals, which sign nothing. The roster names those that count, and k custodians
-- sign it; a program that writes here gains nothing by it. Public keys only. Rows are added and never changed.
CREATE TABLE identity.passkeys (
    id          uuid        NOT NULL,
    person      text        NOT NULL,
    credential  bytea       NOT NULL,       -- the authenticator's name for the key
    public_key  bytea       NOT NULL,       -- COSE_Key
    rp_id       text        NOT NULL,
    origin      text        NOT NULL,       -- of the portal that it was made on, and is asked by
    proposed_at timestamptz NOT NULL,
    CONSTRAINT passkeys_pkey PRIMARY KEY (id),
    CONSTRAINT passkey_proposed_once UNIQUE (credential),
    CONSTRAINT passkey_of_person FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT passkey_credential_length CHECK (octet_length(credential) BETWEEN 1 AND 1023),
    CONSTRAINT passkey_public_key_length CHECK (octet_length(public_key) BETWEEN 1 AND 1024)
);
CREATE INDEX passkeys_by_person ON identity.passkeys (person, proposed_at);
GRANT SELECT, INSERT ON identity.passkeys TO {{app}};

-- +goose Down
DROP TABLE identity.passkeys;

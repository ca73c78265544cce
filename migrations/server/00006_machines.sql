-- +goose Up

-- The prefectures' own systems that may call the machine API: one name, the one of its certificate, for one prefecture. The reference stands in
-- audit entries in place of the name, as a person's does.
CREATE TABLE server.machines (
    name       text NOT NULL,
    reference  uuid NOT NULL,
    prefecture text NOT NULL,
    valid_from date NOT NULL,
    valid_to   date NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT machines_pkey PRIMARY KEY (name),
    CONSTRAINT machine_reference_once UNIQUE (reference),
    CONSTRAINT machine_name CHECK (length(name) <= 253 AND name ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$'),
    CONSTRAINT machine_prefecture CHECK (prefecture ~ '^([0-9]{2,3}|MI)$'),
    CONSTRAINT machine_dates CHECK (valid_from <= valid_to)
);
-- Entered by the owner (cloison reference machines): a program that could write here could empower a client of its own.
GRANT SELECT ON server.machines TO {{app}};

-- +goose Down
DROP TABLE server.machines;

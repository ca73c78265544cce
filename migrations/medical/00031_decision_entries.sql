-- +goose Up

-- A composition decision as one person entered it from the published text, and the confirmation of another. It lists nobody yet: the program writes no row
-- of medical.decisions, the owner does (cloison reference publish), from here alone. decision is the canonical form, whose digest both zones compute.
CREATE TABLE medical.decision_entries (
    id         uuid        NOT NULL,
    ref        text        NOT NULL,
    decision   text        NOT NULL,
    persons    text[]      NOT NULL,              -- the directory's ids, line by line
    digest     text        NOT NULL,
    entered_at timestamptz NOT NULL,
    entered_by text        NOT NULL,
    CONSTRAINT decision_entries_pkey PRIMARY KEY (id),
    CONSTRAINT decision_entry_carried UNIQUE (id, digest, persons, entered_by),
    CONSTRAINT decision_entry_ref CHECK (ref ~ '^[A-Z0-9][A-Z0-9-]{1,39}$' AND (decision::jsonb ->> 'ref') = ref),
    CONSTRAINT decision_entry_digest CHECK (digest = encode(sha256(convert_to(decision, 'UTF8')), 'hex')),
    CONSTRAINT decision_entry_lines CHECK (cardinality(persons) BETWEEN 1 AND 1000)
);

CREATE TABLE medical.decision_confirmations (
    entry        uuid        NOT NULL,
    digest       text        NOT NULL,
    persons      text[]      NOT NULL,
    entered_by   text        NOT NULL,
    confirmed_at timestamptz NOT NULL,
    confirmed_by text        NOT NULL,
    CONSTRAINT decision_confirmed_once PRIMARY KEY (entry),
    CONSTRAINT decision_confirmed FOREIGN KEY (entry, digest, persons, entered_by) REFERENCES medical.decision_entries (id, digest, persons, entered_by),
    CONSTRAINT decision_by_two CHECK (confirmed_by <> entered_by),
    CONSTRAINT decision_of_others CHECK (confirmed_by <> ALL (persons))
);
GRANT SELECT, INSERT ON medical.decision_entries, medical.decision_confirmations TO {{app}};

-- +goose Down
DROP TABLE medical.decision_confirmations;
DROP TABLE medical.decision_entries;

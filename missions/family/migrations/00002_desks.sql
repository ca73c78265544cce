-- +goose Up

-- What the desks around a case need: where the applicant is written to, the consular post that was told, appointments, the limited link of a town
-- hall, numbers that are one person's, and the official list of zones.
ALTER TABLE family.cases
    ADD COLUMN address text NOT NULL DEFAULT '', -- of the applicant, for letters
    ADD COLUMN post    text NOT NULL DEFAULT '', -- the consular post that was told of the deposit (R. 434-14)
    ADD COLUMN law     text NOT NULL DEFAULT '', -- the version of the law that its results were all computed with; '' where there is none
    ADD CONSTRAINT case_law CHECK (law ~ '^([0-9a-f]{16})?$'),
    ADD CONSTRAINT case_address CHECK (length(address) <= 500),
    ADD CONSTRAINT case_post CHECK (post ~ '^[A-Z-]{0,40}$');
-- The three queues, in their order: what waits for no day comes last. One page of any costs the same at any size.
DROP INDEX family.cases_of_direction, family.cases_of_prefecture;
CREATE INDEX cases_of_direction ON family.cases (direction, (coalesce(due_on, 'infinity'::date)), position);
CREATE INDEX cases_of_prefecture ON family.cases (department, (coalesce(due_on, 'infinity'::date)), position);
CREATE INDEX cases_of_post ON family.cases (post, (coalesce(due_on, 'infinity'::date)), position) WHERE post <> '';
-- Searches: by number, by the beginning of a name, and the same person under another number.
CREATE INDEX cases_by_agdref ON family.cases (agdref);
CREATE INDEX cases_by_name ON family.cases (lower(family_name) text_pattern_ops);
CREATE INDEX cases_by_day ON family.cases (filed_on);
-- What a change of the law leaves to be computed again.
CREATE INDEX cases_by_law ON family.cases (law, position) WHERE law <> '';
GRANT UPDATE (address, post, law) ON family.cases TO {{role}};

-- An appointment and its letter. It is never changed: it is cancelled, and another is made.
CREATE TABLE family.appointments (
    id           uuid        NOT NULL,
    case_id      uuid        NOT NULL,
    kind         text        NOT NULL,
    at           timestamptz NOT NULL,
    place        text        NOT NULL,
    made_at      timestamptz NOT NULL,
    cancelled_at timestamptz,
    CONSTRAINT appointments_pkey PRIMARY KEY (id),
    CONSTRAINT appointment_of_case FOREIGN KEY (case_id) REFERENCES family.cases (id),
    CONSTRAINT appointment_kind CHECK (kind IN ('VISITE_LOGEMENT', 'VISITE_ARRIVEE', 'ACCUEIL')),
    CONSTRAINT appointment_place CHECK (place <> '' AND length(place) <= 300),
    CONSTRAINT appointment_is_ahead CHECK (at > made_at)
);
-- Nobody is summoned twice for the same hour.
CREATE UNIQUE INDEX appointment_slot ON family.appointments (case_id, kind, at) WHERE cancelled_at IS NULL;
CREATE INDEX appointments_by_day ON family.appointments (at) WHERE cancelled_at IS NULL;
GRANT SELECT, INSERT ON family.appointments TO {{role}};
GRANT UPDATE (cancelled_at) ON family.appointments TO {{role}};

-- The limited link of a town hall: one case, one commune, until a day. Its secret is 32 random bytes that nobody keeps: here stands their SHA-256.
CREATE TABLE family.links (
    id        uuid        NOT NULL,
    digest    bytea       NOT NULL,
    case_id   uuid        NOT NULL,
    commune   text        NOT NULL,
    made_at   timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT links_pkey PRIMARY KEY (id),
    CONSTRAINT link_digest_unique UNIQUE (digest),
    CONSTRAINT link_digest CHECK (octet_length(digest) = 32),
    CONSTRAINT link_of_case FOREIGN KEY (case_id) REFERENCES family.cases (id),
    CONSTRAINT link_commune CHECK (commune ~ '^[0-9AB]{5}$'),
    CONSTRAINT link_ends CHECK (ends_at > made_at)
);
CREATE INDEX links_of_case ON family.links (case_id);
GRANT SELECT, INSERT ON family.links TO {{role}};
GRANT UPDATE (closed_at) ON family.links TO {{role}};

-- Two numbers are one person, or are so no more: the last word on a pair counts, and both are kept.
CREATE TABLE family.same_persons (
    seq   bigint      GENERATED ALWAYS AS IDENTITY,
    at    timestamptz NOT NULL,
    one   text        NOT NULL,
    other text        NOT NULL,
    apart boolean     NOT NULL,
    CONSTRAINT same_persons_pkey PRIMARY KEY (seq),
    CONSTRAINT same_numbers CHECK (one ~ '^[0-9]{9,10}$' AND other ~ '^[0-9]{9,10}$'),
    CONSTRAINT same_in_order CHECK (one < other)
);
CREATE INDEX same_by_one ON family.same_persons (one, seq);
CREATE INDEX same_by_other ON family.same_persons (other, seq);
GRANT SELECT, INSERT ON family.same_persons TO {{role}};

-- The official list of zones, by date. Whoever has the owner's rights loads it; the mission reads it.
CREATE TABLE family.zones (
    commune   text        NOT NULL,
    zone      text        NOT NULL,
    from_on   date        NOT NULL,
    to_on     date,
    source    text        NOT NULL,
    status    text        NOT NULL,
    loaded_at timestamptz NOT NULL,
    CONSTRAINT zones_pkey PRIMARY KEY (commune, from_on),
    CONSTRAINT zone_commune CHECK (commune ~ '^[0-9AB]{5}$'),
    CONSTRAINT zone_known CHECK (zone IN ('A_BIS', 'A', 'B1', 'B2', 'C')),
    CONSTRAINT zone_in_order CHECK (to_on >= from_on),
    CONSTRAINT zone_source CHECK (source <> ''),
    CONSTRAINT zone_status CHECK (status IN ('verified', 'to_confirm'))
);
GRANT SELECT ON family.zones TO {{role}};

-- +goose Down
DROP TABLE family.zones, family.same_persons, family.links, family.appointments;
DROP INDEX family.cases_of_direction, family.cases_of_prefecture, family.cases_of_post, family.cases_by_agdref, family.cases_by_name, family.cases_by_day;
ALTER TABLE family.cases DROP COLUMN address, DROP COLUMN post, DROP COLUMN law;
CREATE INDEX cases_of_direction ON family.cases (direction, due_on, position);
CREATE INDEX cases_of_prefecture ON family.cases (department, due_on, position);

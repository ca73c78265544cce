-- +goose Up

-- Days on which a physician is away, as he said them or a head of service did. No reason is kept: it may be an illness. Rows are added and never changed.
CREATE TABLE identity.absences (
    id       uuid        NOT NULL,
    person   text        NOT NULL,
    first_on date        NOT NULL,
    last_on  date        NOT NULL,                  -- the last day
    said_at  timestamptz NOT NULL,
    said_by  text        NOT NULL,
    CONSTRAINT absences_pkey PRIMARY KEY (id),
    CONSTRAINT absence_of_person FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT absence_days_in_order CHECK (first_on <= last_on),
    CONSTRAINT absence_within_a_year CHECK (last_on - first_on < 366)
);
CREATE INDEX absences_by_person ON identity.absences (person, last_on);

-- He is back before the last day, or never left.
CREATE TABLE identity.absence_withdrawals (
    absence      uuid        NOT NULL,
    withdrawn_at timestamptz NOT NULL,
    withdrawn_by text        NOT NULL,
    CONSTRAINT absence_withdrawn_once PRIMARY KEY (absence),
    CONSTRAINT absence_withdrawn FOREIGN KEY (absence) REFERENCES identity.absences (id) ON DELETE CASCADE
);
GRANT SELECT, INSERT ON identity.absences, identity.absence_withdrawals TO {{app}};

-- +goose Down
DROP TABLE identity.absence_withdrawals;
DROP TABLE identity.absences;

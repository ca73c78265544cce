-- +goose Up

-- Who is empowered, beside what the directory was loaded with: entered by one person, confirmed by another, looked at again each quarter, ended
-- in one act. Rows are added and never changed; nobody stands on both sides of one.
CREATE TABLE identity.habilitations (
    id           uuid        NOT NULL,
    person       text        NOT NULL,
    decision_ref text        NOT NULL,              -- of the decision that empowers
    valid_from   date        NOT NULL,
    valid_to     date,                              -- the last day; NULL: no end
    entered_at   timestamptz NOT NULL,
    entered_by   text        NOT NULL,
    CONSTRAINT habilitations_pkey PRIMARY KEY (id),
    CONSTRAINT habilitation_carried UNIQUE (id, person, entered_by),
    CONSTRAINT habilitation_of_person FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT habilitation_decision CHECK (decision_ref ~ '^[A-Za-z0-9:._-]{1,40}$'),
    CONSTRAINT habilitation_days_in_order CHECK (valid_to IS NULL OR valid_from <= valid_to),
    CONSTRAINT habilitation_of_another CHECK (entered_by <> person)
);
CREATE INDEX habilitations_by_person ON identity.habilitations (person);

CREATE TABLE identity.habilitation_confirmations (
    habilitation uuid        NOT NULL,
    person       text        NOT NULL,
    entered_by   text        NOT NULL,
    confirmed_at timestamptz NOT NULL,
    confirmed_by text        NOT NULL,
    CONSTRAINT habilitation_confirmed_once PRIMARY KEY (habilitation),
    CONSTRAINT habilitation_confirmed FOREIGN KEY (habilitation, person, entered_by)
        REFERENCES identity.habilitations (id, person, entered_by) ON DELETE CASCADE,
    CONSTRAINT habilitation_by_two CHECK (confirmed_by <> entered_by AND confirmed_by <> person)
);

CREATE TABLE identity.habilitation_reviews (
    person      text        NOT NULL,
    reviewed_at timestamptz NOT NULL,
    reviewed_by text        NOT NULL,
    CONSTRAINT habilitation_reviews_pkey PRIMARY KEY (person, reviewed_at),
    CONSTRAINT review_of_person FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT review_of_another CHECK (reviewed_by <> person)
);

-- An end of duty counts against everything that empowered before it, the file that the directory was loaded from included.
CREATE TABLE identity.duty_ends (
    id          uuid        NOT NULL,
    person      text        NOT NULL,
    ended_at    timestamptz NOT NULL,
    ended_by    text        NOT NULL,
    reason_code text        NOT NULL,
    CONSTRAINT duty_ends_pkey PRIMARY KEY (id),
    CONSTRAINT duty_end_of_person FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT duty_end_of_another CHECK (ended_by <> person),
    CONSTRAINT duty_end_reason CHECK (reason_code IN ('DEPART', 'MUTATION', 'SUSPENSION', 'FIN_CONTRAT', 'DECES'))
);
CREATE INDEX duty_ends_by_person ON identity.duty_ends (person, ended_at);

GRANT SELECT, INSERT ON identity.habilitations, identity.habilitation_confirmations, identity.habilitation_reviews, identity.duty_ends TO {{app}};

-- The confirmed habilitations of a person that hold on a day and that no end of duty came after.
CREATE FUNCTION identity.confirmed_at(who text, on_day date) RETURNS timestamptz LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT max(c.confirmed_at) FROM identity.habilitations h JOIN identity.habilitation_confirmations c ON c.habilitation = h.id
    WHERE h.person = who AND h.valid_from <= on_day AND coalesce(h.valid_to >= on_day, true)
        AND c.confirmed_at > coalesce((SELECT max(e.ended_at) FROM identity.duty_ends e WHERE e.person = who), '-infinity')
$$;

-- The last day until which a habilitation entered here holds without being looked at again: three months. NULL where nothing was confirmed: one
-- that the directory was loaded with has no such term, and whoever loads it answers for it.
CREATE FUNCTION identity.review_due(who text, on_day date) RETURNS date LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT ((greatest(identity.confirmed_at(who, on_day), (SELECT max(r.reviewed_at) FROM identity.habilitation_reviews r WHERE r.person = who))
        AT TIME ZONE 'Europe/Paris')::date + interval '3 months')::date
    WHERE identity.confirmed_at(who, on_day) IS NOT NULL
$$;

-- Where a person stands on a day: EN_VIGUEUR, ECHUE (not looked at again in time), FIN (duty ended, and nothing since), AUCUNE.
CREATE FUNCTION identity.standing(who text, on_day date) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN identity.review_due(who, on_day) >= on_day THEN 'EN_VIGUEUR'
        WHEN identity.review_due(who, on_day) < on_day THEN 'ECHUE'
        WHEN EXISTS (SELECT 1 FROM identity.duty_ends e WHERE e.person = who) THEN 'FIN'
        WHEN EXISTS (SELECT 1 FROM identity.people p WHERE p.id = who AND p.habilitated
            AND coalesce(p.valid_from <= on_day, true) AND coalesce(p.valid_to >= on_day, true)) THEN 'EN_VIGUEUR'
        ELSE 'AUCUNE'
    END
$$;
REVOKE ALL ON FUNCTION identity.confirmed_at(text, date), identity.review_due(text, date), identity.standing(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.confirmed_at(text, date), identity.review_due(text, date), identity.standing(text, date) TO {{app}};

-- +goose Down
DROP FUNCTION identity.standing(text, date);
DROP FUNCTION identity.review_due(text, date);
DROP FUNCTION identity.confirmed_at(text, date);
DROP TABLE identity.duty_ends;
DROP TABLE identity.habilitation_reviews;
DROP TABLE identity.habilitation_confirmations;
DROP TABLE identity.habilitations;

-- +goose Up

-- Family reunification: its own persons, its cases, what happened in them. Nothing here says anything of a person's health: the medical visit is a
-- fact without a finding, and a motive of health stands in the pieces on paper. {{role}} is the mission's role and the only one with rights here.
CREATE TABLE family.cases (
    id          uuid        NOT NULL,
    position    bigint      GENERATED ALWAYS AS IDENTITY,
    agdref      text        NOT NULL,
    family_name text        NOT NULL,
    given_names text        NOT NULL,
    direction   text        NOT NULL, -- the territorial direction that examines it now
    department  text        NOT NULL, -- of the commune where the family will live: whose prefect decides
    type        text        NOT NULL,
    filed_on    date        NOT NULL,
    request     jsonb       NOT NULL,
    state       text        NOT NULL, -- what the events amount to, written with them
    due_on      date,                 -- the next day that it waits for
    version     integer     NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT cases_pkey PRIMARY KEY (id),
    CONSTRAINT case_agdref CHECK (agdref ~ '^[0-9]{9,10}$'),
    CONSTRAINT case_direction CHECK (direction ~ '^DT-[A-Z-]{3,30}$'),
    CONSTRAINT case_department CHECK (department ~ '^[0-9AB]{2,3}$'),
    CONSTRAINT case_type CHECK (type IN ('RF_INTRO', 'RF_SUR_PLACE', 'RF_PARTIEL', 'RF_DZ', 'RF_NOUVELLE', 'RF_CHANGEMENT')),
    CONSTRAINT case_names CHECK (family_name <> '' AND given_names <> ''),
    CONSTRAINT case_version CHECK (version >= 1)
);
-- The queue of a direction, and that of a prefecture: what is due first on top.
CREATE INDEX cases_of_direction ON family.cases (direction, due_on, position);
CREATE INDEX cases_of_prefecture ON family.cases (department, due_on, position);
CREATE INDEX cases_by_due ON family.cases (due_on) WHERE due_on IS NOT NULL;
GRANT SELECT, INSERT ON family.cases TO {{role}};
GRANT UPDATE (direction, department, state, due_on, version) ON family.cases TO {{role}};

-- One request at a time for one person: a second one names the first as its previous case.
CREATE UNIQUE INDEX case_open_once ON family.cases (agdref)
    WHERE state NOT IN ('CLOS', 'CLASSE', 'REFUS', 'REJET_IMPLICITE', 'RECOURS', 'CADUC', 'VISA_REFUSE', 'CIR_ORIENTE');

-- What happened, once and for ever. Who may record a kind of event is a rule of the domain; that a decision is the prefect's and a silence the
-- clock's is said here too, so that neither a page nor a statement can write another's.
CREATE TABLE family.events (
    case_id uuid        NOT NULL,
    seq     integer     NOT NULL,
    at      timestamptz NOT NULL,
    on_day  date        NOT NULL,
    actor   text        NOT NULL,
    type    text        NOT NULL,
    data    jsonb       NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (case_id, seq),
    CONSTRAINT event_of_case FOREIGN KEY (case_id) REFERENCES family.cases (id),
    CONSTRAINT event_actor CHECK (actor IN ('OFII', 'MAIRE', 'PREFECTURE', 'CONSULAT', 'ECHEANCE')),
    CONSTRAINT event_type CHECK (type ~ '^[A-Z_]{3,40}$'),
    CONSTRAINT event_prefect_decides CHECK ((type IN ('DECISION', 'TITRE_VERIFIE', 'AVIS_PRINCIPES_DEMANDE', 'NOUVEAU_VISA_ACCEPTE')) <= (actor = 'PREFECTURE')),
    CONSTRAINT event_clock_is_silent CHECK ((type IN ('AVIS_TACITE', 'AVIS_PRINCIPES_REPUTE_RENDU', 'REJET_IMPLICITE', 'CADUCITE')) = (actor = 'ECHEANCE'))
);
GRANT SELECT, INSERT ON family.events TO {{role}};

-- What was computed, with which table of parameters, kept as it was.
CREATE TABLE family.evaluations (
    case_id     uuid        NOT NULL,
    seq         integer     NOT NULL,
    at          timestamptz NOT NULL,
    what        text        NOT NULL,
    given       jsonb       NOT NULL, -- incomes, or the home
    result      jsonb       NOT NULL,
    law_version text        NOT NULL,
    CONSTRAINT evaluations_pkey PRIMARY KEY (case_id, seq),
    CONSTRAINT evaluation_of_case FOREIGN KEY (case_id) REFERENCES family.cases (id),
    CONSTRAINT evaluation_what CHECK (what IN ('RESSOURCES', 'LOGEMENT')),
    CONSTRAINT evaluation_law CHECK (law_version ~ '^[0-9a-f]{16}$')
);
GRANT SELECT, INSERT ON family.evaluations TO {{role}};

-- Messages to another mission: the legal basis and the fields that go, and nothing that is not in the list.
CREATE TABLE family.hand_overs (
    case_id uuid        NOT NULL,
    at      timestamptz NOT NULL,
    message jsonb       NOT NULL,
    CONSTRAINT hand_overs_pkey PRIMARY KEY (case_id),
    CONSTRAINT hand_over_of_case FOREIGN KEY (case_id) REFERENCES family.cases (id)
);
GRANT SELECT, INSERT ON family.hand_overs TO {{role}};

-- +goose Down
DROP TABLE family.hand_overs, family.evaluations, family.events, family.cases;

-- +goose Up

-- Who may sign in, who is signed in, what they were asked to confirm, and what they already did. No token, no keyholder handle and no
-- medical value stands here: tokens as SHA-256, the handle in the person's cookie only.
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO {{app}};

-- The directory. The reference stands in audit entries in place of the person: erasing the row erases the person, and the entries'
-- proofs still hold.
CREATE TABLE identity.people (
    id          text NOT NULL,
    reference   uuid NOT NULL,
    login       text NOT NULL,
    role        text NOT NULL,
    given_name  text NOT NULL,
    family_name text NOT NULL,
    issuer      text NOT NULL,              -- psc or proconnect: the provider that proves this person
    subject     text NOT NULL,              -- the provider's sub
    national_id text NOT NULL DEFAULT '',   -- RPPS of a physician
    directions  text[] NOT NULL DEFAULT '{}',
    prefecture  text NOT NULL DEFAULT '',
    mission     text NOT NULL DEFAULT '',
    habilitated boolean NOT NULL DEFAULT false,
    valid_from  date,                       -- of the habilitation or function; NULL: no beginning
    valid_to    date,                       -- NULL: no end
    CONSTRAINT people_pkey PRIMARY KEY (id),
    CONSTRAINT people_reference_unique UNIQUE (reference),
    CONSTRAINT people_login_unique UNIQUE (login),
    CONSTRAINT people_subject_unique UNIQUE (issuer, subject),
    CONSTRAINT people_role_known CHECK (role IN ('MEDECIN', 'INFIRMIER', 'SECRETARIAT_MEDICAL', 'PREFECTURE', 'AUDITEUR_CONFORMITE', 'DPO',
        'AGENT_MISSION', 'ADMINISTRATEUR')),
    -- ProConnect never yields a medical profession, Pro Santé Connect nothing else.
    CONSTRAINT people_profession_proven_by_psc CHECK ((role IN ('MEDECIN', 'INFIRMIER')) = (issuer = 'psc')),
    CONSTRAINT people_issuer_known CHECK (issuer IN ('psc', 'proconnect')),
    CONSTRAINT people_validity_in_order CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to)
);
-- Who is empowered is entered by the owner (cloison reference load): a program that could write here could empower itself.
GRANT SELECT ON identity.people TO {{app}};

-- Sessions. One active role each. The id is the opaque reference that entries carry.
CREATE TABLE identity.sessions (
    id           uuid NOT NULL,
    token_hash   bytea NOT NULL,
    person       text NOT NULL,
    role         text NOT NULL,
    profession   text NOT NULL DEFAULT '',
    opened_at    timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_unique UNIQUE (token_hash),
    CONSTRAINT sessions_token_is_hash CHECK (octet_length(token_hash) = 32),
    CONSTRAINT sessions_person_known FOREIGN KEY (person) REFERENCES identity.people (id) ON DELETE CASCADE,
    CONSTRAINT sessions_times_in_order CHECK (opened_at <= seen_at AND opened_at < expires_at)
);
CREATE INDEX sessions_by_person ON identity.sessions (person);
CREATE INDEX sessions_by_end ON identity.sessions (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.sessions TO {{app}};

-- What a session was asked to confirm by signing in again, and the approval once it did. Consumed once, in the act's transaction.
CREATE TABLE identity.step_ups (
    id          uuid NOT NULL,
    session     uuid NOT NULL,
    act         text NOT NULL,
    dossier     text NOT NULL,
    digest      bytea NOT NULL,             -- keyed by the session's handle: what the approval is bound to
    nonce       text NOT NULL,
    return_to   text NOT NULL DEFAULT '',
    approval    json,                       -- as keyholder gave it, byte for byte, once given
    created_at  timestamptz NOT NULL,
    approved_at timestamptz,
    consumed_at timestamptz,
    CONSTRAINT step_ups_pkey PRIMARY KEY (id),
    CONSTRAINT step_ups_session_known FOREIGN KEY (session) REFERENCES identity.sessions (id) ON DELETE CASCADE,
    CONSTRAINT step_ups_digest_is_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT step_ups_approved_is_whole CHECK ((approval IS NULL) = (approved_at IS NULL)),
    CONSTRAINT step_ups_consumed_was_approved CHECK (consumed_at IS NULL OR approved_at IS NOT NULL)
);
CREATE INDEX step_ups_by_session ON identity.step_ups (session, act, dossier);
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.step_ups TO {{app}};

-- Sign-ins that went to the provider and are awaited. Deleted when they come back, whatever they bring.
CREATE TABLE identity.pending_sign_ins (
    state_hash  bytea NOT NULL,
    browser     bytea NOT NULL,             -- SHA-256 of the cookie of the browser that began it
    issuer      text NOT NULL,
    nonce       text NOT NULL,
    verifier    text NOT NULL,              -- PKCE
    role        text NOT NULL DEFAULT '',   -- the role asked for
    step_up     uuid,                       -- NULL: opens a session
    created_at  timestamptz NOT NULL,
    CONSTRAINT pending_sign_ins_pkey PRIMARY KEY (state_hash),
    CONSTRAINT pending_sign_ins_state_is_hash CHECK (octet_length(state_hash) = 32),
    CONSTRAINT pending_sign_ins_browser_is_hash CHECK (octet_length(browser) = 32),
    CONSTRAINT pending_sign_ins_step_up_known FOREIGN KEY (step_up) REFERENCES identity.step_ups (id) ON DELETE CASCADE
);
CREATE INDEX pending_sign_ins_by_time ON identity.pending_sign_ins (created_at);
GRANT SELECT, INSERT, DELETE ON identity.pending_sign_ins TO {{app}};

-- What was done under an Idempotency-Key (package act): status and ids, never a body, and of the key only its hash.
CREATE TABLE identity.idempotency (
    subject     text NOT NULL,
    action      text NOT NULL,
    object      text NOT NULL,
    key         bytea NOT NULL,
    status      integer NOT NULL,
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    item        text NOT NULL,
    entry       uuid NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT idempotency_pkey PRIMARY KEY (subject, action, object, key),
    CONSTRAINT idempotency_key_is_hash CHECK (octet_length(key) = 32),
    CONSTRAINT idempotency_status_is_success CHECK (status BETWEEN 200 AND 299)
);
CREATE INDEX idempotency_by_time ON identity.idempotency (at);
GRANT SELECT, INSERT, DELETE ON identity.idempotency TO {{app}};

-- +goose Up

-- A call that is sending content, from before its first byte until what it left in the store is settled. Deleting the row is how a
-- sweep takes an upload away from a call: a part is recorded only while the row of its call stands.
CREATE TABLE medical.upload_calls (
    upload   text NOT NULL,
    document uuid NOT NULL,
    dossier  uuid NOT NULL,
    CONSTRAINT upload_calls_pkey PRIMARY KEY (upload),
    CONSTRAINT upload_call_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT upload_call_name CHECK (upload ~ '^[0-9a-f]{48}$')
);
GRANT SELECT, INSERT, DELETE ON medical.upload_calls TO {{app}};

-- Whole parts of a document that is not complete yet: acknowledged, durable, and moved to document_parts by the act that completes it.
-- They are deleted when what was sent turns out not to be what was declared.
CREATE TABLE medical.received_parts (
    document      uuid    NOT NULL,
    dossier       uuid    NOT NULL,
    part          integer NOT NULL,
    size          bigint  NOT NULL,
    stored        bigint  NOT NULL,
    object        text    NOT NULL,
    header_digest bytea   NOT NULL,
    CONSTRAINT received_parts_pkey PRIMARY KEY (document, part),
    CONSTRAINT received_part_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT received_part_object_once UNIQUE (object),
    CONSTRAINT received_part_object CHECK (object ~ '^[0-9a-f]{64}$'),
    CONSTRAINT received_part_header_digest CHECK (octet_length(header_digest) = 32),
    -- A part that is not whole is recorded by the act that completes the document, or not at all.
    CONSTRAINT received_part_whole CHECK (part >= 0 AND size = 16777216 AND stored > size)
);
GRANT SELECT, INSERT, DELETE ON medical.received_parts TO {{app}};

-- What the inspection of a content said. A complete document without a row was seen whole by no process: nothing of it is served before
-- its first opening has inspected it.
CREATE TABLE medical.inspections (
    document uuid        NOT NULL,
    dossier  uuid        NOT NULL,
    at       timestamptz NOT NULL,
    verdict  text        NOT NULL,
    reason   text        NOT NULL,
    CONSTRAINT inspections_pkey PRIMARY KEY (document),
    CONSTRAINT inspection_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT inspection_verdict CHECK (verdict IN ('ACCEPT', 'SANITISED', 'REJECT')),
    CONSTRAINT inspection_reason CHECK (reason ~ '^[A-Z0-9_]{0,64}$' AND (verdict = 'ACCEPT') = (reason = ''))
);
GRANT SELECT, INSERT ON medical.inspections TO {{app}};

-- A document set aside: by whom, when, for which reason of a closed list. Its content stays sealed and is served to nobody.
CREATE TABLE medical.exclusions (
    document uuid        NOT NULL,
    dossier  uuid        NOT NULL,
    at       timestamptz NOT NULL,
    author   text        NOT NULL,
    reason   text        NOT NULL,
    CONSTRAINT exclusions_pkey PRIMARY KEY (document),
    CONSTRAINT exclusion_of_document FOREIGN KEY (document, dossier) REFERENCES medical.documents (id, dossier),
    CONSTRAINT exclusion_author CHECK (author ~ '^[A-Za-z0-9-]{1,64}$'),
    CONSTRAINT exclusion_reason CHECK (reason ~ '^[A-Z0-9_]{1,64}$')
);
GRANT SELECT, INSERT ON medical.exclusions TO {{app}};

-- +goose Down
DROP TABLE medical.exclusions, medical.inspections, medical.received_parts, medical.upload_calls;

-- +goose Up

-- The integrator takes entries in this order, once every transaction before is over.
CREATE INDEX entries_by_xid ON audit.entries (xid, seq);

-- The log itself: each entry's place, without gaps, and the hash of its canonical form. An entry can be dropped at the end of its retention; its leaf
-- stays, and proofs with it.
CREATE TABLE audit.leaves (
	position bigint NOT NULL,
	entry uuid NOT NULL,
	xid xid8 NOT NULL,
	seq bigint NOT NULL,
	hash bytea NOT NULL,
	CONSTRAINT leaves_key PRIMARY KEY (position),
	CONSTRAINT leaves_hold_an_entry_once UNIQUE (entry),
	CONSTRAINT leaves_position_is_positive CHECK (position >= 0),
	CONSTRAINT leaves_hash_is_sha256 CHECK (pg_catalog.octet_length(hash) = 32)
);

-- Roots of full subtrees of 256^level leaves: what tiles above the first level are made of.
CREATE TABLE audit.nodes (
	level smallint NOT NULL,
	index bigint NOT NULL,
	hash bytea NOT NULL,
	CONSTRAINT nodes_key PRIMARY KEY (level, index),
	CONSTRAINT nodes_level_is_known CHECK (level BETWEEN 1 AND 7),
	CONSTRAINT nodes_index_is_positive CHECK (index >= 0),
	CONSTRAINT nodes_hash_is_sha256 CHECK (pg_catalog.octet_length(hash) = 32)
);

-- Signed heads of the log, one per size: a second root of one size has no place here.
CREATE TABLE audit.checkpoints (
	size bigint NOT NULL,
	root bytea NOT NULL,
	at timestamptz NOT NULL,
	note text NOT NULL,
	CONSTRAINT checkpoints_key PRIMARY KEY (size),
	CONSTRAINT checkpoints_size_is_positive CHECK (size >= 0),
	CONSTRAINT checkpoints_root_is_sha256 CHECK (pg_catalog.octet_length(root) = 32)
);

-- What witnesses signed of ours: one line of C2SP signed-note each.
CREATE TABLE audit.cosignatures (
	size bigint NOT NULL,
	witness text NOT NULL,
	at timestamptz NOT NULL,
	line text NOT NULL,
	CONSTRAINT cosignatures_key PRIMARY KEY (size, witness),
	CONSTRAINT cosignatures_of_a_checkpoint FOREIGN KEY (size) REFERENCES audit.checkpoints (size)
);

-- What this zone, as a witness, saw of the log of another: heads found consistent with every one before.
CREATE TABLE audit.witnessed (
	origin text NOT NULL,
	size bigint NOT NULL,
	root bytea NOT NULL,
	at timestamptz NOT NULL,
	note text NOT NULL,
	CONSTRAINT witnessed_key PRIMARY KEY (origin, size),
	CONSTRAINT witnessed_size_is_positive CHECK (size >= 0),
	CONSTRAINT witnessed_root_is_sha256 CHECK (pg_catalog.octet_length(root) = 32)
);

-- Append-only, all of it.
GRANT SELECT, INSERT ON audit.leaves, audit.nodes, audit.checkpoints, audit.cosignatures, audit.witnessed TO {{app}};

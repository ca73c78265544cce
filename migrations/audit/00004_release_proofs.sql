-- +goose Up

-- The proof that the medical zone's log holds the delivery of an opinion. In the medical zone: what was given; in the other: what was received, checked,
-- and lies beside the opinion. It outlives the entry that it shows.
CREATE TABLE audit.release_proofs (
	release bigint NOT NULL,
	position bigint NOT NULL,
	size bigint NOT NULL,
	at timestamptz NOT NULL,
	proof text NOT NULL,
	CONSTRAINT release_proofs_key PRIMARY KEY (release),
	CONSTRAINT release_proofs_release_is_positive CHECK (release >= 1),
	CONSTRAINT release_proofs_position_is_within CHECK (position >= 0 AND position < size),
	CONSTRAINT release_proofs_proof_is_short CHECK (pg_catalog.octet_length(proof) <= 8192)
);
GRANT SELECT, INSERT ON audit.release_proofs TO {{app}};

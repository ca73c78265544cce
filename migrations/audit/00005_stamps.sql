-- +goose Up

-- What a time-stamp authority said of a signed head of this zone's log (RFC 3161): `at` is its time, not ours.
CREATE TABLE audit.stamps (
	size bigint NOT NULL,
	at timestamptz NOT NULL,
	token bytea NOT NULL,
	CONSTRAINT stamps_key PRIMARY KEY (size),
	CONSTRAINT stamps_of_a_checkpoint FOREIGN KEY (size) REFERENCES audit.checkpoints (size),
	CONSTRAINT stamps_token_is_short CHECK (pg_catalog.octet_length(token) BETWEEN 1 AND 32768)
);
GRANT SELECT, INSERT ON audit.stamps TO {{app}};

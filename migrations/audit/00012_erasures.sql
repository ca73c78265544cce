-- +goose Up

-- What was, or is about to be, erased at the end of its retention: a bit for the place in the log of every such entry so far. The digest of these bits stands in
-- the log itself (act audit.erase), under a signed head before anything is dropped: what is missing is what was erased, and nothing else
-- (TestWhatIsMissingIsWhatWasErased). Written by the owner's tool alone.
CREATE TABLE audit.erasures (
	retention text NOT NULL,
	year integer NOT NULL,
	at timestamptz NOT NULL,
	entry uuid NOT NULL,
	entries bigint NOT NULL,
	places bytea NOT NULL,
	CONSTRAINT erasures_key PRIMARY KEY (retention, year),
	CONSTRAINT erasures_retention_is_known CHECK (retention IN ('ACCESS', 'PROCEDURE')),
	CONSTRAINT erasures_entries_is_positive CHECK (entries > 0)
);
GRANT SELECT ON audit.erasures TO {{app}};

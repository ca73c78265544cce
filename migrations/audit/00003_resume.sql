-- +goose Up

-- Transaction numbers begin anew in another cluster, and entries are ordered by them: a restored log would find its new entries before its old ones.
-- Each number is therefore moved by a shift, zero until a restore raises it.
CREATE TABLE audit.era (
	shift bigint NOT NULL,
	CONSTRAINT era_shift_is_positive CHECK (shift >= 0)
);
CREATE UNIQUE INDEX era_is_one ON audit.era ((true));
INSERT INTO audit.era (shift) VALUES (0);

-- A transaction's number in the order of entries. xid8 has no sum, hence the way through numeric. No search_path of its own, so that it is inlined.
CREATE FUNCTION audit.placed(number xid8) RETURNS xid8 LANGUAGE sql STABLE AS
	'SELECT (number::pg_catalog.text::pg_catalog.numeric OPERATOR(pg_catalog.+) e.shift)::pg_catalog.text::pg_catalog.xid8 FROM audit.era e';

ALTER TABLE audit.entries ALTER COLUMN xid SET DEFAULT audit.placed(pg_catalog.pg_current_xact_id());

-- After a restore, before the first entry: whatever begins later comes after all that was restored. Run in a cluster whose numbers are higher already,
-- it changes nothing.
CREATE PROCEDURE audit.resume() LANGUAGE sql AS $$
	UPDATE audit.era e SET shift = greatest(e.shift, last.xid - pg_catalog.pg_current_xact_id()::text::bigint + 1)
	FROM (SELECT max(placed.xid::text::bigint) AS xid FROM (
		(SELECT a.xid FROM audit.entries a ORDER BY a.xid DESC LIMIT 1) UNION ALL
		(SELECT l.xid FROM audit.leaves l ORDER BY l.position DESC LIMIT 1)) AS placed) AS last
	WHERE last.xid IS NOT NULL
$$;

REVOKE ALL ON FUNCTION audit.placed(xid8) FROM PUBLIC;
REVOKE ALL ON PROCEDURE audit.resume() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.placed(xid8) TO {{app}};
GRANT SELECT ON audit.era TO {{app}};
-- Its last number says whether anything was added since the last look.
GRANT SELECT ON SEQUENCE audit.entries_seq TO {{app}};

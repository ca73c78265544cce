-- What the role of a mission has beside its own schema: it may add entries to the log, and keep the keys of its own acts. It reads nothing of the
-- zone: no referral, no person who signs in, no session, no entry. Run again at each migration; {{app}} is the zone's role, {{role}} and {{name}}
-- the mission's.
GRANT USAGE ON SCHEMA audit, identity TO {{role}};
GRANT USAGE ON SEQUENCE audit.entries_seq TO {{role}};
GRANT SELECT ON audit.era TO {{role}};
GRANT EXECUTE ON FUNCTION audit.placed(xid8) TO {{role}};
GRANT INSERT (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id, digests,
	bytes, retention) ON audit.entries TO {{role}};

-- A key row says that an act was done on some object: a mission sees those of its own acts and no other's.
GRANT SELECT, INSERT, DELETE ON identity.idempotency TO {{role}};
ALTER TABLE identity.idempotency ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS zone_keeps_all ON identity.idempotency;
CREATE POLICY zone_keeps_all ON identity.idempotency TO {{app}} USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS {{role}}_keeps_its_own ON identity.idempotency;
CREATE POLICY {{role}}_keeps_its_own ON identity.idempotency TO {{role}} USING (action LIKE '{{name}}.%') WITH CHECK (action LIKE '{{name}}.%');

-- The role of a program that serves missions only: who signs in, and the queue of sweeps. It has nothing in the schema of referrals, so that such
-- a program, taken over, cannot tell whom a prefecture referred (TestTheProgramOfOneMissionReadsNoReferral).
DO $$
BEGIN
	EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO portal_server', pg_catalog.current_database());
END
$$;
GRANT USAGE ON SCHEMA audit, identity, jobs TO portal_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.river_job, jobs.river_leader, jobs.river_queue, jobs.river_notification TO portal_server;
GRANT SELECT ON jobs.river_migration TO portal_server;
GRANT USAGE ON SEQUENCE jobs.river_job_id_seq, jobs.river_notification_id_seq TO portal_server;
GRANT EXECUTE ON FUNCTION jobs.river_job_state_in_bitmask(bit, jobs.river_job_state) TO portal_server;
GRANT USAGE ON SEQUENCE audit.entries_seq TO portal_server;
GRANT SELECT ON audit.era TO portal_server;
GRANT EXECUTE ON FUNCTION audit.placed(xid8) TO portal_server;
GRANT INSERT (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id, digests,
	bytes, retention) ON audit.entries TO portal_server;
GRANT SELECT ON identity.people TO portal_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.sessions, identity.step_ups TO portal_server;
GRANT SELECT, INSERT, DELETE ON identity.pending_sign_ins, identity.idempotency TO portal_server;
DROP POLICY IF EXISTS portal_keeps_its_own ON identity.idempotency;
CREATE POLICY portal_keeps_its_own ON identity.idempotency TO portal_server USING (action LIKE 'session.%') WITH CHECK (action LIKE 'session.%');

-- The queue of jobs: River's own tables, made by its own migrations in a schema of their own (migrations/river.go), and the verbs that the
-- program needs on them. A job holds opaque ids and counts, never a name and nothing medical.
GRANT USAGE ON SCHEMA jobs TO {{app}};
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.river_job, jobs.river_leader, jobs.river_queue, jobs.river_notification TO {{app}};
GRANT SELECT ON jobs.river_migration TO {{app}};
GRANT USAGE ON SEQUENCE jobs.river_job_id_seq, jobs.river_notification_id_seq TO {{app}};
GRANT EXECUTE ON FUNCTION jobs.river_job_state_in_bitmask(bit, jobs.river_job_state) TO {{app}};

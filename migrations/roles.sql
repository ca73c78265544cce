-- Roles of the cluster. The owner owns every object and belongs to nobody's program; each program has the verbs that migrations/grants.golden lists
-- and nothing else. Passwords, certificates and, in production, NOLOGIN of the owner are set by whoever installs the cluster.
DO $$
DECLARE
	wanted text;
BEGIN
	FOREACH wanted IN ARRAY ARRAY['cloison_owner', 'cloison_medical', 'cloison_server'] LOOP
		IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname = wanted) THEN
			EXECUTE pg_catalog.format('create role %I login', wanted);
		END IF;
		EXECUTE pg_catalog.format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit', wanted);
	END LOOP;
END
$$;

-- What `doctor` looks at (hub/examination.py).

-- name: columns
-- Names and types of a relation's columns ($1: its qualified name); a domain is told as the type under it.
SELECT attname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL) FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped;

-- name: cone_function
-- The body of gw.in_cone, which says over which spatial extension it was written.
SELECT prosrc FROM pg_proc WHERE proname = 'in_cone' AND pronamespace = to_regnamespace('gw');

-- name: create_and_drop
-- Whether a role may make tables in a schema.
DO $$ BEGIN CREATE TABLE {schema}.probe_of_doctor (n integer); DROP TABLE {schema}.probe_of_doctor; END $$;

-- name: in_force
-- What settings ($1) are in this session.
SELECT name, current_setting(name) FROM pg_catalog.unnest($1::text[]) AS wanted (name);

-- name: has_extension
-- Whether a database has an extension ($1).
SELECT count(*) > 0 FROM pg_extension WHERE extname = $1;

-- name: has_jobs
-- Whether a hub has a table of jobs already.
SELECT to_regclass('uws.job') IS NOT NULL;

-- name: jobs_of
-- How many jobs there are of a service ($1).
SELECT count(*) FROM uws.job WHERE parameters @> jsonb_build_array(jsonb_build_array('SERVICE', $1::text));

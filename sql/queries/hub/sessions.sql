-- Settings of sessions (hub/sessions.py).

-- name: unsettled
-- The settings, of those named in $1, that are not what $2 says. Each is read before it is made, as PostgreSQL would write it.
SELECT name FROM unnest($1::text[], $2::text[]) AS wanted(name, value)
WHERE pg_catalog.current_setting(name, true) IS DISTINCT FROM pg_catalog.set_config(name, value, true);

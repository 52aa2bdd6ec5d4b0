-- What is looked at of a role that writes to a source (hub/writing_examination.py).

-- name: powers
-- What row-level security does not hold for, of the role that has come in; empty if it is none of that.
SELECT concat_ws(', ', CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
    (SELECT 'owner of ' || min(relname) FROM pg_class WHERE relowner = pg_roles.oid))
FROM pg_roles WHERE rolname = current_user;

-- name: guarded
-- What a table ($1) lacks of what writing to it wants, of these indexes, constraints and triggers too ($2); empty if nothing.
SELECT concat_ws(', ', CASE WHEN NOT relrowsecurity THEN 'row-level security' END,
    CASE WHEN NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'gw_version' AND tgenabled <> 'D') THEN 'versions' END,
    CASE WHEN NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'gw_history' AND tgenabled <> 'D') THEN 'history' END,
    (SELECT string_agg(name, ', ') FROM unnest($2::text[]) AS wanted (name)
        WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = name AND tgenabled <> 'D')
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND conname = name)
        AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = c.oid AND indexrelid::regclass::text LIKE '%' || name AND indisvalid)),
    CASE WHEN has_any_column_privilege('gw.history', 'SELECT, INSERT, UPDATE') THEN 'a history of its own' END)
FROM pg_class AS c WHERE c.oid = $1::text::regclass;

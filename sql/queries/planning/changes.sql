-- Changes of rows of a source that is written (planning/changes.py).

-- name: update
-- Change one row, if it is of this version or none is said.
UPDATE {relation} SET ({names}) = ROW({values}) WHERE {matching} AND ({version} IS NULL OR version = {version}) RETURNING {key};

-- name: insert
-- Add one row, or none where one of its unique keys is there.
INSERT INTO {relation} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING RETURNING {key};

-- name: select
-- Rows as they are.
SELECT {cells} FROM {relation} WHERE {matching} ORDER BY {order};

-- name: select_locked
-- The same, and nobody else changes them meanwhile; of those that who asks may change.
SELECT {cells} FROM {relation} WHERE {matching} ORDER BY {order} FOR UPDATE;

-- name: note
-- Add an entry ($2, JSON) to a target's ($1) legacy text of changes, by the statement of the catalogue API (catalogs
-- modules/app.xql): the beginning of the text is replaced, and a text that begins otherwise stays as it is.
UPDATE public.spica SET lastmods = CASE WHEN coalesce(lastmods, '') = '' THEN '[{"history":"API"},' || $2::text || ']'
ELSE replace(lastmods, '[{"history":"API"}', '[{"history":"API"},' || $2::text) END WHERE spicadb_id = $1::text::bigint;

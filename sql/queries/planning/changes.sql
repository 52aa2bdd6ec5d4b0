-- Changes of rows of a source that is written (planning/changes.py).

-- name: update
-- Change one row, if it is of the version that {matching} has, or none is said.
UPDATE {relation} SET ({names}) = ROW({values}) WHERE {matching} RETURNING {key};

-- name: insert
-- Add one row, or none where one of its unique keys is there.
INSERT INTO {relation} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING RETURNING {key};

-- name: replace
-- Add one row, or change the one that has these values of a unique key, as if it were submitted now.
INSERT INTO {relation} ({names}) VALUES ({values}) ON CONFLICT ({unique}) WHERE {where} DO UPDATE SET {changes} RETURNING {key};

-- name: delete
-- Remove rows that who asks may remove.
DELETE FROM {relation} WHERE {matching};

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

-- name: withhold
-- Have no granule of a collection ($1) be public before an instant ($2): what is public is released then, what has no release
-- stays without.
UPDATE public.oidb SET data_rights = CASE data_rights WHEN 'public' THEN 'secure' ELSE data_rights END,
    obs_release_date = CASE WHEN data_rights = 'public' OR obs_release_date IS NOT NULL
        THEN greatest(obs_release_date, $2::text::timestamp) END
WHERE obs_collection = $1 AND (data_rights = 'public' OR obs_release_date < $2::text::timestamp);

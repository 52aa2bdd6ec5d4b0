-- Granules of OiDB by the file that they are in (planning/file_names.py).

-- name: naming
-- Granules whose address begins with that of a collection ($1) and may lead to one of some paths below it ($2): those that have the
-- path as it is, and all whose address is written otherwise than a path is, of which only who resolves them can tell.
SELECT id, access_url, obs_collection FROM {relation} WHERE starts_with(access_url, $1) AND (
  substr(access_url, length($1) + 1) = ANY ($2::text[]) OR substr(access_url, length($1) + 1) ~ '[%?#]|//|^/|/$|(^|/)[.](/|$)'
);

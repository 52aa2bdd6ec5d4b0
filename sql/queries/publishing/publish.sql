-- How a table is published (publishing/publish.py). {table} is the table, {cells} that of its HEALPix cells.

-- name: number
-- A key for a table that has no other: the number of the row.
ALTER TABLE {table} ADD COLUMN "{key}" bigint GENERATED ALWAYS AS IDENTITY;

-- name: create_cells
-- Cell (order 10, nested), key and place (ICRS degrees) of each row that has a place.
CREATE TABLE {cells} (cell bigint, key {type}, ra float8, "dec" float8);

-- name: places
-- Key and place of the rows that have a place, to be fetched some at a time.
DECLARE {cursor} NO SCROLL CURSOR FOR SELECT "{key}", "{ra}"::float8, "{dec}"::float8 FROM {table}
WHERE "{ra}" IS NOT NULL AND "{dec}" IS NOT NULL;

-- name: finish_cells
-- The cells are all there.
CLOSE {cursor}; CREATE INDEX ON {cells} (cell); ANALYZE {cells};

-- name: remove
-- Nothing is left of a table ({name}: its qualified name as a literal): the columns of TAP_SCHEMA and the declaration go with the rows
-- that they refer to. Registries are told that its records are gone: {cone} is what the name of that of a cone search begins with.
INSERT INTO {withdrawn} SELECT kind || {name}, now() FROM unnest(ARRAY['', '{cone}']) AS kind
WHERE EXISTS (SELECT FROM {catalogue} WHERE table_name = {name}) AND (kind = '' OR to_regclass('{cells}') IS NOT NULL)
ON CONFLICT (record) DO UPDATE SET since = now();
DROP TABLE IF EXISTS {table}, {cells};
DELETE FROM {tap_tables} WHERE table_name = {name};
DELETE FROM {catalogue} WHERE table_name = {name};

-- name: list
-- The table is listed: qualified name, description, number of rows.
INSERT INTO {catalogue} VALUES ($1, $2, $3, now());

-- name: told
-- The records of a table ($1) are there (again): $2 says whether it has a cone search.
DELETE FROM {withdrawn} WHERE record = $1 OR record = '{cone}' || $1 AND $2;

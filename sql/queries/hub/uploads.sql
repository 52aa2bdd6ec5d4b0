-- Tables of one request (hub/uploads.py). {table} is one, `schema.name`.

-- name: expired
-- Names of the tables that are garbage: the second word of a name is the Unix time until which the table is needed. $1: now.
SELECT relname FROM pg_catalog.pg_class
WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r' AND relname ~ '^u_[0-9]+_' AND
  split_part(relname, '_', 2)::bigint < $1;

-- name: create
-- Unlogged: after a crash of PostgreSQL it is empty, and no request is left that asks it.
CREATE UNLOGGED TABLE {table} ({definitions});

-- name: places
-- Number, right ascension and declination of the rows that have a place, in their order. Read by a binary COPY.
SELECT {number}, {ra}::float8, {dec}::float8 FROM {table} WHERE {ra} IS NOT NULL AND {dec} IS NOT NULL ORDER BY {number};

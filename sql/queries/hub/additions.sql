-- What is added to a table (hub/known_keys.py, hub/kept_log.py). {hash} is the hash of the key.

-- name: hashes
-- The hash of every key, eight bytes each: an aggregate without groups, which postgres_fdw always leaves to the source.
SELECT string_agg(int8send({hash}), ''::bytea) FROM {table};

-- name: later_hashes
-- The same of keys after one.
SELECT string_agg(int8send({hash}), ''::bytea) FROM {table} WHERE {key} > $1;

-- name: keys
-- The keys that have these hashes.
SELECT {key}, {hash} FROM {table} WHERE {hash} = ANY ($1::bigint[]);

-- name: lock
-- One process at a time adds to the log of a table, to the end of its transaction.
SELECT pg_advisory_xact_lock($1);

-- name: log
-- The log of a table: its name, the version of the source that it is up to, its last position.
SELECT name, version, latest FROM additions.log WHERE table_name = $1;

-- name: begin
-- A log that has nothing yet.
INSERT INTO additions.log (table_name, name, version, latest) VALUES ($1, $2, '', 0);

-- name: fill
-- What is there when a log begins.
INSERT INTO additions.{log} (position, hash, key)
SELECT row_number() OVER (ORDER BY {key}), {hash}, {key} FROM {table};

-- name: forget
-- What is there no longer.
DELETE FROM additions.{log} WHERE hash = ANY ($1::bigint[]);

-- name: end
-- The log is up to a version of the source, empty where that is not known.
UPDATE additions.log SET version = $2, latest = $3 WHERE table_name = $1;

-- name: logged
-- Hashes of the keys that were added to the log after a position.
SELECT string_agg(int8send(hash), ''::bytea) FROM additions.{log} WHERE position > $1;

-- name: after
-- The next $2 keys after a position.
SELECT position, key FROM additions.{log} WHERE position > $1 ORDER BY position LIMIT $2;

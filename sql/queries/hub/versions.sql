-- Data versions: what is asked of a source every second (hub/versions.py).

-- name: counters
-- Rows written to each table, as PostgreSQL counts them, in the schemas that {schemas} says; of the catalogue only views, whose
-- definition decides their rows.
SELECT relid, n_tup_ins, n_tup_upd, n_tup_del FROM {relation}
WHERE {schemas} OR (schemaname = 'pg_catalog' AND relname = 'pg_rewrite') ORDER BY relid;

-- name: files
-- The file of each of these tables ($1): TRUNCATE and the like give another, and count no row.
SELECT oid, relfilenode FROM {relation} WHERE oid = ANY($1::oid[]) ORDER BY oid;

-- name: latest
-- The latest value of a column, as text: drivers have fewer times than PostgreSQL. max() would be planned at the hub, and its first 5 000 rows fetched: 11 ms for 0.6.
SELECT {column}::text FROM {table} WHERE {present} ORDER BY {column} DESC LIMIT 1;

-- name: rows
-- All rows of a small table, as text.
SELECT t::text FROM {table} AS t ORDER BY {key};

-- Data versions: what is asked of a source every second (hub/versions.py, hub/version_reader.py).

-- name: counters
-- Rows written to each table, as PostgreSQL counts them, in the schemas that {schemas} says; of the catalogue what decides
-- the rows of views: their definitions, functions, policies and labels.
SELECT relid, n_tup_ins, n_tup_upd, n_tup_del FROM {counter}
WHERE {schemas} OR (schemaname = 'pg_catalog' AND relname = ANY ('{{pg_rewrite,pg_proc,pg_policy,pg_enum}}')) ORDER BY relid;

-- name: relations
-- Name, file and row version of each of these tables ($1), and of whatever bears a declared name ($2): TRUNCATE and the like
-- give another file, and count no row; another table under the name has a row version of its own, as has one renamed twice.
SELECT oid, relname, relfilenode, {row_version} FROM {relation} WHERE oid = ANY($1::oid[]) OR relname = ANY($2::text[]) ORDER BY oid;

-- name: columns
-- Row version of each column of these relations ($1): one renamed, or added, counts no row either.
SELECT attrelid, attnum, {row_version} FROM {attribute} WHERE attrelid = ANY($1::oid[]) AND attnum > 0 ORDER BY attrelid, attnum;

-- name: resets
-- When counters began at zero, by pg_stat_reset() or after a crash; and whether they move at all: never at a standby.
SELECT name::text AS name, setting FROM {setting} WHERE name = 'in_hot_standby'
UNION ALL SELECT 'server', stats_reset::text FROM {server}
UNION ALL SELECT datid::text, stats_reset::text FROM {database} WHERE stats_reset IS NOT NULL;

-- name: start
-- When the server started: its shared memory was made then (PostgreSQL 15 and later).
SELECT stats_reset::text FROM {start};

-- name: position
-- When the server started, whether it is a standby, and if so which transactions it has replayed.
SELECT started::text, standby, replayed FROM {position};

-- name: latest
-- The latest value of a column, as text: drivers have fewer times than PostgreSQL. max() would be planned at the hub, and its first 5 000 rows fetched: 11 ms for 0.6.
SELECT latest::text FROM (SELECT {column} FROM {table} WHERE {present} ORDER BY {column} DESC LIMIT 1) AS t(latest);

-- name: rows
-- All rows of a small table, in one order however it is asked.
SELECT {columns} FROM {table} ORDER BY {order};

-- Data versions: what is asked of a source every second (hub/versions.py, hub/version_reader.py).

-- name: counters
-- Rows written to each table, as PostgreSQL counts them, in the schemas that {schemas} says; of the catalogue what decides
-- the rows of views: their definitions, functions, policies and labels.
SELECT relid, n_tup_ins, n_tup_upd, n_tup_del FROM {counter}
WHERE {schemas} OR (schemaname = 'pg_catalog' AND relname = ANY ('{{pg_rewrite,pg_proc,pg_policy,pg_enum}}')) ORDER BY relid;

-- What follows, up to `position`, is asked in one statement (UNION ALL): rows of the name of a part, and of texts. Whatever
-- is there by the hundred comes as one digest.

-- name: relations
-- Name, file and row version of whatever bears a declared name ($1), and of each of these tables ($2): TRUNCATE and the like
-- give another file, and count no row; another table under the name has a row version of its own, as has one renamed twice.
SELECT 'relations' AS part, ARRAY[count(*)::text, md5(string_agg(concat_ws(' ', oid, relname, relfilenode, {row_version}), ',' ORDER BY oid))] AS texts
FROM {relation} WHERE oid = ANY($2::oid[]) OR relname = ANY($1::text[]);

-- name: columns
-- Row version of each column of the relations with a declared name ($1): one renamed, or added, counts no row either.
SELECT 'columns' AS part, ARRAY[md5(string_agg(concat_ws(' ', attrelid, attnum, {row_version}), ',' ORDER BY attrelid, attnum))] AS texts
FROM {attribute} WHERE attrelid = ANY(ARRAY(SELECT oid FROM {relation} WHERE relname = ANY($1::text[]))) AND attnum > 0;

-- name: resets
-- When counters began at zero, by pg_stat_reset() or after a crash; and whether they move at all: never at a standby.
SELECT 'resets' AS part, ARRAY[name::text, setting] AS texts FROM {setting} WHERE name = 'in_hot_standby'
UNION ALL SELECT 'resets', ARRAY['server', stats_reset::text] FROM {server}
UNION ALL SELECT 'resets', ARRAY[datid::text, stats_reset::text] FROM {database} WHERE stats_reset IS NOT NULL;

-- name: start
-- When the server started: its shared memory was made then (PostgreSQL 15 and later).
SELECT 'start' AS part, ARRAY[stats_reset::text] AS texts FROM {start};

-- name: position
-- When the server started, whether it is a standby, and if so which transactions it has replayed.
SELECT 'position' AS part, ARRAY[started::text, standby::text, replayed] AS texts FROM {position};

-- name: latest
-- The latest value of a column, as text: drivers have fewer times than PostgreSQL. max() would be planned at the hub, and its first 5 000 rows fetched: 11 ms for 0.6.
SELECT latest::text FROM (SELECT {column} FROM {table} WHERE {present} ORDER BY {column} DESC LIMIT 1) AS t(latest);

-- name: rows
-- All rows of a small table, in one order however it is asked.
SELECT {columns} FROM {table} ORDER BY {order};

-- What `doctor` looks at of a source's server (hub/server_examination.py).

-- name: sizes
-- Bytes of shared_buffers, of effective_cache_size, and of the tables of this database with their indexes.
SELECT pg_catalog.pg_size_bytes(current_setting('shared_buffers')),
    pg_catalog.pg_size_bytes(current_setting('effective_cache_size')),
    (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(oid)), 0)::bigint FROM pg_catalog.pg_class
    WHERE relkind IN ('r', 'm') AND NOT relisshared AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema'));

-- name: unanalysed
-- Tables that have rows and no statistics, or of whose rows more than this part ($1) are others by now.
SELECT pg_catalog.format('%I.%I', s.schemaname, s.relname) FROM pg_catalog.pg_stat_user_tables s
JOIN pg_catalog.pg_class c ON c.oid = s.relid
WHERE (c.reltuples < 0 AND pg_catalog.pg_relation_size(c.oid) > 0)
    OR (s.n_mod_since_analyze > 1000 AND s.n_mod_since_analyze > $1::float8 * greatest(s.n_live_tup, c.reltuples))
ORDER BY 1;

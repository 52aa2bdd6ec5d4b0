-- Figures that gateways of one hub share (hub/figure_store.py). {table} is that of schema.shared.

-- name: find
-- Figures of a kind and name, of one data version.
SELECT content FROM {table} WHERE kind = $1 AND name = $2 AND version = $3;

-- name: put
-- The same, new; of the name stay so many versions ($5), the newest, and nothing that is older than a month.
WITH gone AS (
  DELETE FROM {table} WHERE made < now() - interval '30 days' OR (kind, name, version) IN (
    SELECT kind, name, version FROM {table} WHERE kind = $1 AND name = $2 AND version <> $3
    ORDER BY made DESC OFFSET $5::bigint)
)
INSERT INTO {table} (kind, name, version, content) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, name, version) DO UPDATE SET content = excluded.content, made = now();

-- name: lock
-- Whether this session may make them: one of all does at a time.
SELECT pg_try_advisory_lock(hashtextextended('jmmc-gateway figures ' || $1 || ' ' || $2, 0));

-- name: unlock
-- Let another make them.
SELECT pg_advisory_unlock(hashtextextended('jmmc-gateway figures ' || $1 || ' ' || $2, 0));

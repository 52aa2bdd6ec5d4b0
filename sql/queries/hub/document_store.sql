-- GraphQL texts that clients ask by their hash, shared by gateways of one hub (hub/document_store.py). {table} is that of schema.shared.

-- name: find
-- The text with a hash.
SELECT content FROM {table} WHERE digest = $1;

-- name: put
-- One more; all together stay within so many characters ($3), the newest.
WITH sized AS (
  SELECT digest, sum(length(content)) OVER (ORDER BY sent DESC, digest) + length($2) AS whole FROM {table}
), gone AS (
  DELETE FROM {table} WHERE digest IN (SELECT digest FROM sized WHERE whole > $3::bigint)
)
INSERT INTO {table} (digest, content) VALUES ($1, $2) ON CONFLICT (digest) DO UPDATE SET sent = now();

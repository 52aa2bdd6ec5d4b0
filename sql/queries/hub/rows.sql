-- Connections (hub/rows.py).

-- name: spatial_extension
-- The spatial extensions of a database, of those in $1 and in that order.
SELECT extname FROM pg_catalog.pg_extension
WHERE extname = ANY($1) ORDER BY array_position($1, extname::text);

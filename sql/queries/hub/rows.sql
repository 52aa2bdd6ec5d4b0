-- Connections (hub/rows.py).

-- name: spatial_extension
-- The spatial extensions of a database, of those in $1 and in that order.
SELECT extname FROM pg_catalog.pg_extension
WHERE extname = ANY($1) ORDER BY array_position($1, extname::text);

-- name: keyed_relations
-- The relations of a database that have an index on keys of places (schema/sky_keys.py), whole and usable.
SELECT DISTINCT n.nspname || '.' || r.relname
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_index i ON i.indexrelid = d.objid AND i.indisvalid AND i.indpred IS NULL
JOIN pg_catalog.pg_class r ON r.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass
  AND d.refobjid = to_regprocedure('gw.healpix_29(double precision, double precision)');

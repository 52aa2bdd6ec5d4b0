-- How databases sort text (hub/collations.py). {source} is the name of a source.

-- name: local
-- The hub's own: provider (libc where its PostgreSQL, before 15, has no other) and locale.
SELECT coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'), datcollate::text FROM pg_catalog.pg_database d
WHERE datname = current_database();

-- name: columns
-- The name of a source's database, and the collations that columns of its declared relations ($1) have of their own; NULL for that of
-- the database.
SELECT DISTINCT table_catalog, collation_name FROM gw.{source}_collation WHERE table_schema || '.' || table_name = ANY ($1::text[]);

-- name: database
-- Provider and locale of a source's database ($1).
SELECT datlocprovider::text, datcollate FROM gw.{source}_locale WHERE datname = $1::text;

-- name: former_database
-- The same at a PostgreSQL before 15, whose databases have no provider but libc.
SELECT 'c', datcollate FROM gw.{source}_locale WHERE datname = $1::text;

-- name: text_indexes
-- Tables and columns of text, of the relations $1 and those below their views, that have a b-tree in the order of a collation and none
-- in the order of bytes.
WITH RECURSIVE below AS (
  SELECT n::regclass::oid AS relation FROM unnest($1::text[]) AS n WHERE to_regclass(n) IS NOT NULL
  UNION
  SELECT d.refobjid FROM below b JOIN pg_rewrite r ON r.ev_class = b.relation JOIN pg_depend d ON d.objid = r.oid
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
)
SELECT DISTINCT format('%I.%I', s.nspname, c.relname), quote_ident(a.attname)
FROM below b JOIN pg_class c ON c.oid = b.relation AND c.relkind IN ('r', 'p', 'm') JOIN pg_namespace s ON s.oid = c.relnamespace
JOIN pg_index i ON i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
JOIN pg_opclass o ON o.oid = i.indclass[0] JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
LEFT JOIN pg_collation l ON l.oid = i.indcollation[0]
WHERE a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND o.opcname IN ('text_ops', 'varchar_ops')
  AND l.collname NOT IN ('C', 'POSIX', 'ucs_basic') AND NOT EXISTS (
    SELECT FROM pg_index j JOIN pg_opclass p ON p.oid = j.indclass[0]
    WHERE j.indrelid = c.oid AND j.indisvalid AND j.indkey[0] = i.indkey[0]
      AND p.opcname IN ('text_pattern_ops', 'varchar_pattern_ops'))
ORDER BY 1, 2;

-- name: described
-- Name, provider, locale and version of a database's collation, and the version that the library has now ({actual}); connected to it.
SELECT d.datname::text AS name, coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') AS provider,
  coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate::text) AS locale, d.datcollate::text AS collate,
  to_jsonb(d) ->> 'datcollversion' AS recorded, {actual} AS actual
FROM pg_catalog.pg_database d WHERE d.datname = current_database();

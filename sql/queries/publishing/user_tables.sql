-- Tables that people upload and keep (publishing/user_tables.py, publishing/readable.py). {tables}, {owners}, {columns}, {readers}
-- and {revision} are those of schema/user_tables.py.

-- name: owner
-- Whoever changes their tables waits here for another change of theirs. $1: login, $2: name of a schema for who has none yet.
INSERT INTO {owners} VALUES ($1, $2) ON CONFLICT (login) DO UPDATE SET login = excluded.login RETURNING schema_name;

-- name: known
-- A table of this login ($1) and name ($2).
SELECT id, declared::text, loaded, n_rows FROM {tables} WHERE login = $1 AND table_name = $2;

-- name: taken
-- Tables, rows and bytes that all tables of a login ($1) have.
SELECT count(*), coalesce(sum(n_rows), 0)::bigint, coalesce(sum(n_bytes), 0)::bigint FROM {tables} WHERE login = $1;

-- name: add
-- A table that is made: login, name, description, declaration, names of the columns that rows fill.
INSERT INTO {tables} (login, table_name, description, declared, loaded, n_rows, n_bytes, revision)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0) RETURNING id;

-- name: filled
-- The rows of a table have changed: number, declaration, rows, bytes, revision.
UPDATE {tables} SET declared = $2, n_rows = $3, n_bytes = $4, revision = $5 WHERE id = $1;

-- name: changed
-- One change more; the last statement of each, for those of others wait until it ends.
UPDATE {revision} SET number = number + 1 WHERE id = 1 RETURNING number;

-- name: remove
-- Nothing is known of a table ($1) any more; its readers and columns go with it.
DELETE FROM {tables} WHERE id = $1;

-- name: gone
-- Relations of tables that are not known any more.
SELECT relname FROM pg_catalog.pg_class AS c WHERE relnamespace = '{held}'::regnamespace AND relkind = 'r'
AND NOT EXISTS (SELECT FROM {tables} AS t WHERE c.relname = '{relation}' || t.id);

-- name: readers
-- Whom a table of a login ($1) and name ($2) is shared with, and the schema by which they name it; a row of NULLs for nobody.
SELECT o.schema_name, r.kind, r.name FROM {tables} AS t JOIN {owners} AS o USING (login) LEFT JOIN {readers} AS r ON r.table_id = t.id
WHERE t.login = $1 AND t.table_name = $2 ORDER BY r.kind, r.name;

-- name: unshare
-- A table ($1) is shared with nobody of this kind ($2).
DELETE FROM {readers} WHERE table_id = $1 AND kind = $2;

-- name: share
-- A table ($1) is shared with those of this kind ($2) and these names ($3).
INSERT INTO {readers} SELECT $1, $2, unnest($3::text[]);

-- name: readable
-- The tables that somebody may read. $1: login, NULL for nobody; $2: groups. The first column says whose schema a table is in.
SELECT o.schema_name, t.login = $1 AS own, t.id, t.table_name, t.n_rows, t.declared::text
FROM {tables} AS t JOIN {owners} AS o USING (login)
WHERE t.login = $1 OR t.id IN (
  SELECT table_id FROM {readers} WHERE kind = 'everybody' OR kind = 'person' AND name = $1 OR kind = 'group' AND name = ANY ($2))
ORDER BY t.login = $1 DESC NULLS LAST, o.schema_name, t.table_name;

-- name: listed_schemas
-- TAP_SCHEMA.schemas with those of tables that somebody may read: {numbers} and {schemas} are number and schema of each.
SELECT * FROM {all} UNION ALL SELECT DISTINCT v.schema_name, NULL, '{title}', NULL::integer FROM unnest(ARRAY[{numbers}]::bigint[], ARRAY[{schemas}]::text[]) AS v(id, schema_name);

-- name: listed_tables
-- The same of TAP_SCHEMA.tables.
SELECT * FROM {all} UNION ALL SELECT v.schema_name, v.schema_name || '.' || t.table_name, 'table', NULL, t.description, NULL
FROM unnest(ARRAY[{numbers}]::bigint[], ARRAY[{schemas}]::text[]) AS v(id, schema_name) JOIN {tables} AS t USING (id);

-- name: listed_columns
-- The same of TAP_SCHEMA.columns: {listed} are its columns after the name of the table.
SELECT * FROM {all} UNION ALL SELECT v.schema_name || '.' || t.table_name, {listed}
FROM unnest(ARRAY[{numbers}]::bigint[], ARRAY[{schemas}]::text[]) AS v(id, schema_name) JOIN {tables} AS t USING (id) JOIN {columns} AS c ON c.table_id = t.id;

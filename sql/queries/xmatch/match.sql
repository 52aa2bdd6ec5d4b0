-- The match of two tables or lists (adapters/xmatch/statement.py). Where something must be in a circle ({ra}, {dec}, {within}; ICRS
-- degrees), {everywhere} is TRUE for the whole sky.

-- name: match
-- w: cells that cones around the positions of one side touch. p: positions of the other side, by cell. pair: rows of both that share
-- a cell. near: those within the radius (arcsec), counted by row of the first side. n: all of them, or the nearest of each such row
-- ({distinct}). s and t: the rows of both sides, of our own tables only those that match, by their keys.
WITH w AS MATERIALIZED ({cones}), pair AS MATERIALIZED (
  SELECT DISTINCT {first} AS first, {second} AS second,
    crossid.separation(p.ra, p."dec", {motion}, w.ra, w."dec") AS separation
  FROM w JOIN {places} p ON p.cell = w.cell
  WHERE {everywhere} OR crossid.separation(w.ra, w."dec", 0, 0, 0, {ra}, {dec}) <= {within} * 3600
    AND crossid.separation(p.ra, p."dec", 0, 0, 0, {ra}, {dec}) <= {within} * 3600
), near AS MATERIALIZED (
  SELECT *, count(*) OVER (PARTITION BY first) AS matches FROM pair WHERE separation <= {radius}::float8
), n AS MATERIALIZED (
  SELECT {distinct} * FROM near ORDER BY first, separation, second
), s AS ({first_rows}), t AS MATERIALIZED ({second_rows})
SELECT {row} FROM (
  SELECT {columns} FROM s {join} n ON n.first = s."{first_key}" {join} t ON t."{second_key}" = n.second
  ORDER BY s."{first_key}", n.separation, n.second LIMIT {limit}
) AS r({names});

-- name: list_cones
-- The cones around the rows of a list.
SELECT cell, ra, "dec", source AS key FROM {cells};

-- name: table_cones
-- The cones around the positions of a table, with each row that is there. Two equalities would have PostgreSQL expect a single row,
-- and join the rest in nested loops.
SELECT c.cell, c.ra, c."dec", q.{key} AS key FROM {cells} c JOIN {places} q ON q.ra = c.ra AND q."dec" BETWEEN c."dec" AND c."dec";

-- name: list_rows
-- All rows of a list.
SELECT * FROM {table};

-- name: table_rows
-- The rows of a table that match, fetched by their keys ({side} of the pairs).
SELECT {fetched} FROM {table} r WHERE r."{key}" = ANY(ARRAY(SELECT DISTINCT {side} FROM n));

-- name: places
-- The positions of a table whose cells the hub does not keep.
SELECT "{key}" AS key, {ra} AS ra, {dec} AS "dec", gw.healpix_index(10, {ra}, {dec}) AS cell FROM {table} WHERE {on_sky};

-- name: positions
-- The positions of a table's rows, each once, around which cones are drawn: at most {limit}. Read by a binary COPY.
SELECT DISTINCT w.ra, w."dec" FROM {places} w WHERE w.cell IS NOT NULL
  AND ({everywhere} OR crossid.separation(w.ra, w."dec", 0, 0, 0, {ra}, {dec}) <= {within} * 3600) LIMIT {limit};

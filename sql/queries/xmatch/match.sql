-- The match of an uploaded list with a table (adapters/xmatch/match.py).

-- name: match
-- pair: rows of the table in a cell that a source's cone touches. near: those within the radius (arcsec), counted by source. n: all of
-- them, or the nearest of each source ({distinct}). t: the columns of the matching rows, fetched by their keys alone.
WITH pair AS MATERIALIZED (
  SELECT DISTINCT w.source, p.{places_key} AS key, crossid.separation(p.ra, p."dec", {motion}, w.ra, w."dec") AS separation
  FROM {cells} w JOIN {places} p ON p.cell = w.cell
), near AS MATERIALIZED (
  SELECT *, count(*) OVER (PARTITION BY source) AS matches FROM pair WHERE separation <= {radius}::float8
), n AS MATERIALIZED (
  SELECT {distinct} * FROM near ORDER BY source, separation, key
), t AS MATERIALIZED (
  SELECT {fetched} FROM {table} WHERE "{key}" = ANY(ARRAY(SELECT DISTINCT key FROM n))
)
SELECT {row} FROM (
  SELECT {columns} FROM {sources} s {join} n ON n.source = s.{number} {join} t ON t."{key}" = n.key
  ORDER BY s.{number}, n.separation, n.key LIMIT {limit}
) AS r({names});

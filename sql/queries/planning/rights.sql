-- When what a right hides opens by itself (planning/rights.py).

-- name: releases
-- The instants of the rows of {table} that are not open now, and will be. CASE is shipped to the source, IS NOT TRUE is not.
SELECT {released} AS released FROM {table}
WHERE ({opens}) AND CASE WHEN {open} THEN false ELSE true END AND {released} >= $1 AND {released} < 'infinity'

-- name: openings
-- The instants of the rows of {table} at which what is said of them changes, though nothing of them opens.
SELECT {released} AS released FROM {table} WHERE {released} >= $1 AND {released} < 'infinity'

-- name: next
-- The next of them, each once, as whole numbers: drivers have fewer times than PostgreSQL.
SELECT CAST(extract(epoch FROM released) * 1000000 AS bigint) FROM ({parts}) AS r
GROUP BY released ORDER BY released LIMIT $2;

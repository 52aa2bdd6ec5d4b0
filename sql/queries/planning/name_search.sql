-- Search as one types (planning/name_search.py). Every row is a match: kind (schema/search.py), database, key, what to show, names of
-- which one matches, magnitude in V, number of the star, and whether it was taken for being similar.

-- name: stars
-- In the hub, names of `crossid.star_name`: that begin with $1 (and are before $2), of which a word is like $3, that are similar to $4.
SELECT {kind} AS kind, 'jsdc' AS source, star_id::text AS key, name AS label, ARRAY[designation] AS names, magnitude, star_id, alike FROM (
  (SELECT s.*, false AS alike FROM unnest($1::text[], $2::text[]) AS p (low, high) CROSS JOIN LATERAL (
    SELECT * FROM crossid.star_name WHERE folded >= p.low AND folded < p.high ORDER BY magnitude, star_id, folded LIMIT {most}) s)
  UNION ALL
  (SELECT s.*, false FROM unnest($3::text[]) AS w (pattern) CROSS JOIN LATERAL (
    SELECT * FROM crossid.star_name WHERE designation !~ '[0-9]' AND designation ILIKE w.pattern ORDER BY magnitude, star_id, folded LIMIT {most}) s)
  UNION ALL
  (SELECT *, true FROM crossid.star_name WHERE designation !~ '[0-9]' AND $4 <> '' AND gw.similar(designation, $4)
   ORDER BY gw.similarity(designation, $4) DESC, magnitude, star_id LIMIT {similar})
) s;

-- name: targets
-- In the hub, names that observers gave: as `stars`, of a table of crossid. A name that many records have is found once, in its first.
SELECT {kind} AS kind, '{source}' AS source, key::text, designation AS label, ARRAY[designation] AS names, NULL::real AS magnitude, star_id, alike FROM (
  (SELECT t.*, false AS alike FROM unnest($1::text[], $2::text[]) AS p (low, high) CROSS JOIN LATERAL (
    SELECT DISTINCT ON ({folded}) "{key}" AS key, designation, star_id FROM {table}
    WHERE {folded} >= p.low AND {folded} < p.high ORDER BY {folded}, "{key}" LIMIT {most}) t)
  UNION ALL
  (SELECT t.*, false FROM unnest($3::text[]) AS w (pattern) CROSS JOIN LATERAL (
    SELECT DISTINCT ON ({folded}) "{key}", designation, star_id FROM {table}
    WHERE designation !~ '[0-9]' AND designation ILIKE w.pattern ORDER BY {folded}, "{key}" LIMIT {most}) t)
  UNION ALL
  (SELECT t.*, true FROM (SELECT DISTINCT ON ({folded}) "{key}", designation, star_id FROM {table}
   WHERE designation !~ '[0-9]' AND $4 <> '' AND gw.similar(designation, $4) ORDER BY {folded}, "{key}") t
   ORDER BY gw.similarity(designation, $4) DESC, designation LIMIT {similar})
) t;

-- Identification: which star of JSDC each record is (identity/match.py, where the rules and a worked example are).
--
-- {table} keeps the answers for one kind of records, by {key}; {place} what they were matched by. {listing} is the query that lists
-- the records as they are now. Temporary tables live for one transaction, which is one kind of records.

-- name: prepare
-- The records as they are now, and empty tables for what is found out of those that have changed.
CREATE TEMP TABLE present ON COMMIT DROP AS {listing};
CREATE TEMP TABLE changed (key bigint, name text, ra float8, "dec" float8, epoch float8) ON COMMIT DROP;
CREATE TEMP TABLE spelt (name text, designation text) ON COMMIT DROP;
CREATE TEMP TABLE bearer (name text, star_id bigint, rank int, sure boolean, ra float8, "dec" float8, pmra float8, pmdec float8)
  ON COMMIT DROP;
CREATE TEMP TABLE barred (name text, star_id bigint) ON COMMIT DROP;
CREATE TEMP TABLE touched (key bigint, cell bigint, own boolean) ON COMMIT DROP;
ANALYZE pg_temp.present;

-- name: forget_places
-- Records that are gone.
DELETE FROM {place} p WHERE NOT EXISTS (SELECT FROM pg_temp.present n WHERE n.key = p.key);

-- name: forget_answers
-- What was found of records that are gone.
DELETE FROM {table} p WHERE NOT EXISTS (SELECT FROM pg_temp.present n WHERE n.key = p."{key}");

-- name: changed
-- Records that are new, or differ from what they were matched by; all of them where $1 is true.
INSERT INTO pg_temp.changed
SELECT n.key, n.name, n.ra, n."dec", n.epoch
FROM pg_temp.present n LEFT JOIN {place} p ON p.key = n.key
WHERE $1 OR p.key IS NULL OR (n.name, n.ra, n."dec", n.epoch) IS DISTINCT FROM (p.name, p.ra, p."dec", p.epoch);

-- name: names
-- Names whose bearers are looked for, by the rules of schema/name_match.py.
SELECT DISTINCT name FROM pg_temp.changed WHERE name IS NOT NULL;

-- name: places
-- Places whose HEALPix cells are computed, in Python. Read by a binary COPY.
SELECT key, ra, "dec" FROM pg_temp.changed WHERE ra IS NOT NULL;

-- name: bearers
-- Stars that bear one of the designations $1, or one of the folded designations $2, with what is needed to choose among them. Names
-- and stars are fetched one after the other, each by its index: joined at JSDC, they would be read whole there (130 ms, not 3).
WITH i AS MATERIALIZED (
  SELECT star_id, designation, catalogue = 'IAU' AS approved FROM jsdc.identifier WHERE designation = ANY ($1::text[])
  UNION SELECT star_id, designation, catalogue = 'IAU' FROM jsdc.identifier WHERE folded = ANY ($2::text[])
)
SELECT s.jsdc_id, i.designation, s.name, s.mainid_simbad, nullif(s.vmag, 'NaN')::float8, i.approved, s.raj2000, s.dej2000,
    coalesce(nullif(s.pmra, 'NaN'), 0)::float8, coalesce(nullif(s.pmdec, 'NaN'), 0)::float8
FROM i JOIN jsdc.star s ON s.jsdc_id = i.star_id WHERE s.jsdc_id = ANY (ARRAY(SELECT star_id FROM i));

-- name: analyze_names
-- Statistics for the joins of `identify`.
ANALYZE pg_temp.changed; ANALYZE pg_temp.spelt; ANALYZE pg_temp.touched; ANALYZE pg_temp.bearer;

-- name: identify
-- The rules of identity/match.py: $1 NEAR, $2 WIDE and $3 CLEAR in arcsec, $4 OUTSHINES and $5 BRIGHT in magnitudes.
-- pair: stars in a cell that a record's cone touches. found: stars within NEAR, or else within WIDE, in arrays by distance and by
-- brightness; barred: stars that a record of a name is not of (NULL: all stars). named: of the bearers of the name the nearest
-- within WIDE, else the first, where it is at the record's epoch or at J2000. judged: the method
-- (crossid.METHOD). given: the star and the confidence. A record of no star gets an object_id below 0, made of its designation.
WITH pair AS MATERIALIZED (
  SELECT t.key, s.star_id, s.brightness,
    crossid.separation(s.ra, s."dec", s.pmra, s.pmdec, r.epoch - 2000, r.ra, r."dec") AS separation
  FROM pg_temp.touched t JOIN pg_temp.changed r ON r.key = t.key JOIN crossid.star_cell s ON s.cell = t.cell
), candidate AS (
  SELECT DISTINCT p.key, p.star_id, p.brightness, p.separation FROM pair p JOIN pg_temp.changed r ON r.key = p.key
  WHERE p.separation <= $2
    AND NOT EXISTS (SELECT FROM pg_temp.barred b WHERE b.name = r.name AND coalesce(b.star_id = p.star_id, true))
), scoped AS (
  SELECT *, min(separation) OVER (PARTITION BY key) <= $1 AS near FROM candidate
), found AS (
  SELECT key, near, count(*) AS n,
    array_agg(star_id ORDER BY separation, star_id) AS nearest,
    array_agg(separation ORDER BY separation, star_id) AS separations,
    array_agg(star_id ORDER BY brightness, star_id) AS brightest,
    array_agg(separation ORDER BY brightness, star_id) AS bright_separations,
    array_agg(brightness ORDER BY brightness, star_id) AS magnitudes
  FROM scoped WHERE separation <= $1 OR NOT near GROUP BY key, near
), named AS (
  SELECT DISTINCT ON (r.key) r.key, b.star_id AS named, a.separation AS named_separation, a.epoch AS named_epoch,
    b.sure
  FROM pg_temp.changed r JOIN pg_temp.bearer b ON b.name = r.name
  CROSS JOIN LATERAL (
    SELECT e.epoch, crossid.separation(b.ra, b."dec", b.pmra, b.pmdec, e.epoch - 2000, r.ra, r."dec") AS separation
    FROM (VALUES (r.epoch), (2000)) AS e (epoch) ORDER BY separation, e.epoch DESC LIMIT 1
  ) a
  ORDER BY r.key, CASE WHEN a.separation <= $2 THEN a.separation END, b.rank
), known AS (
  SELECT r.key, f.designation, r.name, r.epoch, r.ra IS NOT NULL AS placed, coalesce(c.near, false) AS near, c.n,
    c.nearest, c.separations, c.brightest, c.bright_separations, c.magnitudes,
    n.named, n.named_separation, coalesce(n.named_epoch, r.epoch) AS named_epoch, n.sure,
    c.n = 1 OR c.magnitudes[2] - c.magnitudes[1] >= $4 AS outshines,
    c.near AND c.separations[2] - c.separations[1] >= $3 AS clear
  FROM pg_temp.changed r
  LEFT JOIN pg_temp.spelt f ON f.name = r.name
  LEFT JOIN found c ON c.key = r.key
  LEFT JOIN named n ON n.key = r.key
), judged AS (
  SELECT *,
    CASE WHEN outshines OR NOT near THEN brightest[1] ELSE nearest[1] END AS best,
    CASE WHEN outshines OR NOT near THEN bright_separations[1] ELSE separations[1] END AS best_separation,
    CASE
      WHEN NOT placed THEN CASE WHEN named IS NULL THEN 0 WHEN sure THEN 3 ELSE 5 END
      WHEN named_separation <= $1 THEN CASE WHEN near AND named <> nearest[1] THEN 3 ELSE 2 END
      WHEN near AND NOT (outshines OR coalesce(clear, false)) THEN 5
      WHEN near THEN CASE WHEN named IS NULL THEN 1 ELSE 4 END
      WHEN named_separation <= $2 THEN 3
      WHEN named IS NOT NULL THEN 6
      WHEN n IS NULL OR magnitudes[1] > $5 THEN 0
      WHEN outshines THEN 1
      ELSE 5
    END AS method
  FROM known
), given AS (
  SELECT *,
    CASE WHEN method IN (2, 3) OR NOT placed THEN named WHEN method IN (1, 4, 5) THEN best END AS star_id,
    CASE WHEN method IN (2, 3) OR NOT placed THEN named_separation WHEN method IN (1, 4, 5) THEN best_separation END
      AS separation,
    CASE
      WHEN method IN (0, 6) THEN 0
      WHEN method = 5 OR NOT placed THEN 1
      WHEN method = 2 THEN 3
      WHEN method = 3 THEN 2
      WHEN NOT near THEN 1
      WHEN n = 1 AND best_separation <= $3 THEN CASE method WHEN 1 THEN 3 ELSE 2 END
      ELSE CASE method WHEN 1 THEN 2 ELSE 1 END
    END AS confidence
  FROM judged
)
INSERT INTO {table} AS old ("{key}", object_id, star_id, designation, separation, separation_2nd, n_mates, method,
  confidence, named_star_id, named_separation, epoch)
SELECT key,
  coalesce(star_id, -1 - ('x' || left(md5(coalesce(designation, '{table} ' || key)), 13))::bit(52)::bigint),
  star_id, designation, separation,
  CASE WHEN star_id = nearest[1] THEN separations[2] ELSE separations[1] END,
  CASE WHEN placed THEN greatest(n, (star_id IS NOT NULL)::int) END, method, confidence,
  CASE WHEN named IS DISTINCT FROM star_id THEN named END,
  CASE WHEN named IS DISTINCT FROM star_id THEN named_separation END,
  CASE WHEN method IN (2, 3) THEN named_epoch ELSE epoch END
FROM given
ON CONFLICT ("{key}") DO UPDATE SET (object_id, star_id, designation, separation, separation_2nd, n_mates, method,
  confidence, named_star_id, named_separation, epoch) = (excluded.object_id, excluded.star_id, excluded.designation,
  excluded.separation, excluded.separation_2nd, excluded.n_mates, excluded.method, excluded.confidence,
  excluded.named_star_id, excluded.named_separation, excluded.epoch)
WHERE old.* IS DISTINCT FROM excluded.*;

-- name: remember
-- What the records were matched by, so that only a change of it is looked at again.
INSERT INTO {place} AS old (key, name, ra, "dec", epoch, cell)
SELECT r.key, r.name, r.ra, r."dec", r.epoch, t.cell
FROM pg_temp.changed r LEFT JOIN pg_temp.touched t ON t.key = r.key AND t.own
ON CONFLICT (key) DO UPDATE SET (name, ra, "dec", epoch, cell)
  = (excluded.name, excluded.ra, excluded."dec", excluded.epoch, excluded.cell)
WHERE old.* IS DISTINCT FROM excluded.*;

-- name: analyze
-- Links to records of many stars are planned by these statistics.
ANALYZE {table}; ANALYZE {place};

-- name: methods
-- Number of records by method.
SELECT method, count(*) FROM {table} GROUP BY method;

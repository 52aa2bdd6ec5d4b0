-- The stars of JSDC by HEALPix cell (identity/stars.py).

-- name: fingerprint
-- All that identification depends on of every star and name, summed up at JSDC, which sends one row: COALESCE would not be shipped,
-- while the hash of a NULL adds nothing.
SELECT concat_ws(' ', s.*, i.*)
FROM (SELECT count(*), sum(hashfloat8extended(raj2000, jsdc_id)), sum(hashfloat8extended(dej2000, jsdc_id)),
    sum(hashfloat4extended(pmra, jsdc_id)), sum(hashfloat4extended(pmdec, jsdc_id)),
    sum(hashfloat4extended(kmag, jsdc_id)), sum(hashfloat4extended(vmag, jsdc_id)),
    sum(hashtextextended(mainid_simbad, jsdc_id)) FROM jsdc.star) s,
  (SELECT count(*), sum(hashtextextended(designation, star_id)) FROM jsdc.identifier) i;

-- name: known_fingerprint
-- The fingerprint of the stars that star_cell was made of.
SELECT fingerprint FROM crossid.seen WHERE source = 'jsdc';

-- name: remember
-- $1: the fingerprint of the stars that star_cell is made of now.
INSERT INTO crossid.seen VALUES ('jsdc', $1)
ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint;

-- name: up_to_date
-- Kinds of records that were matched with the stars as they are.
SELECT s.source FROM crossid.seen s JOIN crossid.seen j USING (fingerprint) WHERE j.source = 'jsdc';

-- name: matched
-- $1: a kind of records that has been matched with the stars as they are.
INSERT INTO crossid.seen SELECT $1, fingerprint FROM crossid.seen WHERE source = 'jsdc'
ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint;

-- name: stars
-- Stars with a place: ICRS degrees at J2000, proper motions in mas/yr (right ascension times cos dec), K or else V magnitude.
-- Read by a binary COPY, in which no cell may be NULL.
SELECT jsdc_id, raj2000, dej2000, coalesce(nullif(pmra, 'NaN'), 0)::float8, coalesce(nullif(pmdec, 'NaN'), 0)::float8,
  coalesce(nullif(kmag, 'NaN'), nullif(vmag, 'NaN'), 'Infinity')::float8
FROM jsdc.star WHERE raj2000 > '-Infinity' AND raj2000 < 'Infinity' AND dej2000 BETWEEN -90 AND 90;

-- name: count
-- How many stars are expected, for the report of progress.
SELECT count(*) FROM jsdc.star;

-- name: create
-- The table that replaces star_cell.
DROP TABLE IF EXISTS crossid.star_cell_new;
CREATE TABLE crossid.star_cell_new (LIKE crossid.star_cell INCLUDING DEFAULTS);

-- name: replace
-- Filled beside the old table and put in its place at the end, so that no reader waits for it.
CREATE INDEX star_cell_new_cell ON crossid.star_cell_new (cell);
CREATE INDEX star_cell_new_grid ON crossid.star_cell_new (gw.cell(ra, "dec"));
ANALYZE crossid.star_cell_new;
DROP TABLE crossid.star_cell;
ALTER TABLE crossid.star_cell_new RENAME TO star_cell;
ALTER INDEX crossid.star_cell_new_cell RENAME TO star_cell_cell;
ALTER INDEX crossid.star_cell_new_grid RENAME TO star_cell_grid;

-- name: forget_names
-- The names of stars that are searched as one types; forgotten and listed in the transaction that no reader waits for.
DELETE FROM crossid.star_name;

-- name: list_names
-- $1: magnitude in V of the faintest star of which names with digits are listed too. Numbers of stars go to JSDC as values: a join would
-- fetch every star and every name.
WITH listed AS MATERIALIZED (
  SELECT star_id, designation, folded FROM jsdc.identifier WHERE designation !~ '[0-9]'
  UNION ALL
  SELECT star_id, designation, folded FROM jsdc.identifier
  WHERE designation ~ '[0-9]' AND star_id = ANY (ARRAY(SELECT jsdc_id FROM jsdc.star WHERE vmag <= $1::real))
), stars AS MATERIALIZED (
  SELECT jsdc_id, name, vmag FROM jsdc.star WHERE jsdc_id = ANY (ARRAY(SELECT DISTINCT star_id FROM listed))
)
INSERT INTO crossid.star_name (star_id, designation, folded, name, magnitude)
SELECT l.star_id, l.designation, l.folded, coalesce(s.name, l.designation), nullif(s.vmag, 'NaN')
FROM listed l JOIN stars s ON s.jsdc_id = l.star_id;

-- name: analyze_names
-- Searches are planned by these statistics.
ANALYZE crossid.star_name;

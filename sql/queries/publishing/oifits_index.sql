-- The index of OIFITS files in the hub (publishing/oifits_index.py). oifits.file and oifits.part are of all files that were read;
-- oifits.granule, which the doors show, of those that are open to everybody.

-- name: files
-- Files as they were when they were read, by this version of what an index has ($1).
SELECT path, size, modified FROM oifits.file WHERE version = $1;

-- name: forget
-- Files that are to be read again, or are gone, with what they had.
DELETE FROM oifits.file WHERE path = ANY ($1::text[]);

-- name: granules
-- Granules of OiDB with files below an address ($1), and whether everybody may have these at a time ($2, UTC).
SELECT id, access_url, target_name, instrument_name, t_min, t_max, coalesce({open}, false) AS open
FROM oidb.granule WHERE starts_with(access_url, $1);

-- name: begin
-- Granules of OiDB, with the path of their file and their name as it is compared.
CREATE TEMP TABLE told (id bigint, path text, url text, plain_name text, instrument text, t_min float8, t_max float8, open boolean)
  ON COMMIT DROP;

-- name: renew
-- What is shown: parts of files all of whose granules are open. A part is a granule's if the granule's time covers it, and if neither
-- has another: of a night that one of both has as two, neither's rows are the other's. {same}: days up to which times are the same.
-- Rows that are as they were stay, so that nothing changes where nothing has changed.
CREATE TEMP TABLE shown ON COMMIT DROP AS
WITH open AS (SELECT path, min(url) AS url FROM pg_temp.told GROUP BY path HAVING bool_and(open)),
pair AS (
  SELECT p.part_id, t.id FROM oifits.part p JOIN open o USING (path) JOIN pg_temp.told t USING (path, plain_name)
  WHERE t.instrument IN (p.ins_name, p.instrument_name)
    AND t.t_min <= p.t_middle_min + {same} AND t.t_max >= p.t_middle_max - {same}
),
one AS (
  SELECT part_id, id FROM (
    SELECT *, count(*) OVER (PARTITION BY part_id) AS granules, count(*) OVER (PARTITION BY id) AS parts FROM pair
  ) AS counted WHERE granules = 1 AND parts = 1
)
SELECT p.part_id, one.id AS granule_id, {did} AS obs_publisher_did, o.url AS access_url, {measured}, f.doubts
FROM oifits.part p JOIN open o USING (path) JOIN oifits.file f USING (path) LEFT JOIN one USING (part_id);
DELETE FROM oifits.granule g WHERE NOT EXISTS (
  SELECT FROM pg_temp.shown s WHERE s.part_id = g.part_id AND s IS NOT DISTINCT FROM g
);
INSERT INTO oifits.granule SELECT s.* FROM pg_temp.shown s WHERE NOT EXISTS (
  SELECT FROM oifits.granule g WHERE g.part_id = s.part_id
);

-- name: count
-- How many rows are shown, and of how many files.
SELECT count(*), count(DISTINCT access_url) FROM oifits.granule;

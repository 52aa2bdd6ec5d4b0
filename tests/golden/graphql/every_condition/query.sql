SELECT t.id, t.instrument_name, t.facility_name
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND ((CASE WHEN t.data_rights = 'public' OR t.obs_release_date < CAST($3 AS timestamp) OR CAST($5 AS boolean) OR (cardinality(CAST($4 AS text[])) > 0 AND regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && CAST($4 AS text[])) THEN t.access_url END) LIKE CAST($6 AS text)) AND (t.t_min < CAST($7 AS double precision)) AND (t.t_min > CAST($8 AS double precision)) AND t.em_min >= CAST($9 AS double precision) AND t.em_min <= CAST($10 AS double precision) AND (t.facility_name ILIKE CAST($11 AS text)) AND (t.subdate <= CAST($12 AS timestamp without time zone)) AND (t.subdate >= CAST($13 AS timestamp without time zone)) AND ((t.instrument_name = CAST($14 AS text)) OR (t.instrument_name = CAST($15 AS text))) AND NOT (t.target_name = CAST($16 AS text)) ORDER BY t.id ASC
LIMIT 3
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "2026-11-30T20:00:00"
-- $4 = []
-- $5 = false
-- $6 = "http%"
-- $7 = 70000.0
-- $8 = 50000.0
-- $9 = 1e-7
-- $10 = 0.0001
-- $11 = "%i"
-- $12 = "2099-12-31T22:00:00"
-- $13 = "2000-01-01T00:00:00"
-- $14 = "GRAVITY"
-- $15 = "PIONIER"
-- $16 = ""

SELECT count(*) AS count_1
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND ((CASE WHEN t.data_rights = 'public' OR t.obs_release_date < CAST($3 AS timestamp) OR CAST($5 AS boolean) OR (cardinality(CAST($4 AS text[])) > 0 AND regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && CAST($4 AS text[])) THEN t.access_url END) LIKE CAST($6 AS text)) AND (t.t_min < CAST($7 AS double precision)) AND (t.t_min > CAST($8 AS double precision)) AND t.em_min >= CAST($9 AS double precision) AND t.em_min <= CAST($10 AS double precision) AND (t.facility_name ILIKE CAST($11 AS text)) AND (t.subdate <= CAST($12 AS timestamp without time zone)) AND (t.subdate >= CAST($13 AS timestamp without time zone)) AND ((t.instrument_name = CAST($14 AS text)) OR (t.instrument_name = CAST($15 AS text))) AND NOT (t.target_name = CAST($16 AS text))
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "2026-11-30T20:00:00"
-- $4 = []
-- $5 = false
-- $6 = "http%"
-- $7 = 70000.0
-- $8 = 50000.0
-- $9 = 1e-7
-- $10 = 0.0001
-- $11 = "%i"
-- $12 = "2099-12-31T22:00:00"
-- $13 = "2000-01-01T00:00:00"
-- $14 = "GRAVITY"
-- $15 = "PIONIER"
-- $16 = ""

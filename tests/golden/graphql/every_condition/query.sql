SELECT t.id, t.instrument_name, t.facility_name
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND ((CASE WHEN t.data_rights = 'public' OR t.obs_release_date < CAST($3 AS timestamp) OR CAST($5 AS boolean) OR (CAST($6 AS boolean) AND (regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && CAST($4 AS text[]) OR regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && string_to_array(left(t.obs_collection, 0) || (CAST($8 AS text[]))[array_position(CAST($7 AS text[]), t.obs_collection)], '/') OR regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && string_to_array(left(t.progid, 0) || (CAST($8 AS text[]))[array_position(CAST($7 AS text[]), t.progid)], '/'))) THEN t.access_url END) LIKE CAST($9 AS text)) AND (t.t_min < CAST($10 AS double precision)) AND (t.t_min > CAST($11 AS double precision)) AND t.em_min >= CAST($12 AS double precision) AND t.em_min <= CAST($13 AS double precision) AND (t.facility_name ILIKE CAST($14 AS text)) AND (t.subdate <= CAST($15 AS timestamp without time zone)) AND (t.subdate >= CAST($16 AS timestamp without time zone)) AND ((t.instrument_name = CAST($17 AS text)) OR (t.instrument_name = CAST($18 AS text))) AND NOT (t.target_name = CAST($19 AS text)) ORDER BY t.id ASC
LIMIT 3
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "2026-11-30T20:00:00"
-- $4 = []
-- $5 = false
-- $6 = false
-- $7 = []
-- $8 = []
-- $9 = "http%"
-- $10 = 70000.0
-- $11 = 50000.0
-- $12 = 1e-7
-- $13 = 0.0001
-- $14 = "%i"
-- $15 = "2099-12-31T22:00:00"
-- $16 = "2000-01-01T00:00:00"
-- $17 = "GRAVITY"
-- $18 = "PIONIER"
-- $19 = ""

SELECT count(*) AS count_1
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND ((CASE WHEN t.data_rights = 'public' OR t.obs_release_date < CAST($3 AS timestamp) OR CAST($5 AS boolean) OR (CAST($6 AS boolean) AND (regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && CAST($4 AS text[]) OR regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && string_to_array(left(t.obs_collection, 0) || (CAST($8 AS text[]))[array_position(CAST($7 AS text[]), t.obs_collection)], '/') OR regexp_split_to_array(upper(btrim(t.datapi)), '\s*/\s*') && string_to_array(left(t.progid, 0) || (CAST($8 AS text[]))[array_position(CAST($7 AS text[]), t.progid)], '/'))) THEN t.access_url END) LIKE CAST($9 AS text)) AND (t.t_min < CAST($10 AS double precision)) AND (t.t_min > CAST($11 AS double precision)) AND t.em_min >= CAST($12 AS double precision) AND t.em_min <= CAST($13 AS double precision) AND (t.facility_name ILIKE CAST($14 AS text)) AND (t.subdate <= CAST($15 AS timestamp without time zone)) AND (t.subdate >= CAST($16 AS timestamp without time zone)) AND ((t.instrument_name = CAST($17 AS text)) OR (t.instrument_name = CAST($18 AS text))) AND NOT (t.target_name = CAST($19 AS text))
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "2026-11-30T20:00:00"
-- $4 = []
-- $5 = false
-- $6 = false
-- $7 = []
-- $8 = []
-- $9 = "http%"
-- $10 = 70000.0
-- $11 = 50000.0
-- $12 = 1e-7
-- $13 = 0.0001
-- $14 = "%i"
-- $15 = "2099-12-31T22:00:00"
-- $16 = "2000-01-01T00:00:00"
-- $17 = "GRAVITY"
-- $18 = "PIONIER"
-- $19 = ""

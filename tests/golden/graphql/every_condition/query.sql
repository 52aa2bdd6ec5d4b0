SELECT t.id, t.instrument_name, t.facility_name
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND (t.access_url LIKE CAST($3 AS text)) AND (t.t_min < CAST($4 AS double precision)) AND (t.t_min > CAST($5 AS double precision)) AND t.em_min >= CAST($6 AS double precision) AND t.em_min <= CAST($7 AS double precision) AND (t.facility_name ILIKE CAST($8 AS text)) AND (t.subdate <= CAST($9 AS timestamp without time zone)) AND (t.subdate >= CAST($10 AS timestamp without time zone)) AND ((t.instrument_name = CAST($11 AS text)) OR (t.instrument_name = CAST($12 AS text))) AND NOT (t.target_name = CAST($13 AS text)) ORDER BY t.id ASC
LIMIT 3
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "http%"
-- $4 = 70000.0
-- $5 = 50000.0
-- $6 = 1e-7
-- $7 = 0.0001
-- $8 = "%i"
-- $9 = "2099-12-31T22:00:00"
-- $10 = "2000-01-01T00:00:00"
-- $11 = "GRAVITY"
-- $12 = "PIONIER"
-- $13 = ""

SELECT count(*) AS count_1
FROM oidb.granule AS t
WHERE t.calib_level = any(CAST($1 AS bigint[])) AND (t.data_rights <> CAST($2 AS text)) AND t.data_rights IS NOT NULL AND (t.access_url LIKE CAST($3 AS text)) AND (t.t_min < CAST($4 AS double precision)) AND (t.t_min > CAST($5 AS double precision)) AND t.em_min >= CAST($6 AS double precision) AND t.em_min <= CAST($7 AS double precision) AND (t.facility_name ILIKE CAST($8 AS text)) AND (t.subdate <= CAST($9 AS timestamp without time zone)) AND (t.subdate >= CAST($10 AS timestamp without time zone)) AND ((t.instrument_name = CAST($11 AS text)) OR (t.instrument_name = CAST($12 AS text))) AND NOT (t.target_name = CAST($13 AS text))
-- $1 = [0,1,2,3]
-- $2 = "secret"
-- $3 = "http%"
-- $4 = 70000.0
-- $5 = 50000.0
-- $6 = 1e-7
-- $7 = 0.0001
-- $8 = "%i"
-- $9 = "2099-12-31T22:00:00"
-- $10 = "2000-01-01T00:00:00"
-- $11 = "GRAVITY"
-- $12 = "PIONIER"
-- $13 = ""

SELECT t.exp_id, t.instrument_name, t.exp_mjd_start
FROM obsportal.exposure AS t
WHERE (t.instrument_name ~>=~ CAST($1 AS text)) AND ((t.instrument_name ~>~ CAST($1 AS text)) OR t.instrument_name = CAST($1 AS text) AND (t.exp_mjd_start < CAST($2 AS double precision) OR t.exp_mjd_start = CAST($2 AS double precision) AND (t.exp_id ~>~ CAST($3 AS text)))) ORDER BY t.instrument_name USING ~<~, t.exp_mjd_start DESC, t.exp_id USING ~<~
LIMIT 3
-- $1 = "GRAVITY"
-- $2 = 58857.17776217
-- $3 = "GRAVI.2020-01-09T04:15:58.651_1"

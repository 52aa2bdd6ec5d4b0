SELECT t.target_name, t.target_id
FROM obsportal.target AS t
WHERE t.target_id = any(CAST($1 AS bigint[])) ORDER BY t.target_id ASC
LIMIT 101
-- $1 = [3,466]

SELECT t.target_id AS parent, count(*) AS g0, CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST(t.exp_seeing AS DOUBLE PRECISION)) FILTER (WHERE t.exp_seeing > '-Infinity'::float8 AND t.exp_seeing < 'Infinity'::float8) AS DOUBLE PRECISION) AS g1, max(t.exp_mjd_start) FILTER (WHERE t.exp_mjd_start > '-Infinity'::float8 AND t.exp_mjd_start < 'Infinity'::float8) AS g2, count(DISTINCT t.instrument_name) AS g3
FROM obsportal.exposure AS t
WHERE t.target_id = any(CAST($1 AS integer[])) GROUP BY t.target_id
-- $1 = [3,466]

SELECT s.parent, s.g0, s.g1, s.g2
FROM (SELECT t.target_id AS parent, t.instrument_name AS g0, CASE WHEN (t.exp_mjd_start > '-Infinity'::float8 AND t.exp_mjd_start < 'Infinity'::float8) THEN floor(CAST((CAST(t.exp_mjd_start AS DOUBLE PRECISION) - CAST($1 AS double precision)) + (abs(CAST(t.exp_mjd_start AS DOUBLE PRECISION)) + abs(CAST($1 AS double precision))) * 1e-15::float8 AS DOUBLE PRECISION) / CAST($2 AS double precision)) END AS g1, count(*) AS g2, row_number() OVER (PARTITION BY t.target_id ORDER BY count(*) DESC, t.instrument_name USING ~<~, CASE WHEN (t.exp_mjd_start > '-Infinity'::float8 AND t.exp_mjd_start < 'Infinity'::float8) THEN floor(CAST((CAST(t.exp_mjd_start AS DOUBLE PRECISION) - CAST($1 AS double precision)) + (abs(CAST(t.exp_mjd_start AS DOUBLE PRECISION)) + abs(CAST($1 AS double precision))) * 1e-15::float8 AS DOUBLE PRECISION) / CAST($2 AS double precision)) END) AS rank
FROM obsportal.exposure AS t
WHERE t.target_id = any(CAST($3 AS integer[])) GROUP BY t.target_id, t.instrument_name, CASE WHEN (t.exp_mjd_start > '-Infinity'::float8 AND t.exp_mjd_start < 'Infinity'::float8) THEN floor(CAST((CAST(t.exp_mjd_start AS DOUBLE PRECISION) - CAST($1 AS double precision)) + (abs(CAST(t.exp_mjd_start AS DOUBLE PRECISION)) + abs(CAST($1 AS double precision))) * 1e-15::float8 AS DOUBLE PRECISION) / CAST($2 AS double precision)) END) AS s
WHERE s.rank > 1 AND s.rank <= 3 ORDER BY s.parent, s.rank
-- $1 = 0.0
-- $2 = 5.0
-- $3 = [3,466]

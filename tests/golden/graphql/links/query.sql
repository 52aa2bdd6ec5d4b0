SELECT t.target_name, t.target_id
FROM obsportal.target AS t ORDER BY t.target_id ASC
LIMIT 4

SELECT s.parent, s.c0, s.c1
FROM (SELECT t.target_id AS parent, t.exp_id AS c0, t.obs_program AS c1, row_number() OVER (PARTITION BY t.target_id ORDER BY t.exp_mjd_start DESC, t.exp_id USING ~<~) AS rank, t.exp_mjd_start AS o0, t.exp_id AS o1
FROM obsportal.exposure AS t
WHERE t.target_id = any(CAST($1 AS integer[]))) AS s
WHERE s.rank <= 3 ORDER BY s.parent, s.o0 DESC, s.o1 USING ~<~
-- $1 = [3,4,466]

SELECT t.target_id, count(*) AS count_1
FROM obsportal.exposure AS t
WHERE t.target_id = any(CAST($1 AS integer[])) GROUP BY t.target_id
-- $1 = [3,4,466]

SELECT t.obs_program AS parent, t.obs_program AS c0, t.obs_program_title AS c1
FROM obsportal.program AS t
WHERE t.obs_program = any(CAST($1 AS text[]))
-- $1 = ["V3","SPICA_DEV_TESTS","0103.C-0420(A)"]

SELECT t_star.raj2000, t_star.dej2000
FROM jsdc.identifier AS t LEFT OUTER JOIN jsdc.star AS t_star ON t.star_id = t_star.jsdc_id
WHERE t.designation = CAST($1 AS text) ORDER BY t.identifier_id ASC
LIMIT 1
-- $1 = "fomalhaut"

SELECT t.name, t.vmag, t.jsdc_id
FROM jsdc.star AS t
WHERE gw.in_cone(t.raj2000, t.dej2000, CAST($1 AS double precision), CAST($2 AS double precision), CAST($3 AS double precision)) ORDER BY t.vmag + 0 ASC, t.jsdc_id + 0 ASC
LIMIT 4
-- $1 = 344.4126929
-- $2 = -29.6222369
-- $3 = 3.0

SELECT count(*) AS count_1
FROM jsdc.star AS t
WHERE gw.in_cone(t.raj2000, t.dej2000, CAST($1 AS double precision), CAST($2 AS double precision), CAST($3 AS double precision))
-- $1 = 344.4126929
-- $2 = -29.6222369
-- $3 = 3.0

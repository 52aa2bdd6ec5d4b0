SELECT t.designation, t.catalogue, t_star.jsdc_id, t_star.name, t_star.mainid_simbad, t_star.vmag, t_star.raj2000, t_star.dej2000
FROM jsdc.identifier AS t LEFT OUTER JOIN jsdc.star AS t_star ON t.star_id = t_star.jsdc_id
WHERE t.designation = any(CAST($1 AS text[])) OR t.folded = any(CAST($2 AS text[]))
-- $1 = ["Fomalhaut","Fomalhaut A","Fomalhaut AB"]
-- $2 = ["fomalhaut","fomalhauta","fomalhautab"]

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

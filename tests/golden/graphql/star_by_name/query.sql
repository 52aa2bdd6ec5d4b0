SELECT t.designation, t.catalogue, t_star.jsdc_id, t_star.name, t_star.mainid_simbad, t_star.vmag, t_star.name AS name__1, t_star.raj2000, t_star.dej2000, t_star.vmag AS vmag__1, t_star.e_vmag, t_star.f_vmag, t_star.q_vmag, t_star.ldd, t_star.e_ldd, t_star.jsdc_id AS jsdc_id__1
FROM jsdc.identifier AS t LEFT OUTER JOIN jsdc.star AS t_star ON t.star_id = t_star.jsdc_id
WHERE t.designation = any(CAST($1 AS text[])) OR t.folded = any(CAST($2 AS text[]))
-- $1 = ["HD 48329","HD 48329 A","HD 48329 AB"]
-- $2 = ["hd48329","hd48329a","hd48329ab"]

SELECT t.star_id, t.catalogue, t.identifier
FROM jsdc.identifier AS t
WHERE t.star_id = CAST($1 AS bigint) ORDER BY t.catalogue ASC, t.identifier_id ASC
LIMIT 4
-- $1 = 32246

SELECT t.star_id, count(*) AS count_1
FROM jsdc.identifier AS t
WHERE t.star_id = any(CAST($1 AS bigint[])) GROUP BY t.star_id
-- $1 = [32246]

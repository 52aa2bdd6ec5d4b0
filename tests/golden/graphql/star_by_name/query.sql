SELECT t.name, t.raj2000, t.dej2000, t.vmag, t.e_vmag, t.f_vmag, t.q_vmag, t.ldd, t.e_ldd, t.jsdc_id
FROM jsdc.star AS t
WHERE t.jsdc_id = (SELECT n.star_id
FROM jsdc.identifier AS n
WHERE n.designation = CAST($1 AS text) ORDER BY n.identifier_id
LIMIT 1)
LIMIT 1
-- $1 = "hd48329"

SELECT t.star_id, t.catalogue, t.identifier
FROM jsdc.identifier AS t
WHERE t.star_id = CAST($1 AS bigint) ORDER BY t.catalogue ASC, t.identifier_id ASC
LIMIT 4
-- $1 = 32246

SELECT t.star_id, count(*) AS count_1
FROM jsdc.identifier AS t
WHERE t.star_id = any(CAST($1 AS bigint[])) GROUP BY t.star_id
-- $1 = [32246]

SELECT t.name, t.vmag, t.f_vmag, t.kmag, t.f_kmag, t.q_kmag
FROM jsdc.star AS t
WHERE t.f_vmag = any(CAST($1 AS bigint[])) AND (t.q_kmag <> CAST($2 AS bigint)) ORDER BY t.kmag DESC NULLS LAST, t.jsdc_id ASC
LIMIT 3
-- $1 = [11,12,4]
-- $2 = 0

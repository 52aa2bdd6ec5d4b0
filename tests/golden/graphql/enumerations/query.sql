WITH near AS MATERIALIZED
(SELECT 0 AS part, t.name AS c0, t.vmag AS c1, t.f_vmag AS c2, t.kmag AS c3, t.f_kmag AS c4, t.q_kmag AS c5, t.kmag AS o0, t.jsdc_id AS o1
FROM (SELECT t.name AS name, t.vmag AS vmag, t.f_vmag AS f_vmag, t.kmag AS kmag, t.f_kmag AS f_kmag, t.q_kmag AS q_kmag, t.jsdc_id AS jsdc_id
FROM jsdc.star AS t
WHERE t.kmag IS NOT NULL ORDER BY t.kmag DESC, t.jsdc_id ASC
LIMIT 1000) AS t
WHERE t.f_vmag = any(CAST($1 AS bigint[])) AND (t.q_kmag <> CAST($2 AS bigint)) ORDER BY t.kmag DESC, t.jsdc_id ASC
LIMIT 3)
SELECT s.c0 AS name, s.c1 AS vmag, s.c2 AS f_vmag, s.c3 AS kmag, s.c4 AS f_kmag, s.c5 AS q_kmag
FROM (SELECT near.part AS part, near.c0 AS c0, near.c1 AS c1, near.c2 AS c2, near.c3 AS c3, near.c4 AS c4, near.c5 AS c5, near.o0 AS o0, near.o1 AS o1
FROM near
WHERE (SELECT count(*) AS count_1
FROM near) >= 3 UNION ALL SELECT rest.part AS part, rest.c0 AS c0, rest.c1 AS c1, rest.c2 AS c2, rest.c3 AS c3, rest.c4 AS c4, rest.c5 AS c5, rest.o0 AS o0, rest.o1 AS o1
FROM (SELECT 1 AS part, t.name AS c0, t.vmag AS c1, t.f_vmag AS c2, t.kmag AS c3, t.f_kmag AS c4, t.q_kmag AS c5, t.kmag AS o0, t.jsdc_id AS o1
FROM jsdc.star AS t
WHERE t.f_vmag = any(CAST($1 AS bigint[])) AND (t.q_kmag <> CAST($2 AS bigint)) ORDER BY t.kmag + 0 DESC NULLS LAST, t.jsdc_id + 0 ASC
LIMIT 3) AS rest
WHERE (SELECT count(*) AS count_1
FROM near) < 3) AS s ORDER BY s.part, s.o0 DESC NULLS LAST, s.o1 ASC
LIMIT 3
-- $1 = [11,12,4]
-- $2 = 0

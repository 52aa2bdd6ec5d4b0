SELECT t.collection_id
FROM oidb.collection AS t ORDER BY t.collection_id ASC
LIMIT 3

SELECT s.parent, s.c0, s.c1
FROM unnest(CAST($1 AS text[])) AS anon_1(key) JOIN LATERAL (SELECT t.obs_collection AS parent, t.id AS c0, t.target_name AS c1
FROM oidb.granule AS t
WHERE t.obs_collection = anon_1.key ORDER BY t.t_min DESC NULLS LAST, t.id ASC
LIMIT 2 OFFSET 0) AS s ON true
-- $1 = ["0ab199d0-29c4-40d7-b199-d029c420d795","1b17307c-9691-4fea-9730-7c96917feaa9"]

SELECT t.collection_id
FROM oidb.collection AS t ORDER BY t.coltype DESC, t.collection_id DESC
LIMIT 3

SELECT s.parent, s.c0, s.c1
FROM unnest(CAST($1 AS text[])) AS anon_1(key) JOIN LATERAL (SELECT t.obs_collection AS parent, t.id AS c0, t.target_name AS c1
FROM oidb.granule AS t
WHERE t.obs_collection = anon_1.key ORDER BY t.t_min DESC NULLS LAST, t.id ASC
LIMIT 2 OFFSET 0) AS s ON true
-- $1 = ["sample_spica","sample_vega"]

SELECT t.collection_id
FROM oidb.collection AS t ORDER BY t.coltype USING ~>~, t.collection_id USING ~>~
LIMIT 3

SELECT p.key AS parent, s.c0, s.c1
FROM unnest(CAST($1 AS text[])) AS p(key) JOIN LATERAL (SELECT t.id AS c0, t.target_name AS c1
FROM oidb.granule AS t
WHERE t.obs_collection = p.key ORDER BY t.t_min + 0 DESC NULLS LAST, t.id + 0 ASC
LIMIT 2 OFFSET 0) AS s ON true
WHERE true
-- $1 = ["sample_spica","sample_vega"]

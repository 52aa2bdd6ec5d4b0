SELECT t.spicadb_id, t.target_main_id
FROM spica.target AS t ORDER BY t.target_main_id DESC, t.spicadb_id DESC
LIMIT 3

SELECT s.parent, s.c0, s.c1
FROM (SELECT t.spicadb_id AS parent, t.tpl_start AS c0, t.run_status AS c1, row_number() OVER (PARTITION BY t.spicadb_id ORDER BY t.tpl_start DESC) AS rank, t.tpl_start AS o0
FROM spica.followup AS t
WHERE t.spicadb_id = any(CAST($1 AS bigint[]))) AS s
WHERE s.rank <= 2 ORDER BY s.parent, s.o0 DESC
-- $1 = [41,23]

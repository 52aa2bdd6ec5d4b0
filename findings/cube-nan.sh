#!/usr/bin/env bash
# One NaN in 500 positions: a GiST index of contrib cube then misses other rows, and goes on when they are gone.
. "$(dirname "$0")/common.bash"
server
reachable() {
    echo 'SET enable_seqscan = off;
SELECT count(t.id), count(*) FROM star AS s
LEFT JOIN LATERAL (SELECT id FROM star WHERE place <@ cube(ARRAY[s.x, s.y]) AND id = s.id OFFSET 0) AS t ON true
WHERE s.x <> '\''NaN'\'';' | sql postgres
}
sql postgres <<'SQL'
CREATE EXTENSION cube;
CREATE TABLE star (id integer, x float8, y float8, place cube);
CREATE INDEX star_place ON star USING gist (place);
INSERT INTO star
SELECT id, x, y, cube(ARRAY[x, y]) FROM generate_series(1, 20000) AS id,
LATERAL (SELECT CASE WHEN id % 500 = 1 THEN 'NaN' ELSE (id * 7919 % 10007)::float8 END AS x, (id * 104729 % 9973)::float8 AS y) AS at;
SQL
before=$(reachable)
sql postgres <<< "DELETE FROM star WHERE x = 'NaN'" && sql postgres <<< "VACUUM star"
after=$(reachable)
sql postgres <<< "REINDEX INDEX star_place"
echo "rows that the index finds at their own place, of those that have one (a few more or fewer each time)"
echo "with NaNs $before, without them $after, with a new index $(reachable)"
seen "missed missed found" "$(for found in "$before" "$after" "$(reachable)"; do
    [ "${found%|*}" -lt "${found#*|}" ] && echo missed || echo found
done | xargs)"

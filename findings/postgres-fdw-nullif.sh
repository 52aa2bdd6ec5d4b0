#!/usr/bin/env bash
# postgres_fdw sends CASE to the source, but neither NULLIF nor COALESCE: the same condition then fetches the whole table.
. "$(dirname "$0")/common.bash"
server
sql postgres <<SQL
CREATE DATABASE source;
CREATE EXTENSION postgres_fdw;
CREATE SERVER source FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$folder', dbname 'source');
CREATE USER MAPPING FOR postgres SERVER source OPTIONS (user 'postgres');
CREATE FOREIGN TABLE star (id integer, vmag float8, note text) SERVER source;
SQL
sql source <<< "CREATE TABLE star AS SELECT id, (id % 100)::float8 AS vmag, NULL::text AS note FROM generate_series(1, 10000) AS id"
# Rows that come over for a condition that 100 of 10 000 meet.
fetched() {
    sql postgres <<< "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF) SELECT id FROM star WHERE $1" > "$folder/plan"
    grep -o "Remote SQL.*" "$folder/plan" >&2
    awk '/Foreign Scan/ { match($0, /rows=[0-9.]+/); rows = substr($0, RSTART + 5, RLENGTH - 5) }
         /Rows Removed by Filter/ { rows += $NF } END { printf "%d\n", rows }' "$folder/plan"
}
seen "100 10000 100 10000" "$(fetched "CASE WHEN vmag = 99 THEN NULL ELSE vmag END = 7") $(fetched "NULLIF(vmag, 99) = 7") \
$(fetched "CASE WHEN vmag IS NULL THEN 99 ELSE vmag END = 7") $(fetched "COALESCE(vmag, 99) = 7")"

-- What is added to a table whose rows have a time of change (resolvers/additions.py). {hash} is the hash of the key.

-- name: known
-- The latest time of change, and the hash of every key.
SELECT max({updated}), array_agg({hash} ORDER BY {hash}) FROM {table};

-- name: changed_since
-- The next {limit} rows that changed at $1 with a key above $2, or after $1.
SELECT {key}, {updated}, {hash} FROM {table}
WHERE {updated} >= $1 AND ({updated} > $1 OR {key} > $2)
ORDER BY {updated}, {key} LIMIT {limit};

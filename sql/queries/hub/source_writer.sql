-- Transactions that write to a source (hub/source_writer.py).

-- name: begin
-- Who asks ($1: login), by which door ($2), whose rows they may change ($3: JSON); all until the transaction ends. Returns its number.
SELECT pg_current_xact_id()::text FROM (SELECT
    set_config('gw.asker', $1, true), set_config('gw.door', $2, true), set_config('gw.rights', $3, true)
) AS said;

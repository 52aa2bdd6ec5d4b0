-- Idempotency keys of transactions that write to a source (hub/source_transaction.py).

-- name: claim
-- Take an idempotency key; no row where it is taken, for which a transaction that is taking it is waited for.
INSERT INTO gw.idempotency (asker, idempotency_key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true;

-- name: claimed
-- The request that took a key, and what it gave.
SELECT request, result FROM gw.idempotency WHERE asker = $1 AND idempotency_key = $2;

-- name: fulfil
-- Keep what the request of a key gave.
UPDATE gw.idempotency SET result = $3 WHERE asker = $1 AND idempotency_key = $2;

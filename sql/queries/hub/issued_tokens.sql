-- Tokens that the gateway gives (hub/issued_tokens.py). {table} is that of schema.logins, {columns} the fields of IssuedToken:
-- token_id, kind, login, groups, label, writes, created, expires, sealed.

-- name: add
-- A new one, with its digest ($10). Those that have ended go, and the login's oldest of this kind beyond so many others ($11).
WITH gone AS (
  DELETE FROM {table} WHERE expires < now() OR token_id IN (
    SELECT token_id FROM {table} WHERE login = $3 AND kind = $2 ORDER BY created DESC, token_id OFFSET $11::bigint)
)
INSERT INTO {table} ({columns}, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: find
-- The one with a digest, of a kind, unless it has ended.
SELECT {columns} FROM {table} WHERE digest = $1 AND kind = $2 AND expires > now();

-- name: of_login
-- Those of a login, of a kind, the newest first.
SELECT {columns} FROM {table} WHERE login = $1 AND kind = $2 AND expires > now() ORDER BY created DESC, token_id;

-- name: revoke
-- One of a login ends.
DELETE FROM {table} WHERE login = $1 AND token_id = $2 RETURNING token_id;

-- name: forget
-- The one with a digest ends.
DELETE FROM {table} WHERE digest = $1;

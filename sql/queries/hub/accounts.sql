-- Whose aliases and delegations are whose at SPICA-DB (hub/accounts.py). {account} and {delegation} are the tables of schema.spica.

-- name: aliases
-- Names that principal investigators are called by, of a login in lower case ($1).
SELECT DISTINCT upper(alias) FROM {account} WHERE lower(login) = $1;

-- name: delegations
-- Principal investigators who let one with such an alias ($1, in capitals) act for them, and where.
SELECT DISTINCT upper(piname), catalog FROM {delegation} WHERE upper(coi_alias) = ANY($1::text[]) AND piname IS NOT NULL
  AND row_state = 'active';

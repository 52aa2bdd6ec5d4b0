-- What records of the registry say of published tables (gateway/routes/oai.py).

-- name: place
-- The place of a row, ICRS degrees; {cells} are the positions of a published table by HEALPix cell.
SELECT ra, "dec" FROM {cells} WHERE cell IS NOT NULL LIMIT 1;

-- name: tell
-- What a table or a source covers ($1 its name, $2 a MOC, $3 MJD), and since when the registry is told so: it stays as it was where nothing has
-- changed, as another process may have been quicker.
INSERT INTO {covered} AS told (table_name, spatial, temporal) VALUES ($1, $2, $3)
ON CONFLICT (table_name) DO UPDATE SET spatial = excluded.spatial, temporal = excluded.temporal,
  since = CASE WHEN told.spatial = excluded.spatial AND told.temporal = excluded.temporal THEN told.since ELSE now() END
RETURNING date_trunc('second', since);

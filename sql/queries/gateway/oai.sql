-- What records of the registry say of published tables (gateway/routes/oai.py).

-- name: place
-- The place of a row, ICRS degrees; {cells} are the positions of a published table by HEALPix cell.
SELECT ra, "dec" FROM {cells} WHERE cell IS NOT NULL LIMIT 1;

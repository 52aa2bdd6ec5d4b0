-- Names that observers have for stars (resolvers/star_names.py).

-- name: observed
-- Stars that records with one of the designations $1 are surely linked to.
SELECT DISTINCT star_id FROM (
  SELECT star_id, designation, confidence FROM crossid.target
  UNION ALL SELECT star_id, designation, confidence FROM crossid.granule
  UNION ALL SELECT star_id, designation, confidence FROM crossid.spica
) r WHERE designation = ANY ($1::text[]) AND star_id IS NOT NULL AND confidence >= $2;

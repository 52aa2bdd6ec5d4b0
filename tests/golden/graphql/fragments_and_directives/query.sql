SELECT t.name, t.ra
FROM jsdc.badcal AS t ORDER BY t.badcal_id ASC
LIMIT 2

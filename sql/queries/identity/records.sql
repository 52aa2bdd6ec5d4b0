-- The records that are identified (identity/records.py).

-- name: listing
-- Key, name, place (ICRS degrees; NULL where it is not on the sphere) and epoch (Julian year; J2000 where the time is NULL or out of
-- range) of every record of a table. {epoch} is SQL over t and what {joined} adds.
SELECT t."{key}"::bigint AS key, t."{name}" AS name,
  CASE WHEN t."{ra}" > '-Infinity' AND t."{ra}" < 'Infinity' AND t."{dec}" BETWEEN -90 AND 90 THEN t."{ra}" END AS ra,
  CASE WHEN t."{ra}" > '-Infinity' AND t."{ra}" < 'Infinity' AND t."{dec}" BETWEEN -90 AND 90 THEN t."{dec}" END AS "dec",
  CASE WHEN {epoch} BETWEEN 1980 AND 2050 THEN round(({epoch})::numeric, 4)::float8 ELSE 2000 END AS epoch
FROM {origin} t {joined};

-- name: exposure_times
-- Mean MJD (UTC) of the exposures of each target of the Obs Portal; times that are none (0, NaN) are left out.
SELECT target_id, avg(exp_mjd_start) AS mjd FROM obsportal.exposure
WHERE exp_mjd_start BETWEEN 44239 AND 69807 GROUP BY target_id;

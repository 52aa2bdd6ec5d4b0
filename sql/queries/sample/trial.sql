-- Stars and names for a trial of identification (sample/trial.py).

-- name: stars
-- Stars with a place: ICRS degrees at J2000, proper motions in mas/yr, brightness (K, else V). Read by a binary COPY.
SELECT jsdc_id, raj2000, dej2000, coalesce(pmra, 0)::float8, coalesce(pmdec, 0)::float8,
  coalesce(kmag, vmag, 'Infinity')::float8
FROM public.jsdc WHERE raj2000 IS NOT NULL ORDER BY jsdc_id;

-- name: names
-- Names by star: all of the real stars, and one in twenty of the made-up ones ({made_up} is the first), or they would fill the memory.
SELECT star_id, array_agg(identifier ORDER BY identifier_id) FROM public.identifier
WHERE star_id < {made_up} OR star_id % 20 = 0 GROUP BY star_id;

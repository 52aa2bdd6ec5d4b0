-- The circles, ICRS degrees, that hold an area and what is within a margin of it: one, or where it is wider than 90°, which no index is
-- asked for, two that are half the sky each. Of what is none, or is nowhere, there are none.
CREATE OR REPLACE FUNCTION gw.bounds(area float8[], margin float8)
RETURNS TABLE (ra float8, "dec" float8, radius float8) LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
  SELECT c.place[1] + 180 * side, CASE side WHEN 0 THEN c.place[2] ELSE - c.place[2] END, least(c.reach, 90)
  FROM (
    SELECT area[1:2] AS place, greatest(coalesce(area[3], 0), 0) + margin AS reach WHERE cardinality(area) <= 3
    UNION ALL
    SELECT m.place, max(gw.apart(gw.unit(m.place[1], m.place[2]), gw.unit(area[2 * n - 1], area[2 * n]))) + margin
    FROM (
      SELECT gw.place(ARRAY[sum(u[1]), sum(u[2]), sum(u[3])]) AS place
      FROM generate_series(1, cardinality(area) / 2) AS n CROSS JOIN LATERAL gw.unit(area[2 * n - 1], area[2 * n]) AS u
    ) AS m CROSS JOIN generate_series(1, cardinality(area) / 2) AS n
    WHERE cardinality(area) > 3
    GROUP BY m.place
  ) AS c
  CROSS JOIN LATERAL generate_series(0, CASE WHEN c.reach > 90 THEN 1 ELSE 0 END) AS side
  WHERE c.place[2] BETWEEN -90 AND 90
$$;

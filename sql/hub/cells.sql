-- Cells of a grid on the sphere: what is within a radius of what becomes a join on equal whole numbers. Zones of declination are 2′
-- high, and each is cut into cells that are a little wider; beyond 89° a zone is one cell. All three functions are inlined: none is
-- STRICT, and nothing is where no place is.

-- How many cells a zone has.
CREATE OR REPLACE FUNCTION gw.cells_of(zone float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT greatest(floor(10800 * cosd((zone + 0.5::float8) / 30 - 90)) - 188, 1)
$$;

-- The cell of a place, ICRS degrees; right ascension may be beyond 0 to 360, as gw.in_cone takes it. NULL off the sky.
CREATE OR REPLACE FUNCTION gw.cell(ra float8, "dec" float8) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN "dec" BETWEEN -90 AND 90 AND ra > '-Infinity'::float8 AND ra < 'Infinity'::float8 THEN
    least(floor(("dec" + 90) * 30), 5399)::bigint * 11000
    + floor(least(ra / 360 - floor(ra / 360), 0.9999999999999999::float8) * gw.cells_of(least(floor(("dec" + 90) * 30), 5399)))::bigint
  END
$$;

-- The cells that have the places of a cone of a radius, up to 1°, around a place; some more at its edge. The limits are as many as
-- there can be: without them PostgreSQL expects a thousand zones, and as many cells in each.
CREATE OR REPLACE FUNCTION gw.cells(ra float8, "dec" float8, radius float8) RETURNS SETOF bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT zone * 11000 + mod(c.place + c.places, c.places)
  FROM (
    SELECT zone, gw.cells_of(zone)::bigint AS places,
      CASE WHEN abs("dec") + radius < 90 THEN degrees(asin(sind(radius) / cosd("dec"))) + 1e-9::float8 ELSE 180 END AS half
    FROM generate_series(
      greatest(floor(("dec" - radius - 1e-9::float8 + 90) * 30), 0)::bigint,
      least(floor(("dec" + radius + 1e-9::float8 + 90) * 30), 5399)::bigint
    ) AS zone
    WHERE ra > '-Infinity'::float8 AND ra < 'Infinity'::float8 AND "dec" BETWEEN -90 AND 90 AND radius BETWEEN 0 AND 1
    LIMIT 1 + ceil(60 * (radius + 2e-9::float8))
  ) AS z
  CROSS JOIN LATERAL (
    SELECT place, z.places
    FROM generate_series(
      floor((ra - 360 * floor(ra / 360) - z.half) / 360 * z.places)::bigint,
      least(
        floor((ra - 360 * floor(ra / 360) + z.half) / 360 * z.places),
        floor((ra - 360 * floor(ra / 360) - z.half) / 360 * z.places) + z.places - 1
      )::bigint
    ) AS place
    LIMIT 2 + ceil(400 * radius)
  ) AS c
$$;

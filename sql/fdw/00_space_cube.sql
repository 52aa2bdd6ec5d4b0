-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS gw;
CREATE EXTENSION IF NOT EXISTS cube WITH SCHEMA public;
CREATE OR REPLACE FUNCTION gw.in_cone(ra float8, "dec" float8, ra0 float8, dec0 float8, radius float8)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (CASE WHEN "dec" BETWEEN -90 AND 90 AND ra > '-Infinity'::float8 AND ra < 'Infinity'::float8 THEN public.cube(public.cube(public.cube(cosd("dec") * cosd(ra)), cosd("dec") * sind(ra)), sind("dec")) END) OPERATOR(public.<@) public.cube_enlarge(public.cube(public.cube(public.cube(cosd(dec0) * cosd(ra0)), cosd(dec0) * sind(ra0)), sind(dec0)), 2 * sind(radius / 2) * (1 + 1e-12) + 1.1e-12, 3)
  AND (CASE WHEN "dec" BETWEEN -90 AND 90 AND ra > '-Infinity'::float8 AND ra < 'Infinity'::float8
    AND dec0 BETWEEN -90 AND 90 AND ra0 > '-Infinity'::float8 AND ra0 < 'Infinity'::float8
    AND power(sind(("dec" - dec0) / 2), 2) + cosd("dec") * cosd(dec0) * power(sind((ra - ra0) / 2), 2)
      <= power(sind((radius + 5.729577951308232e-11) / 2), 2) THEN 0 END) IS NOT NULL
$$;

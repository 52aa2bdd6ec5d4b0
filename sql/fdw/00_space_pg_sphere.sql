-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS gw;
CREATE EXTENSION IF NOT EXISTS pg_sphere WITH SCHEMA public;
CREATE OR REPLACE FUNCTION gw.in_cone(ra float8, "dec" float8, ra0 float8, dec0 float8, radius float8)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT public.spoint(radians(ra), radians("dec")) OPERATOR(public.<@) public.scircle(public.spoint(radians(ra0), radians(dec0)), CASE WHEN radius < 89 THEN radians(radius) + 2e-9 ELSE 1.5707963272948966 END)
  AND (CASE WHEN "dec" BETWEEN -90 AND 90 AND ra > '-Infinity'::float8 AND ra < 'Infinity'::float8
    AND dec0 BETWEEN -90 AND 90 AND ra0 > '-Infinity'::float8 AND ra0 < 'Infinity'::float8
    AND public.spoint(radians(ra), radians("dec")) OPERATOR(public.<->) public.spoint(radians(ra0), radians(dec0)) <= radians(radius) + 1e-12 THEN 0 END) IS NOT NULL
$$;

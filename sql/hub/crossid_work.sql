-- What identification works with, beside the tables of its answers (crossid.sql): the stars by cell, and of each record what it
-- was identified by, so that only what has changed since is looked at again. Cells are HEALPix's (sky/cells.py).

-- The stars of JSDC, once for each cell of their path; brightness is K, or V where there is no K.
CREATE TABLE crossid.star_cell (
    cell bigint NOT NULL,
    star_id bigint NOT NULL,
    ra double precision NOT NULL,
    "dec" double precision NOT NULL,
    pmra double precision NOT NULL,
    pmdec double precision NOT NULL,
    brightness double precision NOT NULL
);
CREATE INDEX star_cell_cell ON crossid.star_cell (cell);
CREATE INDEX star_cell_grid ON crossid.star_cell (gw.cell(ra, "dec"));

-- Names of the stars of JSDC that people type, for search as one types: those without digits, and all of a star of `identity.stars.SEEN`
-- or brighter. A small part of all names, so that the brightest stars of a beginning, and similar names, are found at once.
CREATE TABLE crossid.star_name (
    star_id bigint NOT NULL,
    designation text NOT NULL,
    folded text COLLATE "C" NOT NULL,
    name text NOT NULL,
    magnitude real
);
CREATE INDEX star_name_folded ON crossid.star_name (folded);

CREATE TABLE crossid.target_place (
    key bigint PRIMARY KEY,
    name text,
    ra double precision,
    "dec" double precision,
    epoch double precision NOT NULL,
    cell bigint
);
CREATE INDEX target_place_cell ON crossid.target_place (cell);
CREATE TABLE crossid.granule_place (LIKE crossid.target_place INCLUDING ALL);
CREATE TABLE crossid.spica_place (LIKE crossid.target_place INCLUDING ALL);
CREATE TABLE crossid.badcal_place (LIKE crossid.target_place INCLUDING ALL);

-- What JSDC was like when its stars were last read (source 'jsdc'), and when each kind of records was last matched with them.
CREATE TABLE crossid.seen (
    source text PRIMARY KEY,
    fingerprint text NOT NULL
);

-- Angle (arcsec) between a star, some years after J2000, and a place: the star moves along the great circle of its proper motion
-- (mas/yr, in right ascension times cos δ), the angle is exact at every distance. One expression over its arguments, so that it is
-- inlined: in the star's own frame the place is (towards it, east, north) and the star has moved to (1, east, north).
CREATE FUNCTION crossid.separation(
    ra float8, "dec" float8, pmra float8, pmdec float8, years float8, ra0 float8, dec0 float8
) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 3600 * atan2d(
    sqrt(
      power(cosd(dec0) * sind(ra0 - ra) * radians(pmdec * years / 3600000)
            - (sind(dec0) * cosd("dec") - cosd(dec0) * sind("dec") * cosd(ra0 - ra)) * radians(pmra * years / 3600000), 2)
      + power(sind(dec0) * cosd("dec") - cosd(dec0) * sind("dec") * cosd(ra0 - ra)
              - (sind(dec0) * sind("dec") + cosd(dec0) * cosd("dec") * cosd(ra0 - ra)) * radians(pmdec * years / 3600000), 2)
      + power((sind(dec0) * sind("dec") + cosd(dec0) * cosd("dec") * cosd(ra0 - ra)) * radians(pmra * years / 3600000)
              - cosd(dec0) * sind(ra0 - ra), 2)
    ),
    sind(dec0) * sind("dec") + cosd(dec0) * cosd("dec") * cosd(ra0 - ra)
    + cosd(dec0) * sind(ra0 - ra) * radians(pmra * years / 3600000)
    + (sind(dec0) * cosd("dec") - cosd(dec0) * sind("dec") * cosd(ra0 - ra)) * radians(pmdec * years / 3600000)
  )
$$;

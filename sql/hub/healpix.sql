-- Centres of cells of HEALPix, nested, of orders 0 to 29 (Gorski et al. 2005), for ADQL's ivo_healpix_center; its inverse is in
-- healpix_index.sql.
DROP FUNCTION IF EXISTS gw.spread(bigint);
CREATE OR REPLACE FUNCTION gw.gathered(x bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  x := x & 6148914691236517205;
  x := (x | (x >> 1)) & 3689348814741910323;
  x := (x | (x >> 2)) & 1085102592571150095;
  x := (x | (x >> 4)) & 71777214294589695;
  x := (x | (x >> 8)) & 281470681808895;
  RETURN (x | (x >> 16)) & 4294967295;
END $$;
CREATE OR REPLACE FUNCTION gw.healpix_center("order" integer, cell bigint) RETURNS float8[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  nside bigint; face bigint; x bigint; y bigint; ring bigint; width bigint; turn bigint; reach float8; latitude float8;
BEGIN
  IF "order" IS NULL OR "order" NOT BETWEEN 0 AND 29 OR cell IS NULL THEN RETURN NULL; END IF;
  nside := 1::bigint << "order";
  IF cell NOT BETWEEN 0 AND 12 * nside * nside - 1 THEN RETURN NULL; END IF;
  face := cell >> (2 * "order");
  x := gw.gathered(cell & (nside * nside - 1));
  y := gw.gathered((cell & (nside * nside - 1)) >> 1);
  ring := (2 + face / 4) * nside - x - y - 1;
  IF ring BETWEEN nside AND 3 * nside THEN
    width := nside;
    latitude := asind((2 * nside - ring) * 2.0::float8 / (3 * nside));
  ELSE
    width := least(ring, 4 * nside - ring);
    reach := 2 * asind(width::float8 / (nside * sqrt(6.0)));
    latitude := CASE WHEN ring < nside THEN 90 - reach ELSE reach - 90 END;
  END IF;
  turn := (2 * (face % 4) + CASE WHEN face BETWEEN 4 AND 7 THEN 0 ELSE 1 END) * width + x - y;
  RETURN ARRAY[45.0::float8 * (CASE WHEN turn < 0 THEN turn + 8 * width ELSE turn END) / width, latitude];
END $$;

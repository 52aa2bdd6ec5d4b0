-- Generated from schema/ by `python -m gateway generate`: change the declarations, not this file.
CREATE SCHEMA IF NOT EXISTS gw;
GRANT USAGE ON SCHEMA gw TO PUBLIC;
CREATE OR REPLACE FUNCTION gw.healpix_29(ra float8, "dec" float8)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  turn CONSTANT float8 := ra / 90 - 4 * floor(ra / 360);
  quarter CONSTANT float8 := floor(turn);
  high float8; middle float8; width float8; x bigint; y bigint; other bigint; face bigint;
BEGIN
  IF NOT ("dec" BETWEEN -90 AND 90 AND turn BETWEEN 0 AND 4) THEN
    RETURN NULL;
  END IF;
  IF "dec" BETWEEN -41.810314895778596 AND 41.810314895778596 THEN
    middle := 536870912::bigint * (0.5 + turn);
    high := 536870912::bigint * sind("dec") * 0.75;
    x := floor(middle + high);
    y := floor(middle - high);
  ELSE
    width := 536870912::bigint * sqrt(6.0::float8) * sind((90 - abs("dec")) / 2);
    x := 536870912::bigint * (quarter + 2) - 1 - floor((1 - turn + quarter) * width);
    y := 536870912::bigint * quarter + floor((turn - quarter) * width);
    IF "dec" < 0 THEN
      other := x;
      x := y;
      y := other;
    END IF;
  END IF;
  face := ((ARRAY[[4,8,8,8,8,8],[0,5,9,9,9,9],[0,1,6,10,10,10],[0,1,2,7,11,11],[0,1,2,3,4,8],[0,1,2,3,0,5]])::bigint[])[1 + (x >> 29)][1 + (y >> 29)];
  x := x & (536870912::bigint - 1);
  y := ~ y & (536870912::bigint - 1);
  x := (x | (x << 16)) & 281470681808895;
  x := (x | (x << 8)) & 71777214294589695;
  x := (x | (x << 4)) & 1085102592571150095;
  x := (x | (x << 2)) & 3689348814741910323;
  x := (x | (x << 1)) & 6148914691236517205;
  y := (y | (y << 16)) & 281470681808895;
  y := (y | (y << 8)) & 71777214294589695;
  y := (y | (y << 4)) & 1085102592571150095;
  y := (y | (y << 2)) & 3689348814741910323;
  y := (y | (y << 1)) & 6148914691236517205;
  RETURN (face << 58) + x + (y << 1);
END
$$;
CREATE INDEX IF NOT EXISTS target_healpix_29 ON portal.target (gw.healpix_29("target_ra", "target_dec"));

-- Counts of values in bins of one width, with those below the first bin before and those above the last behind
-- (adql/histogram.py). Whatever is no number is in no bin. The array is counted up in place: PL/pgSQL does not copy it.
CREATE SCHEMA IF NOT EXISTS gw;

CREATE OR REPLACE FUNCTION gw.counted(counts int[], val float8, lower float8, upper float8, nbins int) RETURNS int[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  bin int := CASE WHEN val <> 'NaN' THEN width_bucket(val, lower, upper, nbins) + 1 END;
BEGIN
  IF counts IS NULL THEN
    counts := array_fill(0, ARRAY[nbins + 2]);
  END IF;
  IF bin IS NOT NULL THEN
    counts[bin] := counts[bin] + 1;
  END IF;
  RETURN counts;
END $$;
CREATE OR REPLACE AGGREGATE gw.histogram(float8, float8, float8, int) (SFUNC = gw.counted, STYPE = int[]);

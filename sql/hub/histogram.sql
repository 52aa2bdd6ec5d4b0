-- How many values are in each bin, those below the first before and those above the last behind; of the numbers of their bins
-- (adql/histogram.py). An aggregate of our own that counted in an array would copy all of it for every row.
CREATE SCHEMA IF NOT EXISTS gw;

CREATE OR REPLACE FUNCTION gw.histogram(bins int[], nbins int) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(c.rows, 0) ORDER BY bin)
  FROM generate_series(0, nbins + 1) AS bin
  LEFT JOIN (SELECT b AS bin, count(*)::int AS rows FROM unnest(bins) AS b GROUP BY b) AS c USING (bin)
$$;

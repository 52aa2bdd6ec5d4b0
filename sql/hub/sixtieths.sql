-- Angles written in sixtieths, of rows: what a query itself writes out is read by adql/sexagesimal.py, by the same pattern.
CREATE SCHEMA IF NOT EXISTS gw;

-- Degrees of an angle like 3:34:45.4, 3h34m45.4s or 033445.4, whose first number is of units (h or d) of so many degrees; NULL of what is
-- none, or more than a turn.
CREATE OR REPLACE FUNCTION gw.sixtieths(words text, unit text, degrees float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN n.minutes < 60 AND n.seconds < 60 AND (m.p[5] IS NULL OR lower(m.p[6]) = unit) AND (m.p[1] = '' OR unit <> 'h')
         AND (n.whole * 3600 + n.minutes * 60 + n.seconds) * degrees <= 360 * 3600
    THEN (CASE WHEN m.p[1] = '-' THEN -1 ELSE 1 END) * (n.whole * 3600 + n.minutes * 60 + n.seconds) * degrees / 3600 END
  FROM regexp_match(btrim(words, E' \t\r\n'), '^([+-]?)(?:([0-9]{1,3}):([0-9]{1,2}):([0-9]{1,2}(?:[.][0-9]*)?)|([0-9]{1,3})([dDhH])([0-9]{1,2})[mM]([0-9]{1,2}(?:[.][0-9]*)?)[sS]|([0-9]{2})([0-9]{2})([0-9]{2}(?:[.][0-9]*)?))$') AS m(p),
       LATERAL (SELECT coalesce(m.p[2], m.p[5], m.p[9])::float8, coalesce(m.p[3], m.p[7], m.p[10])::float8,
                       coalesce(m.p[4], m.p[8], m.p[11])::float8) AS n(whole, minutes, seconds)
$$;

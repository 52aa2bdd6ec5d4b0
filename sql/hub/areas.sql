-- Areas of the sky, as arrays of degrees: 2 numbers a point, 3 a circle, more the corners of a polygon, whose edges are
-- great circles and whose inside is the smaller side. What ADQL asks of areas that no index can answer (adql/areas.py).
CREATE SCHEMA IF NOT EXISTS gw;

CREATE OR REPLACE FUNCTION gw.unit(ra float8, "dec" float8) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[cosd("dec") * cosd(ra), cosd("dec") * sind(ra), sind("dec")]
$$;
CREATE OR REPLACE FUNCTION gw.place(v float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[atan2d(v[2], v[1]) + CASE WHEN atan2d(v[2], v[1]) < 0 THEN 360 ELSE 0 END,
               atan2d(v[3], sqrt(v[1] * v[1] + v[2] * v[2]))]
$$;
CREATE OR REPLACE FUNCTION gw.dot(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
$$;
CREATE OR REPLACE FUNCTION gw.cross(a float8[], b float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[a[2] * b[3] - a[3] * b[2], a[3] * b[1] - a[1] * b[3], a[1] * b[2] - a[2] * b[1]]
$$;
CREATE OR REPLACE FUNCTION gw.apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT atan2d(sqrt(gw.dot(gw.cross(a, b), gw.cross(a, b))), gw.dot(a, b))
$$;
-- Each corner of a polygon with the one after it.
CREATE OR REPLACE FUNCTION gw.edges(area float8[]) RETURNS TABLE (a float8[], b float8[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gw.unit(area[2 * n - 1], area[2 * n]),
         gw.unit(area[(2 * n) % cardinality(area) + 1], area[(2 * n) % cardinality(area) + 2])
  FROM generate_series(1, cardinality(area) / 2) AS n
$$;
-- What follows is PL/pgSQL, though each could be one SELECT: an SQL function that cannot be inlined starts an executor at
-- each call, for a whole tree of branches that are not taken, which costs a hundred times what is computed.

-- Around a point inside, the corners turn once; around its antipode too, which is on the other side of their middle.
CREATE OR REPLACE FUNCTION gw.holds(area float8[], p float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a float8[];
  b float8[] := gw.unit(area[1], area[2]);
  n float8[];
  turned float8 := 0;
  side float8 := 0;
BEGIN
  IF cardinality(area) <= 3 THEN
    RETURN gw.apart(b, p) <= coalesce(area[3], 1e-9);
  END IF;
  FOR i IN REVERSE cardinality(area) / 2 .. 1 LOOP
    a := gw.unit(area[2 * i - 1], area[2 * i]);
    n := gw.cross(a, b);
    turned := turned + atan2(gw.dot(p, n), gw.dot(a, b) - gw.dot(a, p) * gw.dot(b, p));
    side := side + gw.dot(a, p);
    b := a;
  END LOOP;
  RETURN abs(turned) > pi() AND side > 0;
END
$$;
CREATE OR REPLACE FUNCTION gw.to_edge(p float8[], a float8[], b float8[]) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  n float8[] := gw.cross(a, b);
BEGIN
  IF gw.dot(n, n) > 0 AND gw.dot(gw.cross(n, a), p) >= 0 AND gw.dot(gw.cross(b, n), p) >= 0 THEN  -- corners may be equal
    RETURN abs(asind(greatest(-1, least(1, gw.dot(p, n) / sqrt(gw.dot(n, n))))));
  END IF;
  RETURN least(gw.apart(p, a), gw.apart(p, b));
END
$$;
CREATE OR REPLACE FUNCTION gw.edge_distance(area float8[], p float8[]) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a float8[];
  b float8[] := gw.unit(area[1], area[2]);
  nearest float8;
BEGIN
  FOR i IN REVERSE cardinality(area) / 2 .. 1 LOOP
    a := gw.unit(area[2 * i - 1], area[2 * i]);
    nearest := least(nearest, gw.to_edge(p, a, b));
    b := a;
  END LOOP;
  RETURN nearest;
END
$$;
CREATE OR REPLACE FUNCTION gw.edges_cross(a float8[], b float8[], c float8[], d float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  n float8[] := gw.cross(a, b);
  m float8[] := gw.cross(c, d);
  met float8[];
BEGIN
  IF gw.dot(n, c) * gw.dot(n, d) >= 0 OR gw.dot(m, a) * gw.dot(m, b) >= 0 THEN
    RETURN false;
  END IF;
  met := gw.cross(n, m);
  RETURN (gw.dot(met, a) + gw.dot(met, b)) * (gw.dot(met, c) + gw.dot(met, d)) > 0;
END
$$;
CREATE OR REPLACE FUNCTION gw.cross_each_other(one float8[], other float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a float8[];
  b float8[] := gw.unit(one[1], one[2]);
  c float8[];
  d float8[] := gw.unit(other[1], other[2]);
BEGIN
  FOR i IN REVERSE cardinality(one) / 2 .. 1 LOOP
    a := gw.unit(one[2 * i - 1], one[2 * i]);
    FOR j IN REVERSE cardinality(other) / 2 .. 1 LOOP
      c := gw.unit(other[2 * j - 1], other[2 * j]);
      IF gw.edges_cross(a, b, c, d) THEN
        RETURN true;
      END IF;
      d := c;
    END LOOP;
    b := a;
  END LOOP;
  RETURN false;
END
$$;
CREATE OR REPLACE FUNCTION gw.contains("outer" float8[], "inner" float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  p float8[] := gw.unit("inner"[1], "inner"[2]);
BEGIN
  IF cardinality("inner") = 2 THEN
    RETURN gw.holds("outer", p);
  ELSIF cardinality("inner") = 3 AND cardinality("outer") <= 3 THEN
    RETURN gw.apart(gw.unit("outer"[1], "outer"[2]), p) + "inner"[3] <= coalesce("outer"[3], 0);
  ELSIF cardinality("inner") = 3 THEN
    RETURN gw.holds("outer", p) AND gw.edge_distance("outer", p) >= "inner"[3];
  END IF;
  FOR i IN 1 .. cardinality("inner") / 2 LOOP
    IF NOT gw.holds("outer", gw.unit("inner"[2 * i - 1], "inner"[2 * i])) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN cardinality("outer") <= 3 OR NOT gw.cross_each_other("outer", "inner");
END
$$;
CREATE OR REPLACE FUNCTION gw.intersects(one float8[], other float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  p float8[] := gw.unit(one[1], one[2]);
  q float8[] := gw.unit(other[1], other[2]);
BEGIN
  IF cardinality(one) <= 3 AND cardinality(other) <= 3 THEN
    RETURN gw.apart(p, q) <= coalesce(one[3], 0) + coalesce(other[3], 0);
  ELSIF cardinality(one) <= 3 THEN
    RETURN gw.holds(other, p) OR gw.edge_distance(other, p) <= coalesce(one[3], 0);
  ELSIF cardinality(other) <= 3 THEN
    RETURN gw.intersects(other, one);
  END IF;
  RETURN gw.holds(one, q) OR gw.holds(other, p) OR gw.cross_each_other(one, other);
END
$$;
-- Square degrees: a polygon as triangles that share its first corner (Van Oosterom and Strackee 1983).
CREATE OR REPLACE FUNCTION gw.area(area float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN area IS NULL THEN NULL
    WHEN cardinality(area) <= 3 THEN 4 * pi() * power(sind(coalesce(area[3], 0) / 2), 2) * power(180 / pi(), 2)
    ELSE (SELECT abs(sum(2 * atan2(gw.dot(o.v, gw.cross(e.a, e.b)),
                                   1 + gw.dot(o.v, e.a) + gw.dot(e.a, e.b) + gw.dot(e.b, o.v)))) * power(180 / pi(), 2)
          FROM (SELECT gw.unit(area[1], area[2]) AS v) AS o, gw.edges(area) AS e)
  END
$$;
-- The mean direction of what is inside: each edge pulls along its pole by its length.
CREATE OR REPLACE FUNCTION gw.centroid(area float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN area IS NULL THEN NULL
    WHEN cardinality(area) <= 3 THEN area[1:2]
    ELSE (SELECT gw.place(ARRAY[sum(s.pull * s.n[1]), sum(s.pull * s.n[2]), sum(s.pull * s.n[3])])
          FROM (SELECT t.n, t.turn * gw.apart(t.a, t.b) / nullif(sqrt(gw.dot(t.n, t.n)), 0) AS pull
                FROM (SELECT e.a, e.b, gw.cross(e.a, e.b) AS n,
                             sign(sum(gw.dot(o.v, gw.cross(e.a, e.b))) OVER ()) AS turn
                      FROM gw.edges(area) AS e,
                           (SELECT ARRAY[sum(f.a[1]), sum(f.a[2]), sum(f.a[3])] AS v FROM gw.edges(area) AS f) AS o) AS t
               ) AS s)
  END
$$;
-- The place that is so far east and north (radians) in the plane that touches the sky at another.
CREATE OR REPLACE FUNCTION gw.beside(ra float8, "dec" float8, east float8, north float8) RETURNS float8[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT gw.place(ARRAY[cosd("dec") * cosd(ra) - east * sind(ra) - north * sind("dec") * cosd(ra),
                        cosd("dec") * sind(ra) + east * cosd(ra) - north * sind("dec") * sind(ra),
                        sind("dec") + north * cosd("dec")])
$$;
-- The corners of a box, whose sides are straight in the plane that touches the sky at its centre; as seen from here,
-- counter-clockwise.
CREATE OR REPLACE FUNCTION gw.box(ra float8, "dec" float8, width float8, height float8) RETURNS float8[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ne.p || se.p || sw.p || nw.p
  FROM gw.beside(ra, "dec", tand(width / 2), tand(height / 2)) AS ne(p),
       gw.beside(ra, "dec", tand(width / 2), -tand(height / 2)) AS se(p),
       gw.beside(ra, "dec", -tand(width / 2), -tand(height / 2)) AS sw(p),
       gw.beside(ra, "dec", -tand(width / 2), tand(height / 2)) AS nw(p)
$$;
-- Where proper motions (degrees a year, that of ra times cos δ) take an object in so many years.
CREATE OR REPLACE FUNCTION gw.carried(ra float8, "dec" float8, pm_ra float8, pm_dec float8, years float8)
RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN ra IS NOT NULL AND "dec" IS NOT NULL AND pm_ra IS NOT NULL AND pm_dec IS NOT NULL AND years IS NOT NULL
    THEN gw.beside(ra, "dec", radians(pm_ra * years), radians(pm_dec * years)) END
$$;
-- An area in the words of STC-S, in ICRS; NULL for what is none, or is made of several.
CREATE OR REPLACE FUNCTION gw.region(words text) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN words ~ '[()]' THEN NULL
    WHEN r.kind = 'CIRCLE' AND cardinality(r.numbers) = 3 THEN r.numbers
    WHEN r.kind IN ('POSITION', 'POINT') AND cardinality(r.numbers) = 2 THEN r.numbers
    WHEN r.kind = 'POLYGON' AND cardinality(r.numbers) >= 6 AND cardinality(r.numbers) % 2 = 0 THEN r.numbers
    WHEN r.kind = 'BOX' AND cardinality(r.numbers) = 4
      THEN gw.box(r.numbers[1], r.numbers[2], r.numbers[3], r.numbers[4])
  END
  FROM (SELECT upper(split_part(ltrim(words), ' ', 1)) AS kind,
               ARRAY(SELECT f.found[1]::float8
                     FROM regexp_matches(words, '(?:^|\s)([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)(?=\s|$)', 'g')
                          WITH ORDINALITY AS f(found, n) ORDER BY f.n) AS numbers) AS r
$$;

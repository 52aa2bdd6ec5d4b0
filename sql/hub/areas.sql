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
-- Around a point inside, the corners turn once; around its antipode too, which is on the other side of their middle.
CREATE OR REPLACE FUNCTION gw.holds(area float8[], p float8[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN area IS NULL OR p IS NULL THEN NULL
    WHEN cardinality(area) <= 3 THEN gw.apart(gw.unit(area[1], area[2]), p) <= coalesce(area[3], 1e-9)
    ELSE (SELECT abs(sum(atan2(gw.dot(p, gw.cross(e.a, e.b)), gw.dot(e.a, e.b) - gw.dot(e.a, p) * gw.dot(e.b, p)))) > pi()
                 AND sum(gw.dot(e.a, p)) > 0
          FROM gw.edges(area) AS e)
  END
$$;
CREATE OR REPLACE FUNCTION gw.to_edge(p float8[], a float8[], b float8[]) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN gw.dot(gw.cross(n.v, a), p) >= 0 AND gw.dot(gw.cross(b, n.v), p) >= 0
      THEN abs(asind(greatest(-1, least(1, gw.dot(p, n.v) / sqrt(gw.dot(n.v, n.v))))))
    ELSE least(gw.apart(p, a), gw.apart(p, b))
  END FROM (SELECT gw.cross(a, b) AS v) AS n
$$;
CREATE OR REPLACE FUNCTION gw.cross_each_other(one float8[], other float8[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT EXISTS (
    SELECT FROM (SELECT e.a, e.b, gw.cross(e.a, e.b) AS n FROM gw.edges(one) AS e) AS x,
                (SELECT e.a, e.b, gw.cross(e.a, e.b) AS n FROM gw.edges(other) AS e) AS y
    WHERE gw.dot(x.n, y.a) * gw.dot(x.n, y.b) < 0 AND gw.dot(y.n, x.a) * gw.dot(y.n, x.b) < 0
      AND (gw.dot(gw.cross(x.n, y.n), x.a) + gw.dot(gw.cross(x.n, y.n), x.b))
          * (gw.dot(gw.cross(x.n, y.n), y.a) + gw.dot(gw.cross(x.n, y.n), y.b)) > 0)
$$;
CREATE OR REPLACE FUNCTION gw.edge_distance(area float8[], p float8[]) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT min(gw.to_edge(p, e.a, e.b)) FROM gw.edges(area) AS e
$$;
CREATE OR REPLACE FUNCTION gw.contains("outer" float8[], "inner" float8[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN "outer" IS NULL OR "inner" IS NULL THEN NULL
    WHEN cardinality("inner") = 2 THEN gw.holds("outer", gw.unit("inner"[1], "inner"[2]))
    WHEN cardinality("inner") = 3 AND cardinality("outer") <= 3
      THEN gw.apart(gw.unit("outer"[1], "outer"[2]), gw.unit("inner"[1], "inner"[2])) + "inner"[3] <= coalesce("outer"[3], 0)
    WHEN cardinality("inner") = 3
      THEN gw.holds("outer", gw.unit("inner"[1], "inner"[2]))
           AND gw.edge_distance("outer", gw.unit("inner"[1], "inner"[2])) >= "inner"[3]
    ELSE (SELECT bool_and(gw.holds("outer", e.a)) FROM gw.edges("inner") AS e)
         AND (cardinality("outer") <= 3 OR NOT gw.cross_each_other("outer", "inner"))
  END
$$;
CREATE OR REPLACE FUNCTION gw.intersects(one float8[], other float8[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN one IS NULL OR other IS NULL THEN NULL
    WHEN cardinality(one) > cardinality(other) AND cardinality(other) <= 3 THEN gw.intersects(other, one)
    WHEN cardinality(other) <= 3
      THEN gw.apart(gw.unit(one[1], one[2]), gw.unit(other[1], other[2])) <= coalesce(one[3], 0) + coalesce(other[3], 0)
    WHEN cardinality(one) <= 3
      THEN gw.holds(other, gw.unit(one[1], one[2]))
           OR gw.edge_distance(other, gw.unit(one[1], one[2])) <= coalesce(one[3], 0)
    ELSE gw.holds(one, gw.unit(other[1], other[2])) OR gw.holds(other, gw.unit(one[1], one[2]))
         OR gw.cross_each_other(one, other)
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

-- Areas of the sky, as arrays of degrees: 2 numbers a point, 3 a circle, more the corners of a polygon, whose edges are
-- great circles and whose inside is the smaller side. What ADQL asks of areas that no index can answer (adql/areas.py).
--
-- An area has its edge (ADQL 2.1 sections 4.2.11, 4.2.12): what is no farther than gw.near() from it is on it. Corners are rounded when they
-- become vectors, by 1e-16 rad, so that without this a polygon would have some of its corners and not others.
--
-- Worked example: the square of 10° to 11° contains itself. Each of its corners is 0 from an edge, so it is held. Of the edge
-- from (10, 10) to (11, 10) both ends are corners of the outer square and no other corner is on it, so it is one piece, and
-- the middle of that is held. An L that is cut out of the square holds the corners of the square's diagonal too; the middle of
-- the diagonal is in the notch, and so the triangle beside the diagonal is not in the L.
CREATE SCHEMA IF NOT EXISTS gw;

-- Degrees of 1e-12 rad, which is what is meant by "on the edge"; as schema/space.py has it.
CREATE OR REPLACE FUNCTION gw.near() RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 5.729577951308232e-11::float8
$$;

CREATE OR REPLACE FUNCTION gw.unit(ra float8, "dec" float8) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[cosd("dec") * cosd(ra), cosd("dec") * sind(ra), sind("dec")]
$$;
-- Right ascension is 0 <= ra < 360: what is a rounding error west of 0 is at 0, and no zero has a sign.
CREATE OR REPLACE FUNCTION gw.place(v float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[CASE WHEN atan2d(v[2], v[1]) >= 0 THEN atan2d(v[2], v[1]) + 0::float8
                    WHEN atan2d(v[2], v[1]) + 360 < 360 THEN atan2d(v[2], v[1]) + 360
                    ELSE 0::float8 END,
               atan2d(v[3], sqrt(v[1] * v[1] + v[2] * v[2])) + 0::float8]
$$;
CREATE OR REPLACE FUNCTION gw.dot(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
$$;
CREATE OR REPLACE FUNCTION gw.cross(a float8[], b float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[a[2] * b[3] - a[3] * b[2], a[3] * b[1] - a[1] * b[3], a[1] * b[2] - a[2] * b[1]]
$$;
-- The same as gw.cross for places: of their difference and sum, since of close places themselves most digits cancel.
CREATE OR REPLACE FUNCTION gw.pole(a float8[], b float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[((a[2] - b[2]) * (a[3] + b[3]) - (a[3] - b[3]) * (a[2] + b[2])) / 2,
               ((a[3] - b[3]) * (a[1] + b[1]) - (a[1] - b[1]) * (a[3] + b[3])) / 2,
               ((a[1] - b[1]) * (a[2] + b[2]) - (a[2] - b[2]) * (a[1] + b[1])) / 2]
$$;
CREATE OR REPLACE FUNCTION gw.apart(a float8[], b float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT atan2d(sqrt(gw.dot(gw.pole(a, b), gw.pole(a, b))), gw.dot(a, b))
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

-- The corners of a polygon as vectors, three numbers each.
CREATE OR REPLACE FUNCTION gw.vectors(area float8[]) RETURNS float8[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  flat float8;
  vectors float8[] := array_fill(0::float8, ARRAY[3 * (cardinality(area) / 2)]);
BEGIN
  FOR i IN 1 .. cardinality(area) / 2 LOOP
    flat := cosd(area[2 * i]);
    vectors[3 * i - 2] := flat * cosd(area[2 * i - 1]);
    vectors[3 * i - 1] := flat * sind(area[2 * i - 1]);
    vectors[3 * i] := sind(area[2 * i]);
  END LOOP;
  RETURN vectors;
END
$$;
-- From a place to the edge from a to b, of whose great circle it may be beyond an end. Seen from p the ends are at u and v: how
-- long the sides of the triangle are has all its digits however small it is.
CREATE OR REPLACE FUNCTION gw.to_edge(p float8[], a float8[], b float8[]) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  ux float8 := a[1] - p[1];
  uy float8 := a[2] - p[2];
  uz float8 := a[3] - p[3];
  vx float8 := b[1] - p[1];
  vy float8 := b[2] - p[2];
  vz float8 := b[3] - p[3];
  to_a float8 := ux * ux + uy * uy + uz * uz;
  to_b float8 := vx * vx + vy * vy + vz * vz;
  long float8 := (ux - vx) * (ux - vx) + (uy - vy) * (uy - vy) + (uz - vz) * (uz - vz);
BEGIN
  IF long > 0 AND to_a + long - to_b >= to_a * long / 2 AND to_b + long - to_a >= to_b * long / 2 THEN  -- corners may be equal
    RETURN asind(least(1, abs(p[1] * (uy * vz - uz * vy) + p[2] * (uz * vx - ux * vz) + p[3] * (ux * vy - uy * vx))
                          / sqrt(long - long * long / 4)));
  END IF;
  RETURN 2 * atan2d(sqrt(least(to_a, to_b)), sqrt(greatest(0, 4 - least(to_a, to_b))));
END
$$;
-- How a polygon has a place: 2 inside, 1 on an edge, 0 outside. Around a place inside, the corners turn once; around its antipode
-- too, which is on the other side of their middle.
CREATE OR REPLACE FUNCTION gw.inside(area float8[], p float8[]) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  px float8 := p[1];
  py float8 := p[2];
  pz float8 := p[3];
  corners integer := cardinality(area) / 2;
  flat float8 := cosd(area[2]);
  vx float8 := flat * cosd(area[1]) - px;
  vy float8 := flat * sind(area[1]) - py;
  vz float8 := sind(area[2]) - pz;
  ux float8;
  uy float8;
  uz float8;
  to_b float8 := vx * vx + vy * vy + vz * vz;
  to_a float8;
  height float8;
  turned float8 := 0;
  side float8 := 0;
BEGIN
  FOR i IN REVERSE corners .. 1 LOOP
    flat := cosd(area[2 * i]);
    ux := flat * cosd(area[2 * i - 1]) - px;
    uy := flat * sind(area[2 * i - 1]) - py;
    uz := sind(area[2 * i]) - pz;
    to_a := ux * ux + uy * uy + uz * uz;
    height := px * (uy * vz - uz * vy) + py * (uz * vx - ux * vz) + pz * (ux * vy - uy * vx);
    IF height * height <= 2.1e-24::float8 * (to_a + to_b)
       AND gw.to_edge(p, ARRAY[ux + px, uy + py, uz + pz], ARRAY[vx + px, vy + py, vz + pz]) <= gw.near() THEN
      RETURN 1;
    END IF;
    turned := turned + atan2(height, ux * vx + uy * vy + uz * vz - (ux * px + uy * py + uz * pz) * (vx * px + vy * py + vz * pz));
    side := side + to_a;
    vx := ux;
    vy := uy;
    vz := uz;
    to_b := to_a;
  END LOOP;
  RETURN CASE WHEN abs(turned) > pi() AND side < 2 * corners THEN 2 WHEN turned IS NOT NULL THEN 0 END;
END
$$;
CREATE OR REPLACE FUNCTION gw.holds(area float8[], p float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  IF cardinality(area) <= 3 THEN
    RETURN gw.apart(gw.unit(area[1], area[2]), p) <= coalesce(area[3], 0) + gw.near();
  END IF;
  RETURN gw.inside(area, p) > 0;
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
-- How an edge from a to b meets one from c to d: 2 where they cross, 1 where an end of one is on the other, 0 where neither.
CREATE OR REPLACE FUNCTION gw.edges_meet(a float8[], b float8[], c float8[], d float8[]) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  n float8[] := gw.pole(a, b);
  m float8[] := gw.pole(c, d);
  wide float8 := 1e-12::float8 * sqrt(gw.dot(n, n));
  far float8 := 1e-12::float8 * sqrt(gw.dot(m, m));
  of_c float8 := gw.dot(n, c);
  of_d float8 := gw.dot(n, d);
  of_a float8 := gw.dot(m, a);
  of_b float8 := gw.dot(m, b);
  met float8[];
BEGIN
  IF least(of_c, of_d) > wide OR greatest(of_c, of_d) < -wide OR least(of_a, of_b) > far OR greatest(of_a, of_b) < -far THEN
    RETURN 0;
  ELSIF least(abs(of_c), abs(of_d)) > wide AND least(abs(of_a), abs(of_b)) > far THEN
    met := gw.cross(n, m);
    RETURN CASE WHEN (gw.dot(met, a) + gw.dot(met, b)) * (gw.dot(met, c) + gw.dot(met, d)) > 0 THEN 2 ELSE 0 END;
  END IF;
  RETURN CASE WHEN least(gw.to_edge(c, a, b), gw.to_edge(d, a, b), gw.to_edge(a, c, d), gw.to_edge(b, c, d)) <= gw.near()
    THEN 1 ELSE 0 END;
END
$$;
-- The most that edges of two polygons meet, as gw.edges_meet says, or the first that is enough. Two edges are looked at only where
-- one does not lie wholly on one side of the other's great circle.
CREATE OR REPLACE FUNCTION gw.polygons_meet(one float8[], other float8[], enough integer) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  mine float8[] := gw.vectors(one);
  theirs float8[] := gw.vectors(other);
  a float8[];
  b float8[] := mine[1:3];
  n float8[];
  nx float8;
  ny float8;
  nz float8;
  wide float8;
  of_c float8;
  of_d float8;
  met integer := 0;
BEGIN
  FOR i IN REVERSE cardinality(mine) / 3 .. 1 LOOP
    a := mine[3 * i - 2:3 * i];
    n := gw.pole(a, b);
    nx := n[1];
    ny := n[2];
    nz := n[3];
    wide := 1e-12::float8 * sqrt(nx * nx + ny * ny + nz * nz);
    of_d := nx * theirs[1] + ny * theirs[2] + nz * theirs[3];
    FOR j IN REVERSE cardinality(theirs) / 3 .. 1 LOOP
      of_c := nx * theirs[3 * j - 2] + ny * theirs[3 * j - 1] + nz * theirs[3 * j];
      IF NOT (of_c > wide AND of_d > wide OR of_c < -wide AND of_d < -wide) THEN
        met := greatest(met, gw.edges_meet(
          a, b, theirs[3 * j - 2:3 * j], theirs[3 * (j % (cardinality(theirs) / 3)) + 1:3 * (j % (cardinality(theirs) / 3)) + 3]));
        IF met >= enough THEN
          RETURN met;
        END IF;
      END IF;
      of_d := of_c;
    END LOOP;
    b := a;
  END LOOP;
  RETURN met;
END
$$;
-- The place in a direction.
CREATE OR REPLACE FUNCTION gw.towards(v float8[]) RETURNS float8[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[v[1] / sqrt(gw.dot(v, v)), v[2] / sqrt(gw.dot(v, v)), v[3] / sqrt(gw.dot(v, v))]
$$;
-- Whether a polygon holds an edge that crosses none of its own: cut at the corners that are on it, the middle of each piece.
CREATE OR REPLACE FUNCTION gw.holds_edge(area float8[], a float8[], b float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  corner float8[];
  cuts float8[] := ARRAY[]::float8[];
  piece_start float8[] := a;
BEGIN
  FOR i IN 1 .. cardinality(area) / 2 LOOP
    corner := gw.unit(area[2 * i - 1], area[2 * i]);
    IF gw.to_edge(corner, a, b) <= gw.near() AND gw.apart(corner, a) > gw.near() AND gw.apart(corner, b) > gw.near() THEN
      cuts := cuts || corner;
    END IF;
  END LOOP;
  IF cardinality(cuts) > 3 THEN
    SELECT array_agg(x ORDER BY away, axis) INTO cuts
    FROM (SELECT cuts[3 * k + axis] AS x, axis, gw.apart(a, cuts[3 * k + 1:3 * k + 3]) AS away
          FROM generate_series(0, cardinality(cuts) / 3 - 1) AS k, generate_series(1, 3) AS axis) AS s;
  END IF;
  cuts := cuts || b;
  FOR k IN 0 .. cardinality(cuts) / 3 - 1 LOOP
    corner := cuts[3 * k + 1:3 * k + 3];
    IF NOT gw.holds(area, gw.towards(
        ARRAY[piece_start[1] + corner[1], piece_start[2] + corner[2], piece_start[3] + corner[3]])) THEN
      RETURN false;
    END IF;
    piece_start := corner;
  END LOOP;
  RETURN true;
END
$$;
-- A polygon in another: each of its corners, and where edges touch each of its edges, which may lead from corner to corner outside.
CREATE OR REPLACE FUNCTION gw.holds_polygon("outer" float8[], "inner" float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  a float8[];
  b float8[];
BEGIN
  FOR i IN 1 .. cardinality("inner") / 2 LOOP
    IF gw.inside("outer", gw.unit("inner"[2 * i - 1], "inner"[2 * i])) = 0 THEN
      RETURN false;
    END IF;
  END LOOP;
  CASE gw.polygons_meet("outer", "inner", 2)
    WHEN 0 THEN
      RETURN true;
    WHEN 2 THEN
      RETURN false;
    ELSE
      b := gw.unit("inner"[1], "inner"[2]);
      FOR i IN REVERSE cardinality("inner") / 2 .. 1 LOOP
        a := gw.unit("inner"[2 * i - 1], "inner"[2 * i]);
        IF NOT gw.holds_edge("outer", a, b) THEN
          RETURN false;
        END IF;
        b := a;
      END LOOP;
      RETURN true;
  END CASE;
END
$$;
-- A polygon in a circle or at a point. Up to half the sky a circle holds the edge between any two places that it holds; of a
-- larger one, what is outside is a smaller circle, which the polygon is not to meet.
CREATE OR REPLACE FUNCTION gw.circle_holds_polygon(circle float8[], polygon float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  antipode float8[] := gw.unit(circle[1] + 180, -circle[2]);
BEGIN
  IF circle[3] >= 180 THEN
    RETURN true;
  ELSIF circle[3] > 90 THEN
    RETURN NOT gw.holds(polygon, antipode) AND gw.edge_distance(polygon, antipode) >= 180 - circle[3] - gw.near();
  END IF;
  FOR i IN 1 .. cardinality(polygon) / 2 LOOP
    IF NOT gw.holds(circle, gw.unit(polygon[2 * i - 1], polygon[2 * i])) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
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
    RETURN gw.apart(gw.unit("outer"[1], "outer"[2]), p) + "inner"[3] <= coalesce("outer"[3], 0) + gw.near() OR "outer"[3] >= 180;
  ELSIF cardinality("inner") = 3 THEN
    RETURN gw.holds("outer", p) AND gw.edge_distance("outer", p) >= "inner"[3] - gw.near();
  ELSIF cardinality("outer") <= 3 THEN
    RETURN gw.circle_holds_polygon("outer" || array_fill(0::float8, ARRAY[3 - cardinality("outer")]), "inner");
  END IF;
  RETURN gw.holds_polygon("outer", "inner");
END
$$;
CREATE OR REPLACE FUNCTION gw.intersects(one float8[], other float8[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  p float8[] := gw.unit(one[1], one[2]);
  q float8[] := gw.unit(other[1], other[2]);
BEGIN
  IF cardinality(one) <= 3 AND cardinality(other) <= 3 THEN
    RETURN gw.apart(p, q) <= coalesce(one[3], 0) + coalesce(other[3], 0) + gw.near();
  ELSIF cardinality(one) <= 3 THEN
    RETURN gw.holds(other, p) OR gw.edge_distance(other, p) <= coalesce(one[3], 0) + gw.near();
  ELSIF cardinality(other) <= 3 THEN
    RETURN gw.intersects(other, one);
  END IF;
  RETURN gw.inside(one, q) > 0 OR gw.inside(other, p) > 0 OR gw.polygons_meet(one, other, 1) > 0;
END
$$;
-- Square degrees: a polygon as triangles that share its first corner (Van Oosterom and Strackee 1983).
CREATE OR REPLACE FUNCTION gw.area(area float8[]) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN area IS NULL THEN NULL
    WHEN cardinality(area) <= 3 THEN 4 * pi() * power(sind(coalesce(area[3], 0) / 2), 2) * power(180 / pi(), 2)
    ELSE (SELECT abs(sum(2 * atan2(gw.dot(o.v, gw.pole(e.a, e.b)),
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
                FROM (SELECT e.a, e.b, gw.pole(e.a, e.b) AS n,
                             sign(sum(gw.dot(o.v, gw.pole(e.a, e.b))) OVER ()) AS turn
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
  SELECT CASE WHEN "dec" BETWEEN -90 AND 90 AND abs(ra) < 'Infinity' AND abs(pm_ra * years) < 'Infinity'
      AND abs(pm_dec * years) < 'Infinity'
    THEN gw.beside(ra, "dec", radians(pm_ra * years), radians(pm_dec * years)) END
$$;
-- Right ascension as 0 <= ra < 360. Twice, since 360 less a rounding error is 360.
CREATE OR REPLACE FUNCTION gw.turned(ra float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN ra >= 0 AND ra < 360 THEN ra + 0::float8
              ELSE ra - 360 * floor(ra / 360) - 360 * floor((ra - 360 * floor(ra / 360)) / 360) END
$$;
-- An area with its right ascensions as 0 <= ra < 360; NULL for one with a corner off the sky, or a radius that is none.
CREATE OR REPLACE FUNCTION gw.placed(area float8[]) RETURNS float8[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  FOR i IN 1 .. cardinality(area) / 2 LOOP
    IF (area[2 * i] BETWEEN -90 AND 90 AND area[2 * i - 1] > '-Infinity' AND area[2 * i - 1] < 'Infinity') IS NOT TRUE THEN
      RETURN NULL;
    END IF;
    area[2 * i - 1] := gw.turned(area[2 * i - 1]);
    area[2 * i] := area[2 * i] + 0;
  END LOOP;
  IF cardinality(area) = 3 AND (area[3] BETWEEN 0 AND 'Infinity') IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  RETURN area;
END
$$;
-- An area in the words of STC-S, in ICRS; NULL for what is none, is off the sky, or is made of several.
CREATE OR REPLACE FUNCTION gw.described(words text) RETURNS float8[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE
    WHEN words ~ '[()]' THEN NULL
    WHEN r.kind = 'CIRCLE' AND cardinality(r.numbers) = 3
      OR r.kind IN ('POSITION', 'POINT') AND cardinality(r.numbers) = 2
      OR r.kind = 'POLYGON' AND cardinality(r.numbers) >= 6 AND cardinality(r.numbers) % 2 = 0 THEN gw.placed(r.numbers)
    WHEN r.kind = 'BOX' AND cardinality(r.numbers) = 4 AND r.numbers[2] BETWEEN -90 AND 90
      AND r.numbers[3] >= 0 AND r.numbers[3] < 180 AND r.numbers[4] >= 0 AND r.numbers[4] < 180
      THEN gw.box(r.numbers[1], r.numbers[2], r.numbers[3], r.numbers[4])
  END
  FROM (SELECT upper(split_part(ltrim(words), ' ', 1)) AS kind,
               ARRAY(SELECT f.found[1]::float8
                     FROM regexp_matches(words, '(?:^|\s)([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)(?=\s|$)', 'g')
                          WITH ORDINALITY AS f(found, n) ORDER BY f.n) AS numbers) AS r
$$;
-- The same, sooner for circles as ObsCore's granules have them: 30 µs where the words of any area take 190.
CREATE OR REPLACE FUNCTION gw.region(words text) RETURNS float8[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  circle text[] := regexp_match(words, '^CIRCLE ICRS (-?\d{1,9}(?:\.\d{1,20})?) (-?\d{1,9}(?:\.\d{1,20})?) (\d{1,9}(?:\.\d{1,20})?)$');
BEGIN
  RETURN CASE WHEN circle IS NULL THEN gw.described(words) ELSE gw.placed(circle::float8[]) END;
END
$$;

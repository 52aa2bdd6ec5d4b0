"""Cone search in SQL: one function `gw.in_cone(ra, dec, ra0, dec0, radius)`, degrees, with a body for each extension.

A third body needs none: keys of HEALPix (`schema.sky_keys`), beside one of these or alone, answer areas that are known.

postgres_fdw ships it only if the planner inlines the body: not STRICT, not SECURITY DEFINER, every name with its schema
(PostgreSQL, `inline_function` in src/backend/optimizer/util/clauses.c). Radii over 90° are written as the complement of
the cone around the antipode.

Both bodies give the same answers: in a cone is what is no farther than its radius and 1e-12 rad, whatever the
extension's operator, which an index answers, finds besides. A place whose declination is beyond ±90°, or of which a
coordinate is not finite, is nowhere: in no cone, and outside none.

Worked example: with right ascension and declination swapped, HD 216956 is at (-29.62, 344.41). Sines and cosines make
(-29.62, -15.59) of it, so that an operator finds a place for it; `ON_SKY` is false. Of the cone of radius 0 around
(10, 20), the place (370, 20) is 0 away and (10, 20 + 1e-11) is 1.7e-13 rad: both are in it.
"""

from dataclasses import dataclass, replace

from schema import sky_keys
from schema.table import Source, Table

NEAR = 5.729577951308232e-11
"""Degrees of 1e-12 rad: what is no farther from the edge of an area is on it; `gw.near()` (sql/hub/areas.sql)."""
ON_SKY = "{dec} BETWEEN -90 AND 90 AND {ra} > '-Infinity'::float8 AND {ra} < 'Infinity'::float8"
"""SQL of "is a place", of coordinates in degrees; a NaN is greater than every number. NULL where one of them is."""


@dataclass(frozen=True, slots=True)
class SpatialBackend:
    """A way to index and search the sphere."""

    extension: str
    """PostgreSQL extension."""
    point: str
    """SQL of an indexable point; `{ra}` and `{dec}` in degrees."""
    condition: str
    """SQL of "is in the cone", over `point` so that the index applies; `{ra0}`, `{dec0}`, `{radius}` in degrees."""
    keyed: bool = False
    """Whether its places have keys too, by ranges of which an area is found that is known when it is asked."""

    def in_cone(self, ranges: str | None = None, **places: str) -> str:
        """The condition, for SQL expressions of `ra`, `dec`, `ra0`, `dec0` and `radius`.

        `ranges` is SQL of the ranges of the cone (`sky.ranges`), a bigint[], by which an index on keys finds it; None
        where they are not known, as of a cone around each of some rows.
        """
        if ranges is not None:
            exact = _WHERE.replace("{0}", f"{_BOTH_ON_SKY}\n    AND {_EXACT}").format(**places)
            return sky_keys.in_ranges(ranges, ra=places["ra"], dec=places["dec"]) + exact
        return self.condition.format(**places, point=self.point.format(ra=places["ra"], dec=places["dec"]))


_BOTH_ON_SKY = f"{ON_SKY}\n    AND {ON_SKY.replace('{ra}', '{ra0}').replace('{dec}', '{dec0}')}"
_EXACT = (
    "power(sind(({dec} - {dec0}) / 2), 2) + cosd({dec}) * cosd({dec0}) * power(sind(({ra} - {ra0}) / 2), 2)\n"
    f"      <= power(sind(({{radius}} + {NEAR}) / 2), 2)"
)
# A test of NULL: PostgreSQL expects all rows to pass it, where of a comparison of sines it would expect a third to.
_WHERE = "\n  AND (CASE WHEN {0} THEN 0 END) IS NOT NULL"
_CENTRE = "public.spoint(radians({ra0}), radians({dec0}))"
# pg_sphere takes 1e-9 rad for nothing (its EPSILON), but its index does not: it is asked for a circle that is wider by
# twice that, or for half the sky, and the distance, which is right to 1e-14, decides.
PG_SPHERE = SpatialBackend(
    "pg_sphere",
    "public.spoint(radians({ra}), radians({dec}))",
    f"{{point}} OPERATOR(public.<@) public.scircle({_CENTRE}, "
    "CASE WHEN {radius} < 89 THEN radians({radius}) + 2e-9 ELSE 1.5707963272948966 END)"
    + _WHERE.replace(
        "{0}", f"{_BOTH_ON_SKY}\n    AND {{point}} OPERATOR(public.<->) {_CENTRE} <= radians({{radius}}) + 1e-12"
    ),
)
# One dimension after another: `cube(ARRAY[…])` refuses NULL where this is NULL, and OiDB has granules without a place.
_UNIT = "public.cube(public.cube(public.cube(cosd({dec}) * cosd({ra})), cosd({dec}) * sind({ra})), sind({dec}))"
CUBE = SpatialBackend(
    "cube",
    # A box of the index that holds a NaN misses other rows for ever after, so a NaN is nowhere, and an infinity has no
    # sine. postgres_fdw ships CASE but not NULLIF (contrib/postgres_fdw/deparse.c).
    f"(CASE WHEN {ON_SKY} THEN {_UNIT} END)",
    "{point} OPERATOR(public.<@) "
    f"public.cube_enlarge({_UNIT.replace('{ra}', '{ra0}').replace('{dec}', '{dec0}')}, "
    "2 * sind({radius} / 2) * (1 + 1e-12) + 1.1e-12, 3)" + _WHERE.replace("{0}", f"{_BOTH_ON_SKY}\n    AND {_EXACT}"),
)


# A source without either extension: what is not found by keys is found by looking at every row.
HEALPIX = SpatialBackend("", sky_keys.key(ra="{ra}", dec="{dec}"), f"{_BOTH_ON_SKY}\n    AND {_EXACT}", keyed=True)


def in_cone(backend: SpatialBackend | None, ranges: str | None = None, **places: str) -> str:
    """The condition that a place is in a cone, of SQL for `ra`, `dec`, `ra0`, `dec0`, `radius` in ICRS degrees.

    In the hub (no backend) it is the function `gw.in_cone`; at a source, which has no such function of ours, its body,
    over `ranges` where it has keys and they are known (`SpatialBackend.in_cone`).
    """
    if backend is None:
        return "gw.in_cone({ra}, {dec}, {ra0}, {dec0}, {radius})".format(**places)
    return f"({backend.in_cone(ranges if backend.keyed else None, **places)})"


def on_sky(**place: str) -> str:
    """The condition that there is such a place, of SQL for its `ra` and `dec` in degrees; NULL where one of them is."""
    return ON_SKY.format(**place)


def beyond(radius: float) -> float:
    """The radius (degrees) of the cone around the antipode of a centre that is what a cone of more than 90° leaves out.

    The edge belongs to the cone, and so not to what is outside. Negative where nothing is left out.
    """
    return 180 - radius - 2 * NEAR


BODIES = {body.extension: body for body in (PG_SPHERE, CUBE)}


def body_of(extension: str | None, *, keyed: bool) -> SpatialBackend | None:
    """The body of a source with this extension, if it has one, and with keys or without; None with neither."""
    if extension is None:
        return HEALPIX if keyed else None
    return replace(BODIES[extension], keyed=keyed)


def function(body: SpatialBackend) -> str:
    """DDL of `gw.in_cone` for the hub."""
    condition = body.in_cone(ra="ra", dec='"dec"', ra0="ra0", dec0="dec0", radius="radius")
    return (
        "CREATE SCHEMA IF NOT EXISTS gw;\n"
        f"CREATE EXTENSION IF NOT EXISTS {body.extension} WITH SCHEMA public;\n"
        'CREATE OR REPLACE FUNCTION gw.in_cone(ra float8, "dec" float8, ra0 float8, dec0 float8, radius float8)\n'
        "RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$\n"
        f"  SELECT {condition}\n$$;\n"
    )


def index(table: Table, body: SpatialBackend) -> str:
    """DDL of a source table's spatial index, named as OiDB's `oidb_spatial`; raises `ValueError` without a position."""
    if table.position is None:
        message = f"{table.qualified} has no position"
        raise ValueError(message)
    ra, dec = (f'"{column.remote_name}"' for column in table.position)
    name = f"{table.remote.rpartition('.')[2]}_spatial"
    return f"CREATE INDEX IF NOT EXISTS {name} ON {table.remote} USING gist ({body.point.format(ra=ra, dec=dec)});\n"


def indexes(source: Source, body: SpatialBackend) -> str:
    """DDL of a source's spatial extension and indexes; views are indexed by the tables below them."""
    placed = [table for table in source.tables if table.position and not table.view]
    return f"CREATE EXTENSION IF NOT EXISTS {body.extension} WITH SCHEMA public;\n" + "".join(
        index(table, body) for table in placed
    )

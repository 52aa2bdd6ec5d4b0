"""Space: one SQL function, `gw.in_cone(ra, dec, ra0, dec0, radius)` in degrees, with a body for each extension.

The body must inline for postgres_fdw to ship it: not STRICT, not SECURITY DEFINER, every name with its schema
(`../shared/facts/postgres.md` section 5). Radii over 90° are asked as the complement of the antipode's cone.
"""

from dataclasses import dataclass

from schema.table import Source, Table


@dataclass(frozen=True, slots=True)
class SpatialBackend:
    """One way to search the sphere."""

    extension: str
    point: str
    """SQL of an indexable point; `{ra}` and `{dec}` in degrees."""
    condition: str
    """SQL of "is in the cone", over `point` so that it meets the index; `{ra0}`, `{dec0}`, `{radius}` in degrees."""

    def in_cone(self, **places: str) -> str:
        """The condition for SQL expressions of the five."""
        return self.condition.format(**places, point=self.point.format(ra=places["ra"], dec=places["dec"]))


PG_SPHERE = SpatialBackend(
    "pg_sphere",
    "public.spoint(radians({ra}), radians({dec}))",
    "{point} OPERATOR(public.<@) public.scircle(public.spoint(radians({ra0}), radians({dec0})), radians({radius}))",
)
# One dimension after another: `cube(ARRAY[…])` refuses NULL where this is NULL, and OiDB has granules without a place.
_UNIT = "public.cube(public.cube(public.cube(cosd({dec}) * cosd({ra})), cosd({dec}) * sind({ra})), sind({dec}))"
_NUMBER = "{ra} <> 'NaN'::float8 AND {dec} <> 'NaN'::float8"
CUBE = SpatialBackend(
    "cube",
    # A box of the index that holds a NaN misses other rows for ever after, so a NaN is nowhere. CASE is shipped, NULLIF
    # is not.
    f"(CASE WHEN {_NUMBER} THEN {_UNIT} END)",
    "{point} OPERATOR(public.<@) "
    f"public.cube_enlarge({_UNIT.replace('{ra}', '{ra0}').replace('{dec}', '{dec0}')}, "
    "2 * sind({radius} / 2) * (1 + 1e-12) + 1e-15, 3)\n"
    "  AND power(sind(({dec} - {dec0}) / 2), 2)"
    " + cosd({dec}) * cosd({dec0}) * power(sind(({ra} - {ra0}) / 2), 2) <= power(sind({radius} / 2), 2)",
)
BODIES = {body.extension: body for body in (PG_SPHERE, CUBE)}


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
    """DDL of a source table's spatial index, named as OiDB's `oidb_spatial`; the table must have a position."""
    if table.position is None:
        message = f"{table.qualified} has no position"
        raise ValueError(message)
    ra, dec = (f'"{column.remote_name}"' for column in table.position)
    name = f"{table.remote.rpartition('.')[2]}_spatial"
    return f"CREATE INDEX IF NOT EXISTS {name} ON {table.remote} USING gist ({body.point.format(ra=ra, dec=dec)});\n"


def indexes(source: Source, body: SpatialBackend) -> str:
    """DDL of a source's spatial extension and indexes; views are indexed by the tables under them."""
    placed = [table for table in source.tables if table.position and not table.view]
    return f"CREATE EXTENSION IF NOT EXISTS {body.extension} WITH SCHEMA public;\n" + "".join(
        index(table, body) for table in placed
    )

"""Keys of places for a b-tree: the nested HEALPix cell of order 29, HATS's `_healpix_29` (HATS 1.0, IVOA Note).

A source that has the function `gw.healpix_29` and an index on it for each table with positions answers areas that are
known when they are asked by ranges of keys (`sky.ranges`), with operators that every PostgreSQL has. The function is
that of `schema.healpix` at order 29, in steps: as one expression it is a third slower, and too long to be said twice.
An index on it leaves the table as it is. Beside a column that is generated, both were measured (`bench/bodies.py`).

Worked example: the key of (45, 0) is in cell 4 of order 0, so it is from 4·4²⁹ up to 5·4²⁹.
"""

from collections.abc import Sequence

from schema.healpix import CAP, FACES
from schema.table import Source, Table

ORDER = 29
FUNCTION = "gw.healpix_29"
ARMS = 8
"""Ranges that a condition has room for (`sky.ranges.MOST`)."""
SPREADING = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
"""Shifts and masks by which zeros come between the bits of a number of 32."""


def key(*, ra: str, dec: str) -> str:
    """SQL of the key of a place, of SQL for its ICRS degrees; NULL of no place."""
    return f"{FUNCTION}({ra}, {dec})"


def in_ranges(ranges: str, **place: str) -> str:
    """The condition that a key is in one of the ranges of a bigint[], first and last by turns, `ARMS` at most.

    Of a shorter array there is NULL beyond its end. A range of NULL has no key: PostgreSQL leaves it out of the plan,
    so that one text serves all areas and few ranges are planned as fast as if the text had no more.
    """
    of = key(**place)
    arms = (f"{of} BETWEEN ({ranges})[{at}] AND ({ranges})[{at + 1}]" for at in range(1, 2 * ARMS, 2))
    return f"({' OR '.join(arms)})"


def array(ranges: Sequence[int]) -> str:
    """SQL of ranges that are known."""
    return f"'{{{','.join(map(str, ranges))}}}'::bigint[]"


def function() -> str:
    """DDL of the function, for the owner of a source: whoever adds a row to an indexed table calls it."""
    return (
        "CREATE SCHEMA IF NOT EXISTS gw;\n"
        "GRANT USAGE ON SCHEMA gw TO PUBLIC;\n"
        f'CREATE OR REPLACE FUNCTION {FUNCTION}(ra float8, "dec" float8)\n'
        "RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$\n"
        f"{_body()}$$;\n"
    )


def index(table: Table) -> str:
    """DDL of the index on the keys of a table; raises `ValueError` for one without positions."""
    if table.position is None:
        message = f"{table.qualified} has no position"
        raise ValueError(message)
    ra, dec = (f'"{column.remote_name}"' for column in table.position)
    name = f"{table.remote.rpartition('.')[2]}_healpix_29"
    return f"CREATE INDEX IF NOT EXISTS {name} ON {table.remote} ({key(ra=ra, dec=dec)});\n"


def keyed_tables(source: Source) -> list[Table]:
    """The tables that have such an index; views are indexed by the tables below them."""
    return [table for table in source.tables if table.position and not table.view]


def keys_ddl(source: Source) -> str:
    """DDL of a source's keys, for its owner."""
    return function() + "".join(map(index, keyed_tables(source)))


def _body() -> str:
    """The function in steps; x and y are where the place is along the two axes, in cells, and then within its face."""
    side = f"{1 << ORDER}::bigint"
    return f"""\
DECLARE
  turn CONSTANT float8 := ra / 90 - 4 * floor(ra / 360);
  quarter CONSTANT float8 := floor(turn);
  high float8; middle float8; width float8; x bigint; y bigint; other bigint; face bigint;
BEGIN
  IF NOT ("dec" BETWEEN -90 AND 90 AND turn BETWEEN 0 AND 4) THEN
    RETURN NULL;
  END IF;
  IF "dec" BETWEEN -{CAP} AND {CAP} THEN
    middle := {side} * (0.5 + turn);
    high := {side} * sind("dec") * 0.75;
    x := floor(middle + high);
    y := floor(middle - high);
  ELSE
    width := {side} * sqrt(6.0::float8) * sind((90 - abs("dec")) / 2);
    x := {side} * (quarter + 2) - 1 - floor((1 - turn + quarter) * width);
    y := {side} * quarter + floor((turn - quarter) * width);
    IF "dec" < 0 THEN
      other := x;
      x := y;
      y := other;
    END IF;
  END IF;
  face := ({FACES}::bigint[])[1 + (x >> {ORDER})][1 + (y >> {ORDER})];
  x := x & ({side} - 1);
  y := ~ y & ({side} - 1);
{"".join(_spread(axis) for axis in "xy")}\
  RETURN (face << {2 * ORDER}) + x + (y << 1);
END
"""


def _spread(axis: str) -> str:
    return "".join(f"  {axis} := ({axis} | ({axis} << {shift})) & {mask};\n" for shift, mask in SPREADING)

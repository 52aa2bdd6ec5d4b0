"""The cell of HEALPix that a place is in, nested, of orders 0 to 29, as one SQL expression (Gorski et al. 2005).

One expression over functions that every PostgreSQL has, so that rows are grouped by it where they are: a source
evaluates it as it is written here, and the hub as `gw.healpix_index`, which PostgreSQL inlines and postgres_fdw ships
(hence neither LEAST nor GREATEST, which are not shipped).

In the plane of the projection the twelve faces are squares that stand on a corner, and so are their cells. Two axes go
along the edges of these, one towards the north-east and one towards the south-east. What is said here once is where a
place is along the first of them, in cells; on the second it is where the place of the negated declination is on the
first. The face is looked up by both, and the cell in it has the bits of one and of the other by turns: at order 1,
0 and 1 along the axes of face 5 are cell 5 * 4 + 0b10 = 22.

A place on the edge of cells is in either, by the last digit of a sine.
"""

ORDERS = range(30)
BITS = 8
"""Bits of a number along an axis that are looked up at once."""
FACES = "(ARRAY[[4,8,8,8,8,8],[0,5,9,9,9,9],[0,1,6,10,10,10],[0,1,2,7,11,11],[0,1,2,3,4,8],[0,1,2,3,0,5]])"
"""Numbers of faces by their places along both axes; along the second one cells are numbered backwards."""
TURN = "({ra} / 90 - 4 * floor({ra} / 360))"
"""Right ascension in quarters of a turn, 0 to 4; NaN or another number of what is no angle."""
CAP = "41.810314895778596"
"""Degrees from the equator to the caps of the poles, where sin δ is 2/3: towards a pole lines of cells narrow."""
ALONG = (
    f"(CASE WHEN {{dec}} BETWEEN -{CAP} AND {CAP} "
    "THEN floor({side} * (0.5 + {turn}) + {side} * sind({dec}) * 0.75) "
    "WHEN {dec} > 0 THEN {side} * (floor({turn}) + 2) - 1 - floor((1 - {turn} + floor({turn})) * {width}) "
    "ELSE {side} * floor({turn}) + floor(({turn} - floor({turn})) * {width}) END::bigint)"
)
WIDTH = "({side} * sqrt(6.0) * sind((90 - abs({dec})) / 2))"


SPREAD = f"(ARRAY[{','.join(str(int(f'{byte:b}', 4)) for byte in range(1 << BITS))}])"
"""Numbers of eight bits with a zero before each of these: binary digits, read as digits to the base of four."""


def index(ra: str, dec: str, order: int | None = None) -> str:
    """SQL of the number of a place's cell, a bigint; NULL where there is no such order, or no such place.

    Parameters
    ----------
    ra, dec
        SQL of ICRS degrees, doubles that are cheap to name often.
    order
        None for what is called "order" in SQL, an integer.
    """
    named = '"order"' if order is None else str(order)
    side, turn = f"(1::bigint << {named})", TURN.format(ra=ra)
    one, other = (_along(side, turn, towards) for towards in (dec, f"(- {dec})"))
    face = f"({FACES}[1 + ({one} >> {named})][1 + ({other} >> {named})]::bigint << 2 * {named})"
    last = ORDERS.stop - 1 if order is None else order
    parts = [face, *(_bits(one, f"~ {other}", named, first) for first in range(0, last, BITS))]
    there = f"{named} BETWEEN 0 AND {ORDERS.stop - 1} AND {dec} BETWEEN -90 AND 90 AND {turn} BETWEEN 0 AND 4"
    return f"(CASE WHEN {there} THEN {' + '.join(parts)} END)"


def _along(side: str, turn: str, dec: str) -> str:
    """Where a place is along the first axis, in cells."""
    return ALONG.format(side=side, turn=turn, dec=dec, width=WIDTH.format(side=side, dec=dec))


def _bits(one: str, other: str, order: str, first: int) -> str:
    """What eight bits of the places along both axes, from the bit `first` on, are in the number of a cell."""
    of_cell = f"{(1 << BITS) - 1} & (((1::bigint << {order}) - 1) >> {first})"
    spread = [f"({SPREAD}[1 + ((({place}) >> {first}) & {of_cell})]::bigint << {2 * first + bit})"
              for bit, place in enumerate((one, other))]  # fmt: skip
    return f"CASE WHEN {order} > {first} THEN {' + '.join(spread)} ELSE 0 END"


def function() -> str:
    """DDL of `gw.healpix_index` for the hub."""
    cell = index("ra", '"dec"')
    return (
        "CREATE SCHEMA IF NOT EXISTS gw;\n"
        'CREATE OR REPLACE FUNCTION gw.healpix_index("order" integer, ra float8, "dec" float8)\n'
        "RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$\n"
        f"  SELECT {cell}\n$$;\n"
    )

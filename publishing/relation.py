"""The relation of a table that is made of a document: definitions of its columns, and its position."""

from collections.abc import Iterator

from hub.writer import Writer
from planning.errors import BadInput
from publishing.draft import Draft, spelled
from schema.column import Column
from schema.space import BODIES, CUBE, on_sky

Position = tuple[Column, Column]
"""Right ascension and declination, ICRS degrees."""


def definitions(drafted: Draft) -> Iterator[str]:
    """Yield the definition of each column of a draft, as CREATE TABLE has it."""
    for column in drafted.loaded:
        yield f'"{column.sql}" {column.type.sql}'
    for column, value in drafted.constants.items():
        yield f'"{column.sql}" {column.type.sql} DEFAULT {value}'
    for column, value in drafted.computed.items():
        yield f'"{column.sql}" {column.type.sql} GENERATED ALWAYS AS ({value}) STORED'


def astray(position: Position | None) -> str:
    """SQL of the number of rows whose position is off the sphere; None for a table without a position."""
    if not position:
        return "0"
    ra, dec = (f'"{column.sql}"' for column in position)
    return f"count(*) FILTER (WHERE NOT ({on_sky(ra=ra, dec=dec)}))"


def nowhere(rows: int, position: Position) -> BadInput:
    """The refusal of a table with so many rows whose position is off the sphere."""
    ra, dec = map(spelled, position)
    return BadInput(f"{rows} rows are nowhere on the sky: {ra} and {dec} are finite, the latter from -90 to 90 degrees")


async def point(writer: Writer, ra: str, dec: str) -> str:
    """SQL of the point that the hub's spatial extension indexes, of SQL for its coordinates in degrees."""
    rows = await writer.fetch("SELECT extname FROM pg_catalog.pg_extension WHERE extname = ANY($1)", list(BODIES))
    names = {name for (name,) in rows}
    body = next((body for name, body in BODIES.items() if name in names), CUBE)
    return body.point.format(ra=ra, dec=dec)

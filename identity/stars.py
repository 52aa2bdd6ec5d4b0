"""The stars of JSDC in the hub, made again when JSDC has changed: `crossid.star_cell`, and names in `star_name`."""

import asyncio
from collections.abc import AsyncIterator, Callable

import numpy as np

from hub.binary import HEADER, TRAILER, BinaryArray, Layout
from hub.writer import Writer
from schema.named_queries import named_query
from sky.cells import path_cells

FINGERPRINT = named_query("identity/stars", "fingerprint")
KNOWN_FINGERPRINT = named_query("identity/stars", "known_fingerprint")
REMEMBER = named_query("identity/stars", "remember")
UP_TO_DATE = named_query("identity/stars", "up_to_date")
MATCHED = named_query("identity/stars", "matched")
STARS = named_query("identity/stars", "stars")
COUNT = named_query("identity/stars", "count")
CREATE = named_query("identity/stars", "create")
REPLACE = named_query("identity/stars", "replace")
FORGET_NAMES = named_query("identity/stars", "forget_names")
LIST_NAMES = named_query("identity/stars", "list_names")
ANALYZE_NAMES = named_query("identity/stars", "analyze_names")
SEEN = 6.0
"""Magnitude in V of the faintest star that an eye sees: all of its names are listed in `crossid.star_name`."""
READ = Layout(
    star_id="bigint", ra="double precision", dec="double precision", pmra="double precision",
    pmdec="double precision", brightness="double precision",
)  # fmt: skip
WRITTEN = Layout(
    cell="bigint", star_id="bigint", ra="double precision", dec="double precision", pmra="double precision",
    pmdec="double precision", brightness="double precision",
)  # fmt: skip
Report = Callable[[float], None]
"""Called with the fraction that is done."""


async def renew(writer: Writer, reader: Writer, report: Report, *, full: bool) -> None:
    """Read the stars again if JSDC has changed, or in any case if `full`.

    Both connections are in a transaction: that of `writer` makes the table, that of `reader` reads JSDC through the hub
    meanwhile.
    """
    (fingerprint,) = (await reader.fetch(FINGERPRINT))[0]
    known = await writer.fetch(KNOWN_FINGERPRINT)
    if not full and known and known[0][0] == fingerprint:
        return
    (expected,) = (await reader.fetch(COUNT))[0]
    await writer.run(CREATE)
    rows = _placed(READ.streamed(reader.blocks(STARS)), lambda done: report(done / max(expected, 1)))
    await writer.copy("crossid.star_cell_new", WRITTEN.names, rows)
    await writer.run(REPLACE)
    await writer.run(FORGET_NAMES)
    await writer.run(LIST_NAMES, SEEN)
    await writer.run(ANALYZE_NAMES)
    await writer.run(REMEMBER, fingerprint)


async def up_to_date(writer: Writer) -> set[str]:
    """Titles of the kinds of records that were matched with the stars as they are now, and not with earlier ones."""
    return {title for (title,) in await writer.fetch(UP_TO_DATE)}


async def matched(writer: Writer, title: str) -> None:
    """Remember that the kind of records of this title was matched with the stars as they are now."""
    await writer.run(MATCHED, title)


async def _placed(stars: AsyncIterator[BinaryArray], report: Callable[[int], None]) -> AsyncIterator[bytes]:
    yield HEADER
    done = 0
    async for rows in stars:
        yield await asyncio.to_thread(_in_cells, rows)
        done += len(rows)
        report(done)
    yield TRAILER


def _in_cells(stars: BinaryArray) -> bytes:
    columns = {name: np.asarray(stars[name], float) for name in READ.names[1:]}
    row, cell = path_cells(columns["ra"], columns["dec"], columns["pmra"], columns["pmdec"])
    repeated = {name: column[row] for name, column in columns.items()}
    return WRITTEN.encoded({"cell": cell, "star_id": stars["star_id"][row]} | repeated)

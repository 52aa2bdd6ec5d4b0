"""The stars of JSDC by cell, in the hub, made anew where JSDC has changed."""

import asyncio
from collections.abc import AsyncIterator, Callable

import numpy as np

from hub.binary import HEADER, TRAILER, BinaryArray, Layout
from hub.writer import Writer
from sky.cells import path

# What matters of every star and name, added up at JSDC, which sends one row: COALESCE would not be shipped, while the
# hash of a NULL adds nothing.
FINGERPRINT = """
SELECT concat_ws(' ', s.*, i.*)
FROM (SELECT count(*), sum(hashfloat8extended(raj2000, jsdc_id)), sum(hashfloat8extended(dej2000, jsdc_id)),
    sum(hashfloat4extended(pmra, jsdc_id)), sum(hashfloat4extended(pmdec, jsdc_id)),
    sum(hashfloat4extended(kmag, jsdc_id)), sum(hashfloat4extended(vmag, jsdc_id)) FROM jsdc.star) s,
  (SELECT count(*), sum(hashtextextended(designation, star_id)) FROM jsdc.identifier) i
"""
SEEN = "SELECT fingerprint FROM crossid.seen WHERE source = 'jsdc'"
REMEMBER = """
INSERT INTO crossid.seen VALUES ('jsdc', $1)
ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint
"""
UP_TO_DATE = "SELECT s.source FROM crossid.seen s JOIN crossid.seen j USING (fingerprint) WHERE j.source = 'jsdc'"
MATCHED = """
INSERT INTO crossid.seen SELECT $1, fingerprint FROM crossid.seen WHERE source = 'jsdc'
ON CONFLICT (source) DO UPDATE SET fingerprint = excluded.fingerprint
"""
READ = Layout(
    star_id="bigint", ra="double precision", dec="double precision", pmra="double precision",
    pmdec="double precision", brightness="double precision",
)  # fmt: skip
WRITTEN = Layout(
    cell="bigint", star_id="bigint", ra="double precision", dec="double precision", pmra="double precision",
    pmdec="double precision", brightness="double precision",
)  # fmt: skip
STARS = """
SELECT jsdc_id, raj2000, dej2000, coalesce(nullif(pmra, 'NaN'), 0)::float8, coalesce(nullif(pmdec, 'NaN'), 0)::float8,
  coalesce(nullif(kmag, 'NaN'), nullif(vmag, 'NaN'), 'Infinity')::float8
FROM jsdc.star WHERE raj2000 BETWEEN 0 AND 360 AND dej2000 BETWEEN -90 AND 90
"""
COUNT = "SELECT count(*) FROM jsdc.star"
CREATE = """
DROP TABLE IF EXISTS crossid.star_cell_new;
CREATE TABLE crossid.star_cell_new (LIKE crossid.star_cell INCLUDING DEFAULTS);
"""
# Made beside the old one and put in its place at the end, so that nobody waits for it.
REPLACE = """
CREATE INDEX star_cell_new_cell ON crossid.star_cell_new (cell);
CREATE INDEX star_cell_new_grid ON crossid.star_cell_new (gw.cell(ra, "dec"));
ANALYZE crossid.star_cell_new;
DROP TABLE crossid.star_cell;
ALTER TABLE crossid.star_cell_new RENAME TO star_cell;
ALTER INDEX crossid.star_cell_new_cell RENAME TO star_cell_cell;
ALTER INDEX crossid.star_cell_new_grid RENAME TO star_cell_grid;
"""
Report = Callable[[float], None]


async def renew(writer: Writer, reader: Writer, report: Report, *, full: bool) -> None:
    """Read the stars again if JSDC has changed; within a transaction of the writer."""
    (fingerprint,) = (await reader.fetch(FINGERPRINT))[0]
    seen = await writer.fetch(SEEN)
    if not full and seen and seen[0][0] == fingerprint:
        return
    (expected,) = (await reader.fetch(COUNT))[0]
    await writer.run(CREATE)
    rows = _placed(READ.streamed(reader.blocks(STARS)), lambda done: report(done / max(expected, 1)))
    await writer.copy("crossid.star_cell_new", WRITTEN.names, rows)
    await writer.run(REPLACE)
    await writer.run(REMEMBER, fingerprint)


async def up_to_date(writer: Writer) -> set[str]:
    """Titles of the kinds of records that were matched with the stars as they are."""
    return {title for (title,) in await writer.fetch(UP_TO_DATE)}


async def matched(writer: Writer, title: str) -> None:
    """Remember that a kind of records was."""
    await writer.run(MATCHED, title)


async def _placed(stars: AsyncIterator[BinaryArray], report: Callable[[int], None]) -> AsyncIterator[bytes]:
    yield HEADER
    done = 0
    async for some in stars:
        yield await asyncio.to_thread(_in_cells, some)
        done += len(some)
        report(done)
    yield TRAILER


def _in_cells(stars: BinaryArray) -> bytes:
    columns = {name: np.asarray(stars[name], float) for name in READ.names[1:]}
    row, cell = path(columns["ra"], columns["dec"], columns["pmra"], columns["pmdec"])
    beside = {name: column[row] for name, column in columns.items()}
    return WRITTEN.encoded({"cell": cell, "star_id": stars["star_id"][row]} | beside)

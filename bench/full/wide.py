"""The wide set: every question, and the lists that are uploaded."""

import base64
import re
from collections.abc import Iterator

import asyncpg
import numpy as np

from bench.full import adql, doors, names, pages, stars
from bench.full.question import Question, UnknownPatternError
from bench.xmatch import HEAD, ROW, TAIL

SIZES = (100, 10_000, 100_000)
"""Places of the uploaded lists."""
SPREAD = "SELECT ra, dec FROM crossid.star_cell ORDER BY star_id % 9973, star_id LIMIT $1"


async def wide(hub: str, pattern: str = "") -> list[Question]:
    """The questions whose names match a regular expression, each once.

    Parameters
    ----------
    hub
        DSN of the hub as its owner: the lists that are uploaded are places near its stars.
    """
    places = await lists(hub)
    wanted = re.compile(pattern, re.IGNORECASE)
    chosen = {question.name: question for question in every(places) if wanted.search(question.name)}
    if not chosen:
        message = f"no question matches {pattern!r}"
        raise UnknownPatternError(message)
    return list(chosen.values())


def every(lists: dict[int, bytes]) -> Iterator[Question]:
    """Every question, over uploaded lists by their numbers of rows; some are the same."""
    for part in (pages.single, pages.pages, pages.cones, pages.links, pages.groups, stars.filtered, stars.counted):
        yield from part()
    for part in (names.searched, doors.cones, doors.tables, doors.formats, doors.others, adql.astronomers):
        yield from part()
    yield from adql.uploaded({rows: lists[rows] for rows in SIZES[:2]})
    yield from doors.matched(lists)


async def lists(hub: str) -> dict[int, bytes]:
    """BINARY2 VOTables with the columns id, ra and dec, by their numbers of rows."""
    connection = await asyncpg.connect(hub)
    try:
        places = np.array([tuple(row) for row in await connection.fetch(SPREAD, max(SIZES))])
    finally:
        await connection.close()
    return {size: _list(places[:size]) for size in SIZES}


def _list(places: np.ndarray) -> bytes:
    rows = np.empty(len(places), ROW)
    rows["n"], rows["ra"], rows["dec"] = np.arange(len(places)), places[:, 0] + 5e-5, places[:, 1]
    head = HEAD.replace('name="n"', 'name="id"')
    return f"{head}{base64.b64encode(rows.tobytes()).decode()}{TAIL}".encode()

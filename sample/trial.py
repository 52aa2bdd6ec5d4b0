"""Identification put to the test: records of known truth are written to OiDB as granules, and the matches compared.

A match is right or wrong, unless it is marked as ambiguous: then it counts as no match. Precision is the fraction of
the matches that are right, recall the fraction of the stars to be found that were.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hub.binary import Layout
from hub.rows import Connection, connect
from hub.writer import open_writer
from sample.records import Ints
from sample.stars import MADE_UP
from sample.truth import KINDS, Sky, Truth
from schema.crossid import METHOD
from schema.named_queries import named_query

FIRST = 900_000_000
"""Number of the first granule of a trial."""
STARS = named_query("sample/trial", "stars")
COLUMNS_OF_STARS = Layout(
    ids="bigint", ra="double precision", dec="double precision", pm_ra="double precision", pm_dec="double precision",
    brightness="double precision",
)  # fmt: skip
NAMES = named_query("sample/trial", "names").format(made_up=MADE_UP)
SECONDS = 60.0
COLUMNS = ("id", "calib_level", "target_name", "s_ra", "s_dec", "t_min", "t_max", "access_url", "nb_channels")
ANSWERS = "SELECT id, star_id, method FROM crossid.granule WHERE id >= $1 ORDER BY id"
AMBIGUOUS = next(code for code, (name, _) in METHOD.members.items() if name == "AMBIGUOUS")


@dataclass(frozen=True, slots=True)
class Score:
    """Results for the records of one kind, or of all."""

    records: int
    stars: int
    """Records that are of a star."""
    right: int
    wrong: int
    ambiguous: int
    methods: Mapping[str, int]

    @property
    def precision(self) -> float:
        """Fraction of the matches that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Fraction of the stars to be found that were."""
        return self.right / max(1, self.stars)


async def load_sky(jsdc: str) -> Sky:
    """Read the stars of a JSDC, by its DSN."""
    connection = await open_writer(jsdc, SECONDS)
    try:
        stars = COLUMNS_OF_STARS.decoded(await connection.read(STARS))
        names = {int(row[0]): row[1] for row in await connection.fetch(NAMES)}
    finally:
        await connection.close()
    columns = {name: np.asarray(stars[name], float) for name in COLUMNS_OF_STARS.names[1:]}
    return Sky(ids=np.asarray(stars["ids"], int), names=names, **columns)


@asynccontextmanager
async def as_granules(oidb: str, records: Truth) -> AsyncIterator[None]:
    """Context in which OiDB has the records as granules; they are deleted at its end."""
    connection = await connect(oidb)
    try:
        await _copy(connection, records)
        yield
    finally:
        await connection.execute("DELETE FROM public.oidb WHERE id >= $1", FIRST)
        await connection.close()


async def _copy(connection: Connection, truth: Truth) -> None:
    rows = [
        (FIRST + place, 2, name or "-", ra, dec, mjd, mjd, "https://sample.invalid/trial", 1)
        for place, (name, ra, dec, mjd) in enumerate(
            zip(truth.name, truth.ra.tolist(), truth.dec.tolist(), truth.mjd.tolist(), strict=True)
        )
    ]
    await connection.copy_records_to_table("oidb", records=rows, columns=COLUMNS, schema_name="public")


async def scores(hub: str, truth: Truth) -> dict[str, Score]:
    """Score by kind of record; under `all`, of all records."""
    connection = await connect(hub)
    try:
        answers = [tuple(row) for row in await connection.fetch(ANSWERS, FIRST)]
    finally:
        await connection.close()
    star = np.array([number or 0 for _, number, _ in answers])
    method = np.array([code for *_, code in answers])
    return {"all": _score(truth, star, method, slice(None))} | {
        kind: _score(truth, star, method, truth.kind == kind) for kind in KINDS
    }


def _score(truth: Truth, star: Ints, method: Ints, rows: slice | NDArray[np.bool_]) -> Score:
    expected, given, methods = truth.star[rows], star[rows], method[rows]
    claimed = (given != 0) & (methods != AMBIGUOUS)
    codes, counts = np.unique(methods, return_counts=True)
    return Score(
        len(expected),
        int((expected != 0).sum()),
        int((claimed & (given == expected)).sum()),
        int((claimed & (given != expected)).sum()),
        int((methods == AMBIGUOUS).sum()),
        {METHOD.members[code][0]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)},
    )

"""What the registry is told of a coverage: a MOC small enough for a record, and the time between round dates."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np

from adapters.moc.document import encode_moc
from adapters.moc.parameters import Dimension, MocRequest
from hub.coverage import SHIFT, Coverage
from schema.table import Table
from sky.ephemeris import MJD

ORDER, LEAST_ORDER = 6, 3
"""Orders of HEALPix: about a degree, as VODataService 1.2 asks for, and the coarsest that is told."""
LARGEST = 30_000
"""Characters of a MOC (VODataService 1.2: "a few dozens of kB")."""
ROUND = 100
"""Days: times are told from and to multiples of this, so that a record does not change with each night."""
MICROSECONDS = 86_400_000_000
"""Of a day."""


def spatial(table: Table, coverages: Sequence[Coverage]) -> str:
    """Write where on the sky the rows of several tables are, as a MOC in ASCII, at the finest order that is small.

    A tenth of a second for millions of cells: call it in a thread. `table` is one of them, for which no more is said.
    """
    # Sorted runs are merged; np.union1d would take seconds. `encode_moc` passes over what is there twice.
    cells = np.sort(np.concatenate([coverage.sky for coverage in coverages]), kind="stable")
    nothing = np.empty(0, np.uint32)
    joined = Coverage(cells, nothing, nothing, nothing)
    text = ""
    for order in range(ORDER, LEAST_ORDER - 1, -1):
        text = " ".join(encode_moc(joined, MocRequest(table, Dimension.SPACE, order, 0, "ascii")).decode().split())
        if len(text) <= LARGEST:
            break
    return text


def temporal(coverages: Sequence[Coverage]) -> tuple[float, ...]:
    """First and last time (MJD) of the rows of several tables, rounded outwards; empty for rows without times."""
    starts = [int(coverage.first.min()) for coverage in coverages if len(coverage.first)]
    ends = [int(coverage.last.max()) + 1 for coverage in coverages if len(coverage.last)]
    if not starts:
        return ()
    return (float(ROUND * floor(_mjd(min(starts)) / ROUND)), float(ROUND * ceil(_mjd(max(ends)) / ROUND)))


def _mjd(cell: int) -> float:
    return (cell << SHIFT) / MICROSECONDS - MJD

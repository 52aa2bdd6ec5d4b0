"""Sets of intervals, any number to each row, and how conditions cut them.

Worked example: the intervals (0, 10) of row 0 and (2, 6) of row 1, cut by "less than 5" with the breaks [[5], [5]],
become (0, 5) and (2, 5); cut by "never", they are none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sky.healpix import Floats, Ints

Bools = NDArray[np.bool_]
Holds = Callable[[Ints, Floats], Bools]
"""Whether a condition holds of rows at points, two arrays of one shape."""
CLOSE = 1e-9
"""Intervals as near to each other as this are one; one as short as this is none."""


@dataclass(frozen=True, eq=False, slots=True)
class Intervals:
    """Intervals in the order of their rows and beginnings; those of a row do not touch each other."""

    row: Ints
    start: Floats
    end: Floats

    def lengths(self, rows: int) -> Floats:
        """Total length of the intervals of each row, from 0 to `rows` - 1."""
        return np.bincount(self.row, self.end - self.start, rows).astype(np.float64)

    def cut(self, breaks: Floats, holds: Holds, period: float) -> "Intervals":
        """Keep the parts in which a condition holds that changes at known points alone.

        Parameters
        ----------
        breaks
            Shape (rows, any): points at which the condition may change, each once in a period; too many do no harm.
        holds
            The condition, asked in the middle of each part.
        period
            After which the condition repeats; intervals begin at most half of one from 0, and are no longer than one.
        """
        own = (np.mod(breaks / period + 0.5, 1) - 0.5)[self.row] * period
        inner = np.concatenate([own, own + period], axis=1)
        points = np.concatenate([self.start[:, None], inner, self.end[:, None]], axis=1)
        points = np.sort(np.clip(points, self.start[:, None], self.end[:, None]), axis=1)
        start, end = points[:, :-1], points[:, 1:]
        place, part = np.nonzero(end - start > CLOSE)
        row, start, end = self.row[place], start[place, part], end[place, part]
        kept = holds(row, (start + end) / 2)
        return _merged(row[kept], start[kept], end[kept])

    def sampled(self, step: float, holds: Holds) -> "Intervals":
        """Keep the parts in which a condition holds that is asked at points at most `step` from each other.

        A part ends at the last point at which it holds: at most `step` of it is lost at each end.
        """
        place, points = self._points(step)
        good = holds(self.row[place], points)
        both = np.flatnonzero(good[:-1] & good[1:] & (place[:-1] == place[1:]))
        return _merged(self.row[place[both]], points[both], points[both + 1])

    def points(self, step: float) -> tuple[Ints, Floats]:
        """Rows and points from the beginning of each interval to its end, at most `step` from each other."""
        place, points = self._points(step)
        return self.row[place], points

    def _points(self, step: float) -> tuple[Ints, Floats]:
        """Places of intervals, and points of each."""
        counts = np.ceil((self.end - self.start) / step).astype(np.int64) + 1
        first = np.cumsum(counts) - counts
        place = np.repeat(np.arange(len(counts)), counts)
        fraction = (np.arange(len(place)) - first[place]) / (counts[place] - 1)
        return place, self.start[place] + fraction * (self.end - self.start)[place]


def _merged(row: Ints, start: Floats, end: Floats) -> Intervals:
    """Join parts of a row that touch each other; they are in order."""
    joined = (row[1:] == row[:-1]) & (start[1:] - end[:-1] < CLOSE)
    first, last = np.concatenate([[True], ~joined])[: len(row)], np.concatenate([~joined, [True]])[: len(row)]
    return Intervals(row[first], start[first], end[last])

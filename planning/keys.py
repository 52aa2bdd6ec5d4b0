"""What statements are bound to for areas that keys find: ranges (`sky.ranges`), made of other values of the statement.

A statement says by the name of a parameter which values those are, for its text is made before there are any: `cone3`
are the ranges of the cone whose three values begin with number 3, `cells4x2x5` those of the cells of orders 2 and 5,
whose lists are values 4 and 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sky import ranges

CONE, CELLS = "cone", "cells"


@dataclass(frozen=True, slots=True)
class RangesOf:
    """The ranges of an area of the values of a statement from the number `first` on: of cells, or of a cone."""

    first: int
    orders: tuple[int, ...] | None = None
    """Of the cells, a list of which each value is; None for a cone."""

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return (
            f"{CONE}{self.first}" if self.orders is None else f"{CELLS}{'x'.join(map(str, (self.first, *self.orders)))}"
        )

    def among(self, values: Sequence[Any]) -> ranges.Ranges:
        """The ranges, of all values of a statement."""
        if self.orders is None:
            return ranges.of_circle(*values[self.first : self.first + 3])
        return ranges.of_cells(dict(zip(self.orders, values[self.first :], strict=False)))


def ranges_named(name: str) -> RangesOf | None:
    """What the name of a parameter says; None where it is that of something else."""
    if name.startswith(CONE):
        return RangesOf(int(name.removeprefix(CONE)))
    if name.startswith(CELLS):
        first, *orders = map(int, name.removeprefix(CELLS).split("x"))
        return RangesOf(first, tuple(orders))
    return None

"""Bins of a column: from what was asked to the keys of groups, and from the number of a bin to its bounds.

Worked example, `by: [{column: VMAG, width: 0.5}]`: magnitude 4.7 is in bin 9, which is told as
`{column: "vmag", low: 4.5, high: 5.0, label: "4.5 to 5.0"}`.
"""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from hub.rows import Record
from planning.binned import DAY_ZERO, NIGHT_BEGINS
from planning.errors import BadInput, TooMuch
from planning.plan import Bin, BinKind, CellBin, Function, Measure
from schema.aggregate_types import measured
from schema.column import Column
from schema.group_input_types import HEALPIX, TimeUnit, binned, timed
from schema.healpix import ORDERS
from schema.table import Table

MOST_BINS = 1000
HOW = ("width", "edges", "n", "unit")
EPOCH = date.fromisoformat(DAY_ZERO)
YEARS = range(1900, 2101)
"""Of which months and years are told apart."""
Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class AskedBin:
    """A bin as it was asked, what is bound for it, and names of what is between edges, from below the first one."""

    bin: Bin
    values: tuple[Any, ...]
    names: tuple[str, ...] = ()

    def told(self, number: float | None) -> dict[str, Any]:
        """What an answer says of a bin, by its number; None for that of rows without a value."""
        low, high = (None, None) if number is None else self._bounds(number)
        label = None if number is None else self._label(number, low, high)
        return {
            "column": self.bin.column.graphql,
            "low": low,
            "high": high,
            "label": label,
            "order": None,
            "cell": None,
        }

    def _bounds(self, number: float) -> Bounds:
        match self.bin.kind:
            case BinKind.EDGES:
                edges, place = self.values[0], int(number)
                return edges[place - 1] if place else None, edges[place] if place < len(edges) else None
            case BinKind.NIGHT:
                return number + NIGHT_BEGINS / 24, number + 1 + NIGHT_BEGINS / 24
            case _:
                start, width = self.values[:2]
                low, high = start + number * width, start + (number + 1) * width
                return (low, high) if self.bin.kind is BinKind.SPLIT else (_decimal(low), _decimal(high))

    def _label(self, number: float, low: float | None, high: float | None) -> str:
        if self.names:
            return self.names[int(number)]
        if self.bin.kind is BinKind.NIGHT:
            return _night(int(number))
        return f"below {high!r}" if low is None else f"{low!r} and beyond" if high is None else f"{low!r} to {high!r}"


@dataclass(frozen=True, slots=True)
class AskedCells:
    """Cells of HEALPix as they were asked."""

    bin: CellBin
    values: tuple[Any, ...] = ()

    def told(self, number: int | None) -> dict[str, Any]:
        """What an answer says of a cell; None for that of rows without a place."""
        label = None if number is None else f"{self.bin.order}/{number}"
        return {"column": HEALPIX, "low": None, "high": None, "label": label, "order": self.bin.order, "cell": number}


AnyBin = AskedBin | AskedCells


def _decimal(bound: float) -> float:
    """The decimal that is meant: 0.3 of three times 0.1."""
    return float(f"{bound:.15g}")


def _night(day: int) -> str:
    try:
        return (EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:
        return f"MJD {day}"


@cache
def _calendar(unit: TimeUnit) -> tuple[list[float], tuple[str, ...]]:
    """The days (MJD) on which months or years begin, and the names of what is between them."""
    months = range(1, 13) if unit is TimeUnit.MONTH else (1,)
    begins = [date(year, month, 1) for year in YEARS for month in months]
    names = [day.isoformat()[: 7 if unit is TimeUnit.MONTH else 4] for day in begins]
    before, after = f"before {begins[0].year}", f"{names[-1]} and later"
    return [float((day - EPOCH).days) for day in begins], (before, *names[:-1], after)


async def extents_of(
    asked: Sequence[Mapping[str, Any]] | None, table: Table, fetch: Callable[[tuple[Measure, ...]], Awaitable[Record]]
) -> dict[str, Bounds]:
    """The smallest and largest value of each column that is split into `n` bins, by its GraphQL name.

    `fetch` gives the measures of all rows that are put into groups, the number of them first; raises as it does.
    """
    named = [one for one in asked or () if one.get("column") is not None]  # without one it is refused
    split = [table.by_field[enum_value(one["column"])] for one in named if one.get("n") is not None]
    columns = [column for column in split if column in measured(table)]  # the others are refused
    if not columns:
        return {}
    _, *found = await fetch(tuple((which, column) for column in columns for which in (Function.MIN, Function.MAX)))
    return {column.graphql: (found[2 * at], found[2 * at + 1]) for at, column in enumerate(columns)}


def read_bins(
    table: Table, asked: Sequence[Mapping[str, Any]], extents: Mapping[str, Bounds] | None
) -> tuple[AnyBin, ...]:
    """The bins of `by`; `extents` is what `extents_of` gives, None where groups of many parents have no one extent.

    Raises `BadInput` for what is no bin, `TooMuch` for too many.
    """
    return tuple(_read(table, one, extents) for one in asked)


def _read(table: Table, asked: Mapping[str, Any], extents: Mapping[str, Bounds] | None) -> AnyBin:
    if asked.get("healpix") is not None:
        return _cells(table, asked)
    if asked.get("column") is None:
        message = f"by has neither a column nor {HEALPIX}: one of them is wanted"
        raise BadInput(message)
    name = enum_value(asked["column"])
    column = table.by_field[name]
    if not binned(table, column):
        message = f"by of {name}: numbers and times are put into bins, and what identifies something is none"
        raise BadInput(message)
    given = [how for how in HOW if asked.get(how) is not None]
    if len(given) != 1:
        message = f"by of {name} has {' and '.join(given) or 'no bins'}: one of {', '.join(HOW)} is wanted"
        raise BadInput(message)
    (how,) = given
    if column.type.temporal and how != "unit":
        message = f"by of {name} has {how}: times are put into bins by unit"
        raise BadInput(message)
    if asked.get("origin") is not None and how != "width":
        message = f"by of {name} has an origin: it goes with width alone"
        raise BadInput(message)
    match how:
        case "width":
            return AskedBin(Bin(column, BinKind.WIDTH), _width(name, asked["width"], asked.get("origin") or 0.0))
        case "edges":
            return AskedBin(Bin(column, BinKind.EDGES), (_edges(name, asked["edges"]),))
        case "n":
            return AskedBin(Bin(column, BinKind.SPLIT), _split(name, asked["n"], _extent(name, extents)))
        case _:
            return _spanned(column, TimeUnit(enum_value(asked["unit"])))


def _cells(table: Table, asked: Mapping[str, Any]) -> AskedCells:
    others = [name for name, value in asked.items() if value is not None and name != HEALPIX]
    if others:
        message = f"by of {HEALPIX} has {others[0]} too: cells have an order alone"
        raise BadInput(message)
    order = asked[HEALPIX]["order"]
    if order not in ORDERS:
        message = f"by of {HEALPIX} has order {order}: one from 0 to {ORDERS.stop - 1} is wanted"
        raise BadInput(message)
    assert table.position is not None  # noqa: S101 - for mypy: inputs of other tables have no cells
    return AskedCells(CellBin(table.position, order))


def _extent(name: str, extents: Mapping[str, Bounds] | None) -> Bounds:
    if extents is None:
        message = f"by of {name} has n: below a row, use width or edges, which are the same whatever rows it leads to"
        raise BadInput(message)
    return extents[name]


def _spanned(column: Column, unit: TimeUnit) -> AskedBin:
    if not timed(column):
        message = f"by of {column.graphql} has a unit of time: it is no time, and no day (MJD)"
        raise BadInput(message)
    if unit is TimeUnit.NIGHT:
        return AskedBin(Bin(column, BinKind.NIGHT), ())
    edges, names = _calendar(unit)
    return AskedBin(Bin(column, BinKind.EDGES), (edges,), names)


def _width(name: str, width: float, origin: float) -> tuple[float, float]:
    if not (width > 0 and math.isfinite(width) and math.isfinite(origin)):
        message = f"by of {name} has width {width} from {origin}: a width beyond 0 is wanted"
        raise BadInput(message)
    return origin, width


def _edges(name: str, edges: Sequence[float]) -> list[float]:
    if len(edges) > MOST_BINS:
        message = f"by of {name} has {len(edges)} edges: at most {MOST_BINS} are allowed"
        raise TooMuch(message)
    if not edges or not all(map(math.isfinite, edges)) or any(low >= high for low, high in pairwise(edges)):
        message = f"by of {name} wants edges that are numbers, each larger than the one before"
        raise BadInput(message)
    return list(edges)


def _split(name: str, number: int, extent: Bounds) -> tuple[float, float, float]:
    if number < 1:
        message = f"by of {name} has n {number}: a number of bins from 1 is wanted"
        raise BadInput(message)
    if number > MOST_BINS:
        message = f"by of {name} has n {number}: at most {MOST_BINS} bins are allowed"
        raise TooMuch(message)
    low, high = extent
    width = (high - low) / number if low is not None and high is not None and high > low else 1.0
    return low or 0.0, width, float(number)


def enum_value(value: Any) -> Any:
    """The value of a member of an enumeration, or what is none."""
    return getattr(value, "value", value)

"""The judge of filters: whether a row meets a `where`, in plain Python over all rows of all tables.

It knows three truths, as SQL does: a comparison with NULL is neither true nor false, and a row is found only where all
is true. NaN equals itself and is larger than anything, as PostgreSQL has it.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from writing import Rows

from resolvers.derived_values import reader
from schema.column import Column
from schema.derived import compared_fields, derived_fields, night_column
from schema.relations import COUNT, counts_of, relations_of
from schema.sites import LONGITUDES
from schema.table import Lineage, Link, Table, Through
from schema.types import DATETIME, FLOAT

Truth = bool | None
Row = Mapping[str, Any]
NO_ROWS: Rows = {}


def both(truths: Sequence[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def either(truths: Sequence[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def inverse(truth: Truth) -> Truth:
    return None if truth is None else not truth


def order(one: Any, other: Any) -> int:
    """-1, 0 or 1, NaN being larger than anything."""
    if isinstance(one, float):
        one, other = (one != one, one), (other != other, other)  # noqa: PLR0124
        if one[0] and other[0]:
            return 0
    return int(one > other) - int(one < other)


def matches(text: str, pattern: str, flags: int) -> bool:
    made = re.sub(r"\\(.)|(%)|(_)|(.)", _piece, pattern, flags=re.DOTALL)
    return re.fullmatch(made, text, re.DOTALL | flags) is not None


def _piece(found: re.Match[str]) -> str:
    return ".*" if found[2] else "." if found[3] else re.escape(found[1] or found[4])


OPERATORS: dict[str, Callable[[Any, Any], Truth]] = {
    "eq": lambda value, told: order(value, told) == 0,
    "ne": lambda value, told: order(value, told) != 0,
    "lt": lambda value, told: order(value, told) < 0,
    "le": lambda value, told: order(value, told) <= 0,
    "gt": lambda value, told: order(value, told) > 0,
    "ge": lambda value, told: order(value, told) >= 0,
    "lte": lambda value, told: order(value, told) <= 0,
    "gte": lambda value, told: order(value, told) >= 0,
    "between": lambda value, told: order(value, told[0]) >= 0 and order(value, told[1]) <= 0,
    "like": lambda value, told: matches(value, told, 0),
    "ilike": lambda value, told: matches(value, told, re.IGNORECASE | re.ASCII),
}


def compared(value: Any, op: str, told: Any) -> Truth:
    if op == "isNull":
        return (value is None or (isinstance(value, float) and not math.isfinite(value))) == told
    if op == "in":
        return either([compared(value, "eq", one) for one in told])
    return None if value is None else OPERATORS[op](value, told)


def judged(table: Table, row: Row, where: Mapping[str, Any], rows: Rows = NO_ROWS) -> Truth:
    """Whether a row meets a filter; `rows` has those of related tables."""
    truths: list[Truth] = []
    for field, told in where.items():
        match field:
            case "and":
                truths.append(both([judged(table, row, part, rows) for part in told]))
            case "or":
                truths.append(either([judged(table, row, part, rows) for part in told]))
            case "not":
                truths.append(inverse(judged(table, row, told, rows)))
            case "night" if column := night_column(table):
                truths.append(during(row[column.sql], told))
            case _ if field in compared_fields(table):
                shown = reader(derived_fields(table)[field])(row[compared_fields(table)[field].columns[0].sql])
                truths += [compared(shown, op, operand) for op, operand in told.items()]
            case _ if field in relations_of(table):
                link = relations_of(table)[field]
                others = list(related(link, row, rows))
                truths += [
                    quantified(link, others, *one, rows) for one in (told.items() if link.many else [("some", told)])
                ]
            case _ if field in counts_of(table):
                number = len(list(related(counts_of(table)[field], row, rows)))
                truths += [compared(number, op, kept(COUNT, operand)) for op, operand in told.items()]
            case _:
                for column, operands in compared_each(table, field, told):
                    truths += [compared(row[column.sql], op, kept(column, one)) for op, one in operands.items()]
    return both(truths)


def compared_each(table: Table, field: str, told: Mapping[str, Any]) -> Iterator[tuple[Column, Mapping[str, Any]]]:
    """The columns that a field of a filter is about: those of a quantity's parts, and its own."""
    parts = table.quantities[field].parts if field in table.quantities else {}
    for name, operand in told.items():
        yield (parts[name], operand) if name in parts else (table.by_field[field], {name: operand})


def during(mjd: float | None, night: Mapping[str, Any]) -> Truth:
    """Whether an MJD is of a night, by the clock of the place: its date twelve hours before is that of the evening."""
    if mjd is None:
        return None
    there = datetime(1858, 11, 17) + timedelta(days=mjd) + timedelta(hours=LONGITUDES[night["site"]] / 15 - 12)
    return there.date() == night["date"]


def kept(column: Column, told: Any) -> Any:
    """An operand as its column would keep it: rounded to a float of 32 bits, a time with a zone or without."""
    if isinstance(told, list):
        return [kept(column, one) for one in told]
    if column.type is FLOAT and not isinstance(told, bool):
        with np.errstate(over="ignore", under="ignore"):
            single = float(str(np.float32(told)))
        return single if math.isfinite(single) and single else told
    if column.type is DATETIME and isinstance(told, datetime):
        return told.replace(tzinfo=None)
    return told


def quantified(link: Link, others: Sequence[Row], quantifier: str, where: Mapping[str, Any], rows: Rows) -> bool:
    met = [judged(link.target, other, where, rows) is True for other in others]
    return all(met) if quantifier == "every" else any(met) == (quantifier == "some")


def related(link: Link, row: Row, rows: Rows) -> Iterator[Row]:
    """The rows that a link leads to from a row, found by looking at each."""
    near = row[link.from_column.sql]
    for other in rows[link.target]:
        far = other[link.to_column.sql]
        if near is None or far is None:
            continue
        match link.bridge:
            case Through(table, start, end):
                for between in rows[table]:
                    if between[start.sql] == near and between[end.sql] == far:
                        yield other
            case Lineage() as bridge:
                if _descends(bridge, row, other, far):
                    yield other
            case _:
                if _same_number(near, far) if link.converts else near == far:
                    yield other


def _descends(bridge: Lineage, exposure: Row, granule: Row, name: str) -> bool:
    level, whole = granule[bridge.level.sql], exposure[bridge.exposure.sql]
    if level is None or level <= 0:
        return level is not None and name == whole
    program = exposure[bridge.program.sql]
    return program is not None and name == whole.partition("_")[0] and granule[bridge.granule_program.sql] == program


def _same_number(near: int | str, far: int | str) -> bool:
    """Whether a number, and one as text, are the same as they are written: a text leads only to numbers above 0."""
    return str(near) == str(far) and (isinstance(near, int) or re.fullmatch("[1-9][0-9]{0,17}", near) is not None)

"""Changes of rows of a source that is written: each as data, and the SQL that makes it, a pure function of its shape.

Values are sent as text and cast, so that PostgreSQL alone decides what a column can hold, whichever door they came by.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from planning.instants import instant_text
from schema.column import Column
from schema.named_queries import named_query
from schema.table import VERSION, Link, Table
from schema.types import DOUBLE, FLOAT, JSON

UPDATE = named_query("planning/changes", "update")
INSERT = named_query("planning/changes", "insert")
REPLACE = named_query("planning/changes", "replace")
DELETE = named_query("planning/changes", "delete")
SELECT = named_query("planning/changes", "select")
SELECT_LOCKED = named_query("planning/changes", "select_locked")
NOTE = named_query("planning/changes", "note")
"""Adds an entry to the legacy text of changes of a target: bound are its key as text, and a JSON object."""
WITHHOLD = named_query("planning/changes", "withhold")
"""Has no granule of a collection be public before an instant: bound are the collection, and the instant as text."""
MOST_TOLD = 60
"""Characters of a value that a refusal repeats."""
LONGEST_TEXT = 50_000
"""Characters of a text that is written."""
Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row as somebody wants it to be."""

    table: Table
    match: Mapping[Column, Any]
    """What identifies the row; empty for one that is to be new and numbered by its source."""
    values: Mapping[Column, Any]
    """What it is to have; other columns stay as they are."""
    version: int | None = None
    """The version that is changed: a later one is a conflict. None to change whichever there is."""
    creates: bool = False
    """Whether a row that is not there is made; it then has `match` too."""
    place: tuple[str | int, ...] = field(default=(), compare=False)
    """Where in the request it was asked for, as the path of an error."""


def value_text(column: Column, value: Any) -> str | None:
    """A value as the text that its column's type reads; None for NULL."""
    if value is None:
        return None
    if column.type is JSON:
        return orjson.dumps(value).decode()
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return instant_text(value) if isinstance(value, datetime | orjson.Fragment) else str(value)


def same_value(column: Column, before: Any, after: Any) -> bool:
    """Whether a column holds a value already, as precisely as it can: a `real` of 0.1 is told as 0.10000000149 too."""
    if column.type in (FLOAT, DOUBLE) and before is not None and after is not None:
        kind = np.float32 if column.type is FLOAT else np.float64
        try:
            return bool(kind(before) == kind(float(after)))
        except (TypeError, ValueError):
            return False
    return value_text(column, before) == value_text(column, after)


def impossible(table: Table, values: Mapping[Column, Any]) -> Iterator[tuple[Column, str]]:
    """What columns would hold, and may not: by column, what is wrong with its value, and what is allowed.

    That is a number that is none, or out of bounds, a place that is not there, a text that is not of a vocabulary, or
    far too long.
    """
    for column, value in values.items():
        if value is None:
            continue
        unit = " degrees" if column in (table.position or ()) else ""
        wrong = (
            _not_listed(column, value)
            if column.vocabulary
            else _no_number(column, value, bounds_of(table, column), unit)
        )
        wrong = wrong or _too_long(value)
        if wrong:
            yield column, f"{column.name} is {str(value)[:MOST_TOLD]}: {wrong}{'' if column.required else ', or null'}"


def bounds_of(table: Table, column: Column) -> tuple[float, float] | None:
    """The least and the greatest number that a column may hold, in degrees where it is of a place; None for any."""
    return dict(zip(table.position or (), ((0, 360), (-90, 90)), strict=False)).get(column, column.bounds)


def _not_listed(column: Column, value: Any) -> str:
    """What is wanted instead of a text that is none of a vocabulary; "" for one that is of it."""
    members = column.vocabulary.members if column.vocabulary else {}
    return "" if value_text(column, value) in members else f"one of {', '.join(map(str, members))} is wanted"


def _too_long(value: Any) -> str:
    """What is wanted instead of a text that is longer than any that somebody writes; "" for others."""
    return (
        f"at most {LONGEST_TEXT} characters are wanted" if isinstance(value, str) and len(value) > LONGEST_TEXT else ""
    )


def _no_number(column: Column, value: Any, bounds: tuple[float, float] | None, unit: str) -> str:
    """What is wanted instead of a number that a column may not hold; "" for one that it may, or PostgreSQL refuses."""
    if bounds is None and column.type not in (FLOAT, DOUBLE):
        return ""
    number = _number(value)
    if number is None:
        return ""
    if not math.isfinite(number):
        return "a number is wanted"
    least, most = bounds or (number, number)
    return "" if least <= number <= most else f"from {least:g} to {most:g}{unit} {'are' if unit else 'is'} wanted"


def _number(value: Any) -> float | None:
    """A number, or a text as PostgreSQL reads numbers, `0x7` among them; None for what it does not read."""
    for read in (float, lambda text: float(int(text, 0))):
        try:
            return read(value)
        except (TypeError, ValueError, OverflowError):
            continue
    return None


@lru_cache(maxsize=500)
def update_sql(table: Table, matched: Columns, changed: Columns) -> str:
    """SQL that changes one row: bound are what it is matched by, its version or NULL, and the new values."""
    rest = len(matched) + 2
    names = ", ".join(f'"{column.remote_name}"' for column in changed)
    values = ", ".join(_bound(column, rest + n) for n, column in enumerate(changed))
    version, matching, key = f"${len(matched) + 1}::text::integer", _matching(matched), _cell(table.key)
    counted = any(column.name == VERSION for column in table.stored)
    matching += f" AND ({version} IS NULL{f' OR {VERSION} = {version}' if counted else ''})"
    return UPDATE.format(relation=table.remote, names=names, values=values, matching=matching, key=key)


@lru_cache(maxsize=500)
def insert_sql(table: Table, filled: Columns) -> str:
    """SQL that adds one row, or none where one of its unique keys is there; bound are the values."""
    names = ", ".join(f'"{column.remote_name}"' for column in filled)
    values = ", ".join(_bound(column, 1 + n) for n, column in enumerate(filled))
    return INSERT.format(relation=table.remote, names=names, values=values, key=_cell(table.key))


@lru_cache(maxsize=500)
def replace_sql(table: Table, filled: Columns, unique: Columns, where: str, renewed: Column) -> str:
    """SQL that adds one row, or changes the one whose unique key has the same values; bound are the values.

    Parameters
    ----------
    unique, where
        Columns of the partial unique index, and the condition on the rows that it has.
    renewed
        Set to its default where a row is changed: when it was submitted.
    """
    names = [f'"{column.remote_name}"' for column in filled]
    changes = [f"{name} = EXCLUDED.{name}" for name in names if name != f'"{renewed.remote_name}"']
    return REPLACE.format(
        relation=table.remote,
        names=", ".join(names),
        values=", ".join(_bound(column, 1 + n) for n, column in enumerate(filled)),
        unique=", ".join(column.remote_name for column in unique),
        where=where,
        changes=", ".join([*changes, f"{renewed.remote_name} = DEFAULT"]),
        key=_cell(table.key),
    )


@lru_cache(maxsize=50)
def delete_sql(table: Table, matched: Columns, link: Link | None) -> str:
    """SQL that removes the rows that match, of those that the asker may remove; bound is what they are matched by.

    With a `link` those go that it leads from to rows that match.
    """
    matching = _matching(matched)
    if link:
        linked = f'SELECT "{link.to_column.remote_name}" FROM {link.target.remote} WHERE {matching}'  # noqa: S608
        matching = f'"{link.from_column.remote_name}" IN ({linked})'
    return DELETE.format(relation=table.remote, matching=matching)


@lru_cache(maxsize=200)
def select_sql(table: Table, matched: Columns, *, lock: bool = False) -> str:
    """SQL of the rows that match, under the names of the hub; `lock` keeps others from changing them meanwhile.

    With `lock` there are only those that the asker may change.
    """
    text = SELECT_LOCKED if lock else SELECT
    cells, order = ", ".join(map(_cell, table.stored)), f'"{table.key.remote_name}"'
    return text.format(relation=table.remote, cells=cells, matching=_matching(matched), order=order)


def _matching(matched: Columns) -> str:
    return (
        "true"
        if not matched
        else " AND ".join(f'"{column.remote_name}" = {_bound(column, 1 + n)}' for n, column in enumerate(matched))
    )


def _cell(column: Column) -> str:
    return f'"{column.remote_name}" AS "{column.sql}"'


def _bound(column: Column, number: int) -> str:
    return f"${number}::text::{column.type.sql}"

"""The stars that names are of, with their identifiers, as GetStar's properties."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.datalink.services import about_rows
from adapters.votable.envelope import Head
from hub.rows import Hub
from planning import sql
from planning.plan import Cell, Compared, Op, Plan, Selected, StatementShape
from resolvers import star_names, tabular
from schema.getstar import CATALOGUES, NO_CATALOGUE, Property
from schema.jsdc import IDENTIFIER, STAR, STAR_ID
from schema.table import Column

HIGH = 3
"""Confidence in what its catalogue has measured or JSDC has computed (`schema.jsdc.CONFIDENCE`)."""


@dataclass(frozen=True, slots=True)
class Star:
    """A star: what it was asked by, its row, its names by catalogue."""

    asked: str
    row: Mapping[Column, Any]
    identifiers: Mapping[str, str]

    def value(self, told: Property) -> Any:
        """A property's value, None where there is none."""
        if not told.columns:
            found = self.identifiers.get(told.catalogue) if told.catalogue else self.asked
            return told.made(found) if told.made and found is not None else found
        parts = [_finite(self.row[column]) for column in told.columns]
        if told.datatype == "boolean":
            return told.made(*parts) if told.made else None
        if None in parts:
            return None
        return told.made(*parts) if told.made else parts[0]

    def about(self, told: Property) -> tuple[int, int]:
        """Origin and confidence of a property's value: none of what is not there."""
        if self.value(told) is None:
            return NO_CATALOGUE, 0
        origin = self.row[told.origin] if isinstance(told.origin, Column) else told.origin
        confidence = HIGH if told.confidence is None else self.row[told.confidence]
        return origin or NO_CATALOGUE, confidence or 0

    def error(self, told: Property) -> Any:
        """The error of a property's value."""
        return _finite(self.row[told.error.column]) if told.error else None


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


async def identified(hub: Hub, names: Sequence[str]) -> dict[str, int]:
    """JSDC's numbers of the stars that bear these names; names of no star are left out."""
    numbers = await asyncio.gather(*(star_names.star(hub, name) for name in names))
    return {name: number for name, number in zip(names, numbers, strict=True) if number is not None}


async def stars(hub: Hub, keys: Mapping[str, int]) -> list[Star]:
    """The stars of these names, in their order; `keys` are JSDC's numbers by name."""
    by_star = IDENTIFIER.columns[1], IDENTIFIER.by_field["catalogue"], IDENTIFIER.by_field["identifier"]
    star_rows, identifier_rows = await asyncio.gather(
        hub.fetch(sql.statement(_plan(STAR.columns, STAR_ID, keys), hub.bodies)),
        hub.fetch(sql.statement(_plan(by_star, by_star[0], keys), hub.bodies)),
    )
    rows = {row[STAR.columns.index(STAR_ID)]: dict(zip(STAR.columns, row, strict=True)) for row in star_rows}
    identifiers: dict[int, dict[str, str]] = {}
    for star, catalogue, name in identifier_rows:
        if catalogue in CATALOGUES:
            identifiers.setdefault(star, {}).setdefault(catalogue, name)
    return [Star(name, rows[star], identifiers.get(star, {})) for name, star in keys.items() if star in rows]


def plan(keys: Mapping[str, int]) -> Plan:
    """The rows of stars as the table has them, by JSDC's numbers: at most as many as there are names."""
    return tabular.selection(STAR, CELLS, _among(STAR_ID, keys), len(keys))


def head(base: str) -> Head:
    """What stands before these rows; `base` is the public address of the gateway."""
    return Head(STAR, CELLS, services=about_rows(base, STAR, CELLS))


def _plan(columns: Sequence[Column], key: Column, keys: Mapping[str, int]) -> Plan:
    table, selected = STAR if key is STAR_ID else IDENTIFIER, _among(key, keys)
    cells = tuple(Cell(column, column.name) for column in columns)
    return Plan(StatementShape(table, cells, selected.conditions), selected.values)


def _among(key: Column, keys: Mapping[str, int]) -> Selected:
    return Selected((Compared(key, Op.IN),), ([*dict.fromkeys(keys.values())],))


CELLS = tuple(Cell(column, column.name) for column in STAR.columns)

"""Stars of JSDC by name, with their identifiers in other catalogues, as GetStar's properties."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.datalink.services import rows_descriptors
from adapters.votable.document import name_infos
from adapters.votable.envelope import OPENINGS, Head
from hub.rows import Hub
from planning import sql
from planning.plan import Cell, Compared, Plan, Selected, StatementShape
from resolvers import star_names, tabular
from schema.column import Column
from schema.getstar import CATALOGUES, NO_CATALOGUE, Property
from schema.jsdc import IDENTIFIER, STAR, STAR_ID
from schema.name_match import NameMatch
from schema.operators import Op

HIGH = 3
"""Confidence in measured and computed values (`schema.jsdc.CONFIDENCE`)."""


@dataclass(frozen=True, slots=True)
class Star:
    """A star of JSDC.

    Attributes
    ----------
    requested_name : str
        The name it was requested by.
    row : Mapping[Column, Any]
        Its row of `jsdc.star`.
    identifiers : Mapping[str, str]
        Its identifier by catalogue.
    match : NameMatch
        How it was found by that name.
    """

    requested_name: str
    row: Mapping[Column, Any]
    identifiers: Mapping[str, str]
    match: NameMatch

    def value(self, prop: Property) -> Any:
        """Value of a property; None if there is none."""
        if not prop.columns:
            text = self.identifiers.get(prop.catalogue) if prop.catalogue else self.requested_name
            return prop.convert(text) if prop.convert and text is not None else text
        values = [_finite(self.row[column]) for column in prop.columns]
        if prop.datatype == "boolean":
            return prop.convert(*values) if prop.convert else None
        if None in values:
            return None
        return prop.convert(*values) if prop.convert else values[0]

    def origin_and_confidence(self, prop: Property) -> tuple[int, int]:
        """Indexes of origin and confidence of a property's value; "no catalogue" and 0 if there is none."""
        if self.value(prop) is None:
            return NO_CATALOGUE, 0
        origin = self.row[prop.origin] if isinstance(prop.origin, Column) else prop.origin
        confidence = HIGH if prop.confidence is None else self.row[prop.confidence]
        return origin or NO_CATALOGUE, confidence or 0

    def error(self, prop: Property) -> Any:
        """Error of a property's value; None if there is none."""
        return _finite(self.row[prop.error.column]) if prop.error else None


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


async def named_stars(hub: Hub, names: Sequence[str]) -> dict[str, NameMatch]:
    """How the stars with these names were found; unknown names are left out. Raises `GatewayError`."""
    stars = await asyncio.gather(*(star_names.find_star(hub, name) for name in names))
    return {name: star.match for name, star in zip(names, stars, strict=True) if star}


async def load_stars(hub: Hub, known: Mapping[str, NameMatch]) -> list[Star]:
    """Load stars, in the order of `known` (name → how it was found). Raises `GatewayError`."""
    by_star = IDENTIFIER.columns[1], IDENTIFIER.key, IDENTIFIER.by_field["catalogue"], IDENTIFIER.by_field["identifier"]
    rows, identifiers = await asyncio.gather(
        hub.fetch(sql.statement(_plan(STAR.columns, STAR_ID, known), hub.databases)),
        hub.fetch(sql.statement(_plan(by_star, by_star[0], known), hub.databases)),
    )
    stars = [(name, match.star.star, match) for name, match in known.items()]
    row_of = {row[STAR.columns.index(STAR_ID)]: dict(zip(STAR.columns, row, strict=True)) for row in rows}
    identifiers_of: dict[int, dict[str, str]] = {}
    for star, _, catalogue, name in sorted(map(tuple, identifiers)):
        if catalogue in CATALOGUES:
            identifiers_of.setdefault(star, {}).setdefault(catalogue, name)
    return [
        Star(name, row_of[star], identifiers_of.get(star, {}), match) for name, star, match in stars if star in row_of
    ]


def stars_plan(known: Mapping[str, NameMatch]) -> Plan:
    """Plan of the rows of these stars (name → how it was found) with the table's own columns."""
    return tabular.plan_selection(STAR, CELLS, _among(STAR_ID, known), len(known))


def stars_head(base: str, known: Mapping[str, NameMatch], version: str) -> Head:
    """Head of the table of these rows; `base` is the URL of the gateway, `version` that of VOTable."""
    services = rows_descriptors(base, STAR, CELLS)
    return Head(STAR, CELLS, infos=name_infos(known), services=services, opening=OPENINGS[version])


def _plan(columns: Sequence[Column], key: Column, known: Mapping[str, NameMatch]) -> Plan:
    table, selected = STAR if key is STAR_ID else IDENTIFIER, _among(key, known)
    cells = tuple(Cell(column, column.name) for column in columns)
    return Plan(StatementShape(table, cells, selected.conditions), selected.values)


def _among(key: Column, known: Mapping[str, NameMatch]) -> Selected:
    return Selected((Compared(key, Op.IN),), ([*dict.fromkeys(match.star.star for match in known.values())],))


CELLS = tuple(Cell(column, column.name) for column in STAR.columns)

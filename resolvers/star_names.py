"""Find stars by name, in any spelling that astronomers use: the one place where names are looked up one at a time.

`schema.name_match` has the rules. A name costs one statement, which finds every star that some step of the rules could
take, with whatever is wanted of it; a name that is a place, or that only observers use, costs up to three.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.rows import Hub
from planning import arguments, sql
from planning.errors import BadInput, NotFound
from planning.plan import AnyOf, Cell, Compared, Plan, Selected, StatementShape
from resolvers.oidb_search import expand_search
from resolvers.statements import fetch
from schema import crossid, jsdc
from schema.catalog import NAMES
from schema.column import Column
from schema.designation import designation
from schema.name_match import (
    APPROVED,
    Bearer,
    NameMatch,
    NameMatchKind,
    choose,
    contradicted,
    name_steps,
    search_keys,
    stored_bearer,
)
from schema.named_queries import named_query
from schema.operators import Op
from schema.place_names import named_place
from sky.separation import separation

STAR = NAMES[jsdc.STAR]
"""The link from names to stars."""
IDENTIFIER = jsdc.IDENTIFIER
DESIGNATION, FOLDED = IDENTIFIER.by_field["designation"], IDENTIFIER.by_field["folded"]
CATALOGUE = IDENTIFIER.by_field["catalogue"]
POSITION = jsdc.STAR.position or ()
BEARER = (
    jsdc.STAR_ID, jsdc.STAR.by_field["name"], jsdc.STAR.by_field["mainIdSimbad"], jsdc.STAR.quantities["vmag"].value,
)  # fmt: skip
"""Columns of `Bearer` that are a star's."""
FIRST = 2 + len(BEARER)
"""Where the cells that were wanted begin, behind designation, catalogue and `BEARER`."""
LONGEST = 500
"""Characters of the longest name that is looked up: none of a star has a fifth of them."""
NEAR = 5 / 3600
"""Radius, in degrees, within which a star is searched at a place that stands for a name."""
OBSERVED = named_query("resolvers/star_names", "observed")
SURE = 2
"""Least confidence (`schema.jsdc.CONFIDENCE`) of records whose names are their star's."""


@dataclass(frozen=True, slots=True)
class NamedStar:
    """A star that was found by name."""

    match: NameMatch
    row: Sequence[Any]
    """Values of the cells that were wanted."""


async def find_star(hub: Hub, name: str, cells: Sequence[Cell] = ()) -> NamedStar | None:
    """Find the star that a name is of.

    Parameters
    ----------
    cells
        What is wanted of the star: columns of `jsdc.star`.

    Returns
    -------
    NamedStar or None
        None if no star has the name.

    Raises
    ------
    BadInput
        The name holds a NUL character.
    GatewayError
        JSDC does not answer.
    """
    steps = name_steps(_checked(name)) if len(name) <= LONGEST else ()
    if not steps:
        return None
    rows = await _rows(hub, _bearing(*search_keys(steps)), cells)
    match = choose(steps, [_bearer(row) for row in rows])
    if match:
        return NamedStar(match, next(row[FIRST:] for row in rows if row[2] == match.star.star))
    return await _at_named_place(hub, name, cells) or await _as_observed(hub, name, cells)


async def resolve_star_name(hub: Hub, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Replace the name of a cone by the star's position, and OiDB's `search` by conditions and a cone.

    Parameters
    ----------
    params
        Coerced arguments of a GraphQL field; without a cone or `search` they are returned as they are.

    Returns
    -------
    Mapping
        The arguments, whose cone has `ra`, `dec` (ICRS degrees) and `radius` (degrees) and, where it was given by name,
        `nameMatch`, a `NameMatch`.

    Raises
    ------
    NotFound
        No star of JSDC has the name.
    BadInput
        The cone has a name and a position, or `search` is invalid.
    """
    params = expand_search(params)
    cone = params.get("cone")
    if cone is None or cone.get("name") is None:
        return params
    if cone.get("ra") is not None or cone.get("dec") is not None:
        message = "cone wants either name, or ra and dec, not both"
        raise BadInput(message)
    star = await find_star(hub, cone["name"], [Cell(column, column.sql) for column in POSITION])
    if star is None:
        message = f"No star of JSDC is called {cone['name'][:200]!r}: give ra and dec instead"
        raise NotFound(message)
    ra, dec = star.row
    return {**params, "cone": {"ra": ra, "dec": dec, "radius": cone["radius"], "nameMatch": star.match}}


def name_match_of(params: Mapping[str, Any]) -> NameMatch | None:
    """How the name of a resolved cone was found; None where there is no cone, or it was not given by name."""
    cone = params.get("cone")
    return cone.get("nameMatch") if cone else None


def designation_key(name: str) -> str:
    """The designation that records of a name are searched by; raises `BadInput`."""
    return designation(_checked(name))


def _checked(name: str) -> str:
    """Return the name unless it holds a NUL character, which PostgreSQL cannot take; raises `BadInput`."""
    if "\0" in name:
        message = "A name cannot hold a NUL character"
        raise BadInput(message)
    return name


def _bearing(designations: list[str], folded: list[str]) -> Selected:
    """The condition that a name is one of these."""
    spelt = Selected((Compared(DESIGNATION, Op.IN),), (designations,))
    if not folded:
        return spelt
    return Selected((AnyOf((*spelt.conditions, Compared(FOLDED, Op.IN))),), (designations, folded))


async def _rows(hub: Hub, selected: Selected, cells: Sequence[Cell]) -> list[Sequence[Any]]:
    """Names that meet a condition, each with the columns of `Bearer` and the cells of its star."""
    stars = (*(Cell(column, column.sql) for column in BEARER), *cells)
    selected_cells = (
        Cell(DESIGNATION, "spelling"),
        Cell(CATALOGUE, "catalogue"),
        *(Cell(cell.column, cell.name, (STAR, *cell.path)) for cell in stars),
    )
    shape = StatementShape(IDENTIFIER, selected_cells, selected.conditions)
    return [tuple(row) for row in await fetch(hub, Plan(shape, selected.values))]


def _bearer(row: Sequence[Any]) -> Bearer:
    spelling, catalogue, star, name, main_id, magnitude = row[:FIRST]
    return stored_bearer((star, spelling, name, main_id, magnitude), approved=catalogue == APPROVED)


async def _at_named_place(hub: Hub, name: str, cells: Sequence[Cell]) -> NamedStar | None:
    """The star nearest to the place that a name states."""
    place = named_place(name)
    if place is None:
        return None
    selected = arguments.selected(jsdc.STAR, {"cone": dict(zip(("ra", "dec", "radius"), (*place, NEAR), strict=True))})
    selected_cells = (*(Cell(column, column.sql) for column in (*POSITION, *BEARER)), *cells)
    plan = Plan(StatementShape(jsdc.STAR, selected_cells, selected.conditions), selected.values)
    rows = [tuple(row) for row in await fetch(hub, plan)]
    rows.sort(key=lambda row: separation(*place, row[0], row[1]))
    if not rows:
        return None
    stars = [_bearer((designation(name), "", *row[2 : len(BEARER) + 2])) for row in rows]
    kind = NameMatchKind.AMBIGUOUS if stars[1:] else NameMatchKind.ALIAS
    return NamedStar(NameMatch(kind, stars[0], tuple(stars[1:])), rows[0][len(BEARER) + 2 :])


async def _as_observed(hub: Hub, name: str, cells: Sequence[Cell]) -> NamedStar | None:
    """The star that all records so named are linked to, unless its own names say that it is another."""
    keys = [key for step in name_steps(name) if step.kind is NameMatchKind.EXACT for key in step.keys]
    numbers = await hub.fetch(sql.Statement(OBSERVED, (keys, SURE), crossid.TARGET.databases))
    if len(numbers) != 1:
        return None
    star_id: Column = IDENTIFIER.columns[1]
    rows = await _rows(hub, Selected((Compared(star_id, Op.EQ),), (numbers[0][0],)), cells)
    if not rows or contradicted(name, (row[0] for row in rows)):
        return None
    return NamedStar(NameMatch(NameMatchKind.ALIAS, _bearer(rows[0])), rows[0][FIRST:])

"""A table of targets brought into the survey: line by line what each changes, and what keeps it from being taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.changes import Change, same_value
from planning.plan import Cell, Plan, StatementShape
from planning.refused_changes import ChangeError, ChangeRefused
from resolvers.import_rows import NAME, PLACE, ImportRow
from resolvers.star_names import POSITION, find_star
from resolvers.statements import fetch
from resolvers.survey_changes import make_change
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.spica import PROGNAME, PROGRAM, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.table import Table
from sky.separation import separation

SAME = 5.0
"""Arcseconds within which two targets are one (spica-nss `nss.py`)."""
ELSEWHERE = 30.0
"""Arcseconds beyond which the star of a name is another: the fastest star moves so far in three years."""
ADDED, CHANGED, UNCHANGED, REFUSED = "ADD", "CHANGE", "NOTHING", "REFUSED"
WORK_PACKAGE = next(column for column in PROGRAM.columns if column.name == "work_package")


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A value that a line changes."""

    column: Column
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """What became of a line, or would."""

    row: ImportRow
    action: str
    target: int | None = None
    """Key of the target that it is; None if it is a new one, or refused."""
    distance: float | None = None
    """Arcseconds from the target that is there; None where it was not found by its place."""
    values: tuple[ChangedValue, ...] = ()
    errors: tuple[ChangeError, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """The targets that there are, and those that lines before have brought."""

    keys: list[int]
    names: list[str]
    places: list[tuple[float, float]]
    """ICRS degrees."""

    def near(self, place: tuple[float, float]) -> tuple[int, float] | None:
        """The target nearest to a place with its distance in arcseconds; None if none is within `SAME`."""
        if not self.places:
            return None
        distances = _distances(np.array(self.places), place)
        at = int(np.argmin(distances))
        return (at, float(distances[at])) if distances[at] <= SAME else None


def _distances(places: NDArray[np.float64], place: tuple[float, float]) -> NDArray[np.float64]:
    """Arcseconds from a place to others, by haversines."""
    (ra, dec), (other_ra, other_dec) = np.radians(place), np.radians(places.T)
    square = np.sin((other_dec - dec) / 2) ** 2 + np.cos(dec) * np.cos(other_dec) * np.sin((other_ra - ra) / 2) ** 2
    distances: NDArray[np.float64] = np.degrees(2 * np.arcsin(np.minimum(1, np.sqrt(square)))) * 3600
    return distances


async def known_targets(hub: Hub) -> KnownTargets:
    """All targets that have a place; raises `GatewayError`."""
    cells = tuple(Cell(column, column.sql) for column in (SPICADB_ID, NAME, *PLACE))
    rows: Any = [row for row in await fetch(hub, Plan(StatementShape(TARGET, cells))) if None not in tuple(row)[2:]]
    return KnownTargets([row[0] for row in rows], [row[1] or "" for row in rows], [(row[2], row[3]) for row in rows])


async def elsewhere(hub: Hub, rows: Sequence[ImportRow]) -> dict[int, ChangeError]:
    """Lines whose name is that of another star than the one at their place, by number; raises `GatewayError`."""
    found = {}
    for row in rows:
        if not row.name or not row.place:
            continue
        star = await find_star(hub, row.name, [Cell(column, column.sql) for column in POSITION])
        if star is None or star.row[0] is None:
            continue
        distance = separation(*row.place, star.row[0], star.row[1]) * 3600
        if distance > ELSEWHERE:
            message = (
                f"{row.name} is {star.match.star.name}, {distance:.0f} arcsec from the place of this line: "
                "name or place is another star's"
            )
            found[row.line] = ChangeError(ChangeFault.BAD_INPUT, message, ("document", row.line, NAME.graphql))
    return found


async def import_rows(
    transaction: SourceTransaction, rows: Sequence[ImportRow], known: KnownTargets, wrong: Mapping[int, ChangeError]
) -> list[ImportedLine]:
    """Bring lines in, each on its own: one that is refused leaves nothing, and the others go on.

    Parameters
    ----------
    known
        The targets that there are; those that are brought are added to them.
    wrong
        What is known already to be wrong with a line, by its number.
    """
    programmes = await _programmes(transaction)
    lines: list[ImportedLine] = []
    brought: dict[int, int] = {}
    for row in rows:
        errors = row.errors + ((wrong[row.line],) if row.line in wrong else ())
        line = (
            ImportedLine(row, REFUSED, errors=errors)
            if errors
            else await _line(transaction, row, known, brought, programmes)
        )
        if line.target is not None:
            brought[line.target] = row.line
        lines.append(line)
    return lines


async def _line(
    transaction: SourceTransaction,
    row: ImportRow,
    known: KnownTargets,
    brought: Mapping[int, int],
    programmes: Mapping[str, str],
) -> ImportedLine:
    near = known.near(row.place) if row.place else None
    key = row.target.get(SPICADB_ID) or (known.keys[near[0]] if near else None)
    distance = near[1] if near else None
    if key is not None and int(key) in brought:
        message = f"Line {brought[int(key)]} is the same target, {distance or 0:.1f} arcsec away: leave one of them out"
        return ImportedLine(row, REFUSED, distance=distance, errors=(_error(row, message, ChangeFault.CONFLICT),))
    try:
        async with transaction.attempt():
            number, values, new = await _written(transaction, row, key, programmes)
    except ChangeRefused as refused:
        placed = (replace(error, place=("document", row.line, *error.place)) for error in refused.errors)
        return ImportedLine(row, REFUSED, distance=distance, errors=tuple(placed))
    if new and row.place:
        known.keys.append(number)
        known.names.append(row.name)
        known.places.append(row.place)
    return ImportedLine(row, ADDED if new else CHANGED if values else UNCHANGED, number, distance, values)


async def _written(
    transaction: SourceTransaction, row: ImportRow, key: Any, programmes: Mapping[str, str]
) -> tuple[int, tuple[ChangedValue, ...], bool]:
    """The target of a line and its place in a programme: its key, what was changed, and whether it is new."""
    said = {column: value for column, value in row.target.items() if column is not SPICADB_ID}
    if key is None and not said:
        raise ChangeRefused([_error(row, "The line says nothing of a target: it fills no column that a target has")])
    match = {} if key is None else {SPICADB_ID: key}
    values = await _differing(transaction, TARGET, match, said)
    number = key
    if values or key is None:
        new = {value.column: value.after for value in values}
        number = await make_change(transaction, Change(TARGET, match, new, creates=key is None))
    entry = dict(row.entry)
    if (name := entry.pop(PROGNAME, None)) is None:
        return int(number), values, key is None
    if (programme := programmes.get(str(name).upper())) is None:
        raise ChangeRefused(
            [_error(row, f"There is no programme {name}: known are {', '.join(sorted(set(programmes.values())))}")]
        )
    joined = {SPICADB_ID: number, PROGNAME: programme}
    there = await transaction.rows(TARGET_PROGRAM, joined)
    wanted = await _differing(transaction, TARGET_PROGRAM, joined, entry)
    if wanted or not there:
        await make_change(
            transaction, Change(TARGET_PROGRAM, joined, {value.column: value.after for value in wanted}, creates=True)
        )
    return int(number), values + wanted, key is None


async def _differing(
    transaction: SourceTransaction, table: Table, match: Mapping[Column, Any], values: Mapping[Column, Any]
) -> tuple[ChangedValue, ...]:
    """What is to be another than it is."""
    rows: Any = await transaction.rows(table, match) if match else []
    before = rows[0] if rows else dict.fromkeys(column.sql for column in values)
    return tuple(
        ChangedValue(column, before[column.sql], value)
        for column, value in values.items()
        if not same_value(column, before[column.sql], value)
    )


async def _programmes(transaction: SourceTransaction) -> dict[str, str]:
    """Programmes by name and by work package, in capitals."""
    rows: Any = await transaction.rows(PROGRAM, {})
    packages = {str(row[WORK_PACKAGE.sql]).upper(): row[PROGNAME.sql] for row in rows if row[WORK_PACKAGE.sql]}
    return packages | {row[PROGNAME.sql].upper(): row[PROGNAME.sql] for row in rows}


def _error(row: ImportRow, message: str, fault: ChangeFault = ChangeFault.BAD_INPUT) -> ChangeError:
    return ChangeError(fault, message, ("document", row.line))

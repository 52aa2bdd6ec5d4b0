"""What links are asked for: an identifier as ObsCore has it, or the value of a table's own identifying column."""

from dataclasses import dataclass
from typing import Any

from planning import branches
from planning.errors import NotFound
from schema.catalog import suggestion
from schema.datalink import BY_TABLE, EXPOSURES, KINDS, RUNS, DatalinkKind
from schema.observations import BRANCHES, canonical

READERS = {branch.prefix: branch for branch in BRANCHES}


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """One record."""

    id: str
    """As the client spelled it."""
    kind: DatalinkKind
    key: Any
    """Its value of the kind's column, as JSON has it; of a star its number or its name."""


def kind_of(table: str) -> DatalinkKind:
    """The kind of a table's records; raises `NotFound`."""
    if table not in BY_TABLE:
        message = f"There are no links of {table[:60]!r}{suggestion(table, list(BY_TABLE))}"
        raise NotFound(message)
    return BY_TABLE[table]


def read(told: str, kind: DatalinkKind | None) -> LinkTarget | None:
    """The record that an identifier names, or a bare value of that kind; None for what can be none."""
    known = canonical(told)
    for each in KINDS:
        if known.startswith(each.prefix):
            return _asked(told, each, _identified(known, each))
    return _asked(told, kind, _valued(told, kind)) if kind else None


def _asked(told: str, kind: DatalinkKind, key: Any) -> LinkTarget | None:
    return None if key is None else LinkTarget(told, kind, key.isoformat() if kind is RUNS else key)


def _identified(told: str, kind: DatalinkKind) -> Any:
    if kind.prefix in READERS:
        return branches.read(READERS[kind.prefix], told)
    return _valued(told.removeprefix(kind.prefix), kind)


def _valued(told: str, kind: DatalinkKind) -> Any:
    if not told or "\0" in told:
        return None
    if told.isascii() and told.isdigit():
        return int(told) if kind not in (EXPOSURES, RUNS) and len(told) < 19 else None
    if kind is RUNS:
        return branches.read(READERS[RUNS.prefix], RUNS.prefix + told)
    return told if kind.column.type.sql == "text" else None

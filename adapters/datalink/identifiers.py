"""Identifiers of {links}: as in ObsCore, or the bare value of a table's identifying column."""

from dataclasses import dataclass
from typing import Any

from planning import branches
from planning.errors import NotFound
from schema.catalog import suggestion
from schema.datalink import BY_TABLE, EXPOSURES, KINDS, RUNS, DatalinkKind
from schema.observations import BRANCHES, canonical

BRANCH_BY_PREFIX = {branch.prefix: branch for branch in BRANCHES}
"""Branches of ObsCore by the prefix of their identifiers."""


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A record that links are requested of."""

    id: str
    """The identifier as the client spelled it."""
    kind: DatalinkKind
    key: Any
    """Value of the kind's column, as JSON; for a star its number or its name."""


def kind_of_table(table: str) -> DatalinkKind:
    """The kind of a table's records; raises `NotFound` for a table without links."""
    if table not in BY_TABLE:
        message = f"There are no links of {table[:60]!r}{suggestion(table, list(BY_TABLE))}"
        raise NotFound(message)
    return BY_TABLE[table]


def parse_identifier(identifier: str, kind: DatalinkKind | None) -> LinkTarget | None:
    """The record that an identifier names, or a bare value of `kind`; None if it cannot be one.

    `ivo://jmmc.fr/jsdc?HD%2048329` and, with `kind` STARS, `HD 48329` are the same star.
    """
    full = canonical(identifier)
    for candidate in KINDS:
        if full.startswith(candidate.prefix):
            return _target(identifier, candidate, _key_of_identifier(full, candidate))
    return _target(identifier, kind, _key_of_value(identifier, kind)) if kind else None


def _target(identifier: str, kind: DatalinkKind, key: Any) -> LinkTarget | None:
    return None if key is None else LinkTarget(identifier, kind, key.isoformat() if kind is RUNS else key)


def _key_of_identifier(identifier: str, kind: DatalinkKind) -> Any:
    if kind.prefix in BRANCH_BY_PREFIX:
        return branches.read(BRANCH_BY_PREFIX[kind.prefix], identifier)
    return _key_of_value(identifier.removeprefix(kind.prefix), kind)


def _key_of_value(value: str, kind: DatalinkKind) -> Any:
    if not value or "\0" in value:
        return None
    if value.isascii() and value.isdigit():
        return int(value) if kind not in (EXPOSURES, RUNS) and len(value) < 19 else None
    if kind is RUNS:
        return branches.read(BRANCH_BY_PREFIX[RUNS.prefix], RUNS.prefix + value)
    return value if kind.column.type.sql == "text" else None

"""A list compared with all databases, as `/compare` shows it: a row for each entry, what nothing matches too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.page.comparison_list import Entry
from adapters.page.computed_table import ComputedTable
from adapters.page.places import Place
from schema.column import Column
from schema.types import DOUBLE, INT, TEXT

TABLES = {
    "JSDC_STAR": "jsdc.star",
    "OBSPORTAL_TARGET": "obsportal.target",
    "OIDB_GRANULE": "oidb.granule",
    "SPICA_TARGET": "spica.target",
}
"""Tables by their names in `crossmatch`, as `web/src/compare/match.ts` has them."""
UNKNOWN = "Nothing is called so"
NAMES = (("star", "name"), ("target", "targetName"), ("granule", "targetName"), ("spicaTarget", "targetMainId"))
"""Where a match has its name."""


@dataclass(frozen=True, slots=True)
class Match:
    """The nearest row of a table."""

    name: str
    separation: float
    """Arcseconds."""
    rows: int
    """How many are as near as asked."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry of the list with what each table has near its place."""

    label: str
    place: Place | None
    problem: str = ""
    """Why there is no place, or what else it may be."""
    matches: dict[str, Match] = field(default_factory=dict)


def located(answer: Mapping[str, Any]) -> Place | None:
    """The place in an answer to the document `Place`: of the star, else of a target that is none of JSDC."""
    found = (answer.get("data") or {}).get("object") or {}
    listed = [(found.get(name) or {}).get("nodes") or () for name in ("exposures", "spicaTargets", "granules")]
    for row in (found.get("star"), *(row for rows in listed for row in rows)):
        if row and row["ra"] is not None and row["dec"] is not None:
            return row["ra"], row["dec"]
    return None


def unmatched(entry: Entry, answer: Mapping[str, Any] | None) -> Compared:
    """An entry before it is matched; `answer` is that to the document `Place`, None where none was asked."""
    if entry.place or answer is None:
        return Compared(entry.label, entry.place, entry.problem)
    place, errors = located(answer), answer.get("errors") or ()
    problem = _others(answer) if place else errors[0]["message"] if errors else UNKNOWN
    return Compared(entry.label, place, problem)


def _others(answer: Mapping[str, Any]) -> str:
    """That a name means other stars too; "" where it means one."""
    names = (answer["data"]["object"].get("nameMatch") or {}).get("others") or ()
    return f"The likeliest: {', '.join(names)} are called so too" if names else ""


def match(rows: Sequence[Compared], pairs: Sequence[Sequence[Any]], nearest: Sequence[Mapping[str, Any]]) -> None:
    """Note what was found: all pairs begin with the numbers of a place and a table, the nearest rows are nodes."""
    placed = [row for row in rows if row.place]
    tables = list(TABLES)
    counts: dict[tuple[int, str], int] = {}
    for position, table, *_ in pairs:
        counts[position, tables[table]] = counts.get((position, tables[table]), 0) + 1
    for node in nearest:
        position, table = node["position"], node["table"]
        name = next((node[link][name] for link, name in NAMES if node.get(link)), "") or ""
        placed[position].matches[table] = Match(name, node["separation"], counts.get((position, table), 1))


def comparison_table(rows: Sequence[Compared], warnings: Sequence[str]) -> ComputedTable:
    """The comparison as the page gives it to be taken away (`web/src/compare/files.ts`)."""
    return ComputedTable(_columns(), [_values(row) for row in rows], warnings)


def _columns() -> list[Column]:
    columns = [
        Column("entry", TEXT, "As the list has it", ucd="meta.id;meta.main"),
        Column("ra", DOUBLE, "Right ascension, ICRS", "deg", "pos.eq.ra;meta.main"),
        Column("dec", DOUBLE, "Declination, ICRS", "deg", "pos.eq.dec;meta.main"),
        Column("problem", TEXT, "Why there is no place, or what else it may be", ucd="meta.note"),
    ]
    for table in TABLES.values():
        prefix = table.replace(".", "_")
        columns += [
            Column(f"{prefix}_name", TEXT, f"The nearest row of {table}", ucd="meta.id"),
            Column(f"{prefix}_separation", DOUBLE, "How far it is", "arcsec", "pos.angDistance"),
            Column(f"{prefix}_rows", INT, f"How many rows of {table} are as near as asked", ucd="meta.number"),
        ]
    return columns


def _values(row: Compared) -> list[Any]:
    values: list[Any] = [row.label, *(row.place or (None, None)), row.problem or None]
    for table in TABLES:
        found = row.matches.get(table)
        values += [found.name, found.separation, found.rows] if found else [None, None, 0]
    return values
